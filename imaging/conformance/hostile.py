"""Content that an adapter meets in an operator's folder: foreign, cut off, damaged, asking for too much."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import cv2
import numpy as np
import tifffile

from imaging.conformance.sample import Sample

_CUTS = 48
_HEADER_BYTES = 4096
_HUGE = {2: (0xFFFF, 0x7FFF), 4: (0x7FFFFFFF, 200_000), 8: (1 << 40,)}


def foreign_heads() -> Iterator[tuple[str, bytes]]:
    """First bytes of formats that are read without an adapter, and of what is no picture."""
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    tiff = io.BytesIO()
    tifffile.imwrite(tiff, grey, metadata=None)
    yield "a PNG", cv2.imencode(".png", grey)[1].tobytes()
    yield "a JPEG", cv2.imencode(".jpg", grey)[1].tobytes()
    yield "a TIFF", tiff.getvalue()
    yield "a DICOM file", bytes(128) + b"DICM" + bytes(64)
    yield "no bytes", b""
    yield "one byte", b"\x00"
    yield "zeros", bytes(_HEADER_BYTES)
    yield "a text", b"scan_id,declaration_id\r\n" * 40
    yield "noise", np.random.default_rng(0).bytes(_HEADER_BYTES)


def truncated(sample: Sample) -> Iterator[tuple[str, bytes]]:
    """The sample, cut off at many places: each of the first 16 bytes, then evenly, then its last bytes."""
    length = len(sample.content)
    places = {*range(min(16, length)), *np.linspace(0, length - 1, _CUTS).astype(int).tolist(), length - 1}
    for place in sorted(places):
        yield f"{sample.name}, cut off after {place} bytes", sample.content[:place]


def mutated(sample: Sample, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """The sample with a few bytes changed, half of the places in its first 256 bytes, where headers stand."""
    rng = np.random.default_rng(seed)
    length = len(sample.content)
    for number in range(count if length else 0):
        content = bytearray(sample.content)
        for _ in range(int(rng.integers(1, 7))):
            place = int(rng.integers(min(256, length) if rng.random() < 0.5 else length))
            content[place] = int(rng.choice([0, 0x7F, 0x80, 0xFF, int(rng.integers(256))]))
        yield f"{sample.name}, damaged, number {number} of seed {seed}", bytes(content)


def inflated(sample: Sample, size_hw: tuple[int, ...]) -> Iterator[tuple[str, bytes]]:
    """The sample with its height or width, wherever its header may hold it, as binary numbers or text, made huge."""
    head = sample.content[:_HEADER_BYTES]
    for side in sorted(set(size_hw)):
        for width, values in _HUGE.items():
            for order in "<>":
                letter = order + {2: "H", 4: "I", 8: "Q"}[width]
                if side < 1 << 8 * width:
                    yield from _replaced(
                        sample, head, struct.pack(letter, side), [struct.pack(letter, v) for v in values]
                    )
        yield from _replaced(sample, head, str(side).encode(), [b"9" * 9])


def _replaced(sample: Sample, head: bytes, old: bytes, new: list[bytes]) -> Iterator[tuple[str, bytes]]:
    place, found = head.find(old), 0
    while place >= 0 and found < 8:
        for value in new:
            content = sample.content[:place] + value + sample.content[place + len(old) :]
            yield f"{sample.name}, {value.hex()} for a side of the picture at byte {place}", content
        place, found = head.find(old, place + 1), found + 1
