"""Damage: a file of the same seed and number is always damaged in the same way."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import cache

import numpy as np

from tools.fuzzing.dicom_seeds import data_set_start
from tools.fuzzing.fields import Field, fields_of
from tools.fuzzing.png_chunks import SIGNATURE, png_chunk, png_chunks
from tools.fuzzing.seeds import Seed

_EDGES = (0, 1, 2, 127, 128, 255, 2**15 - 1, 2**15, 2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1)
_SIDES = (3, 17, 200_000, 60_000, 20_000)  # of pictures that are plausible, and of one that is not
_ODD_FLOATS = (float("nan"), float("inf"), float("-inf"), -0.0, 1e308, 5e-324)
_MOST_AT_ONCE = 4
_HEAD_BYTES = 400  # where most headers stand
_INSIDE = 0.6  # share of files with checksums or compression that are damaged inside: else no decoder is reached

Mutation = Callable[[bytearray, np.random.Generator, Seed, tuple[Seed, ...]], None]


def damaged(seeds: tuple[Seed, ...], seed: int, number: int) -> tuple[Seed, bytes]:
    """The damaged file of this number, and what it was made from; formats take turns, their seeds are drawn."""
    rng = np.random.default_rng([seed, number])
    formats = sorted({entry.format for entry in seeds})
    own = [entry for entry in seeds if entry.format == formats[number % len(formats)]]
    chosen = own[rng.integers(len(own))]
    if chosen.format == "png" and rng.random() < _INSIDE:
        return chosen, _inside_a_chunk(chosen, rng, seeds)
    if chosen.name == "deflated" and rng.random() < _INSIDE:
        return chosen, _inside_a_data_set(chosen, rng, seeds)
    content = bytearray(chosen.content)
    for _ in range(rng.integers(1, _MOST_AT_ONCE + 1)):
        _damage(content, rng, chosen, seeds)
    return chosen, bytes(content)


def _damage(content: bytearray, rng: np.random.Generator, chosen: Seed, seeds: tuple[Seed, ...]) -> None:
    if content:
        _MUTATIONS[rng.integers(len(_MUTATIONS))](content, rng, chosen, seeds)


def _inside_a_chunk(chosen: Seed, rng: np.random.Generator, seeds: tuple[Seed, ...]) -> bytes:
    """A PNG with right lengths and checksums around a damaged chunk; pixels are damaged before they are compressed."""
    chunks = png_chunks(chosen.content)
    damaged_one = int(rng.integers(len(chunks)))
    kind, content = chunks[damaged_one]
    packed = kind == b"IDAT" and rng.random() < 0.5
    inside = bytearray(zlib.decompress(content) if packed else content)
    _damage(inside, rng, chosen, seeds)
    chunks[damaged_one] = kind, zlib.compress(inside) if packed else bytes(inside)
    return SIGNATURE + b"".join(png_chunk(kind, content) for kind, content in chunks)


def _inside_a_data_set(chosen: Seed, rng: np.random.Generator, seeds: tuple[Seed, ...]) -> bytes:
    """A deflated DICOM file whose data set is damaged before it is compressed."""
    start = data_set_start(chosen.content)
    inside = bytearray(zlib.decompress(chosen.content[start:], wbits=-zlib.MAX_WBITS))
    _damage(inside, rng, chosen, seeds)
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return chosen.content[:start] + packer.compress(inside) + packer.flush()


def _place(content: bytearray, rng: np.random.Generator) -> int:
    """Half of the time in the head: the rest of most files is pixels, which any change leaves readable."""
    end = min(len(content), _HEAD_BYTES) if rng.random() < 0.5 else len(content)
    return int(rng.integers(end))


def _block(content: bytearray, rng: np.random.Generator) -> slice:
    start = _place(content, rng)
    return slice(start, start + int(2 ** rng.uniform(0, 10)))


def _flip_bit(content: bytearray, rng: np.random.Generator, *_: object) -> None:
    content[_place(content, rng)] ^= 1 << int(rng.integers(8))


def _set_byte(content: bytearray, rng: np.random.Generator, *_: object) -> None:
    content[_place(content, rng)] = int(rng.choice((0, 0xFF, 0x7F, 0x80, int(rng.integers(256)))))


def _cut_short(content: bytearray, rng: np.random.Generator, *_: object) -> None:
    del content[_place(content, rng) :]


def _delete(content: bytearray, rng: np.random.Generator, *_: object) -> None:
    del content[_block(content, rng)]


def _repeat(content: bytearray, rng: np.random.Generator, *_: object) -> None:
    block = _block(content, rng)
    content[block.start : block.start] = content[block] * int(rng.integers(1, 5))


def _swap(content: bytearray, rng: np.random.Generator, *_: object) -> None:
    first, second = sorted((_block(content, rng), _block(content, rng)), key=lambda block: int(block.start))
    if first.stop <= second.start:
        content[first], content[second] = content[second], content[first]


def _splice(content: bytearray, rng: np.random.Generator, _: Seed, seeds: tuple[Seed, ...]) -> None:
    other = seeds[rng.integers(len(seeds))].content
    content[_place(content, rng) :] = other[rng.integers(len(other)) :]


def _any_number(content: bytearray, rng: np.random.Generator, *_: object) -> None:
    width, order = (1, 2, 4, 8)[rng.integers(4)], "<>"[rng.integers(2)]
    _store(content, (_place(content, rng), width, order), _edge(rng))


def _known_field(content: bytearray, rng: np.random.Generator, chosen: Seed, _: tuple[Seed, ...]) -> None:
    fields = _fields(chosen.format, chosen.content)
    if fields:
        _store(content, fields[rng.integers(len(fields))], _edge(rng))


def _odd_float(content: bytearray, rng: np.random.Generator, *_: object) -> None:
    value, kind = _ODD_FLOATS[rng.integers(len(_ODD_FLOATS))], "fd"[rng.integers(2)]
    with np.errstate(over="ignore"):
        packed = np.array(value, f"{'<>'[rng.integers(2)]}{kind}").tobytes()
    place = _place(content, rng) // 4 * 4
    content[place : place + len(packed)] = packed


def _edge(rng: np.random.Generator) -> int:
    values = _EDGES if rng.random() < 0.7 else _SIDES
    return values[rng.integers(len(values))]


def _store(content: bytearray, field: Field, value: int) -> None:
    offset, width, order = field
    if offset + width <= len(content):
        content[offset : offset + width] = (value % (1 << 8 * width)).to_bytes(
            width, "little" if order == "<" else "big"
        )


@cache
def _fields(format_name: str, content: bytes) -> list[Field]:
    return fields_of(format_name, content)


_MUTATIONS: tuple[Mutation, ...] = (
    _flip_bit,
    _set_byte,
    _cut_short,
    _delete,
    _repeat,
    _swap,
    _splice,
    _any_number,
    _known_field,
    _known_field,  # twice: where most is found
    _odd_float,
)
