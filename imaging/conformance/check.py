"""The rules of an adapter, each tried on each sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from imaging.adapter import FormatAdapter
from imaging.conformance.hostile import foreign_heads, inflated, mutated, truncated
from imaging.conformance.sample import Expected, Sample
from imaging.conformance.watch import SECONDS, HangError, Outcome, watched
from imaging.errors import ScanError, ScanTooLarge
from imaging.formats.content import HEAD_BYTES
from imaging.formats.picture import DEFAULT_LIMITS, Picture, ReadLimits

_SPARE_BYTES = 1 << 18  # what a refusal may take: parsed headers, the text of the error
_ROOM = 4  # decoded bytes, this many times: a copy on the way is no offence


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that is not kept, the sample (or its damaged copy) that shows it, and what was found."""

    rule: str
    sample: str
    found: str


def check_adapter(
    adapter: FormatAdapter, samples: Sequence[Sample], *, mutations: int = 200, seed: int = 0
) -> tuple[Problem, ...]:
    """Try an adapter on whole, cut, damaged and foreign content.

    Args:
        adapter: The adapter.
        samples: Whole files of its format; small ones make it quick, several layouts make it thorough.
        mutations: Damaged copies of each sample.
        seed: Of the damage.

    Returns:
        What is not as it should be, in the order of the rules; empty when the adapter conforms.
    """
    problems = [*_own_name(adapter), *_foreign(adapter)]
    if not samples:
        problems.append(Problem("there are samples", "", "none"))
    for sample in samples:
        problems += _whole(adapter, sample)
        picture = _run(adapter, sample.content).answer
        if isinstance(picture, Picture) and not _ill_formed(picture):
            problems += _limits(adapter, sample, picture)
            problems += _damaged(adapter, sample, picture, mutations, seed)
    return tuple(dict.fromkeys(problems))


def _own_name(adapter: FormatAdapter) -> Iterator[Problem]:
    if not isinstance(adapter.name, str) or not adapter.name.strip():
        yield Problem("an adapter has a name", "", f"{adapter.name!r}")


def _foreign(adapter: FormatAdapter) -> Iterator[Problem]:
    for name, head in foreign_heads():
        outcome = watched(partial(adapter.recognises, head[:HEAD_BYTES]))
        if outcome.answer or outcome.error is not None:
            found = f"raised {outcome.error!r}" if outcome.error is not None else "claimed it"
            yield Problem("an adapter claims no content but its own, whatever it is, and does not raise", name, found)


def _whole(adapter: FormatAdapter, sample: Sample) -> Iterator[Problem]:
    known = watched(partial(adapter.recognises, sample.content[:HEAD_BYTES]))
    if known.answer is not True:
        yield Problem(
            "recognises() is True for the head of a sample", sample.name, f"{known.answer!r} {known.error or ''}"
        )
    first, second = _run(adapter, sample.content), _run(adapter, sample.content)
    yield from _behaviour(first, sample.name)
    if first.error is not None:
        yield Problem("a sample decodes", sample.name, f"{type(first.error).__name__}: {first.error}")
        return
    if ill := _ill_formed(first.answer):
        yield Problem("the answer is a Picture of native, C-contiguous numbers, CHW or CDHW", sample.name, ill)
        return
    if second.error is not None or not _same(first.answer, second.answer):
        yield Problem("the same content gives the same picture", sample.name, "another one at the second time")
    if sample.expected is not None:
        yield from _as_expected(first.answer, sample.expected, sample.name)


def _as_expected(picture: Picture, expected: Expected, name: str) -> Iterator[Problem]:
    planes = picture.planes
    rule = "the picture is as its sidecar says"
    if expected.shape not in (None, planes.shape):
        yield Problem(rule, name, f"shape {planes.shape} for {expected.shape}")
        return
    if expected.dtype not in (None, planes.dtype.name):
        yield Problem(rule, name, f"dtype {planes.dtype.name} for {expected.dtype}")
    if expected.levels is not None and (levels := len(np.unique(planes))) < expected.levels:
        yield Problem("every level survives", name, f"{levels} distinct values for {expected.levels}")
    for pixel in expected.pixels:
        inside = len(pixel.at) == planes.ndim and all(
            0 <= at < side for at, side in zip(pixel.at, planes.shape, strict=True)
        )
        found: Any = planes[pixel.at] if inside else "outside the picture"
        if found != pixel.value:
            yield Problem(rule, name, f"{found} at {pixel.at} for {pixel.value:g}")


def _limits(adapter: FormatAdapter, sample: Sample, picture: Picture) -> Iterator[Problem]:
    """Limits that the sample just passes, and headers that ask for much more than the sample."""
    rule = "what a header asks for is checked against the limits before memory is taken"
    planes = picture.planes
    pixels = planes[0].size
    for limits in (
        replace(DEFAULT_LIMITS, max_pixels=pixels - 1),
        replace(DEFAULT_LIMITS, max_bytes=planes.nbytes - 1),
    ):
        outcome = _run(adapter, sample.content, limits)
        name = f"{sample.name} under {limits}"
        if not isinstance(outcome.error, ScanTooLarge):
            yield Problem(rule, name, f"{outcome.error!r} where ScanTooLarge is due")
        elif outcome.peak_bytes > _SPARE_BYTES + planes.nbytes // 2:
            yield Problem(rule, name, f"{outcome.peak_bytes} bytes taken before it was refused")
    tight = replace(DEFAULT_LIMITS, max_pixels=4 * pixels, max_bytes=4 * planes.nbytes)
    for name, content in inflated(sample, planes.shape[-2:]):
        outcome = _run(adapter, content, tight)
        yield from _behaviour(outcome, name)
        if outcome.peak_bytes > _SPARE_BYTES + _ROOM * (tight.max_bytes + len(content)):
            yield Problem(rule, name, f"{outcome.peak_bytes} bytes taken")


def _damaged(adapter: FormatAdapter, sample: Sample, picture: Picture, mutations: int, seed: int) -> Iterator[Problem]:
    for name, content in truncated(sample):
        outcome = _run(adapter, content)
        yield from _behaviour(outcome, name)
        if outcome.error is None and not (isinstance(outcome.answer, Picture) and _same(outcome.answer, picture)):
            yield Problem("a file that was cut off is refused", name, "a picture, and not that of the whole file")
    bounds = replace(DEFAULT_LIMITS, max_bytes=4 * picture.planes.nbytes + _SPARE_BYTES)
    for name, content in mutated(sample, mutations, seed):
        outcome = _run(adapter, content, bounds)
        yield from _behaviour(outcome, name)
        if outcome.error is None and (ill := _ill_formed(outcome.answer)):
            yield Problem("damaged content gives a ScanError or a Picture", name, ill)
        if outcome.peak_bytes > _SPARE_BYTES + _ROOM * (bounds.max_bytes + len(content)):
            yield Problem("damaged content takes no more memory than the limits", name, f"{outcome.peak_bytes} bytes")


def _behaviour(outcome: Outcome, name: str) -> Iterator[Problem]:
    """What no call may do, whatever the content."""
    if isinstance(outcome.error, HangError) or outcome.seconds > SECONDS:
        yield Problem(f"a file takes at most {SECONDS:g} s", name, f"{outcome.seconds:.1f} s")
    elif outcome.error is not None and not isinstance(outcome.error, ScanError):
        yield Problem(
            "nothing but ScanError leaves decode()", name, f"{type(outcome.error).__name__}: {outcome.error}"[:200]
        )
    for deed in outcome.deeds:
        yield Problem("decoding writes no file, starts no program and opens no connection", name, deed)


def _run(adapter: FormatAdapter, content: bytes, limits: ReadLimits = DEFAULT_LIMITS) -> Outcome:
    call: Callable[[], Any] = partial(adapter.decode, content, limits)
    return watched(call)


def _ill_formed(picture: object) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if not isinstance(picture, Picture) or not isinstance(picture.planes, np.ndarray):
        return f"{type(picture).__name__}, no Picture of an array"
    planes = picture.planes
    if planes.ndim not in (3, 4) or planes.size == 0:
        return f"shape {planes.shape}"
    if planes.dtype.kind not in "uif" or not planes.dtype.isnative:
        return f"dtype {planes.dtype.str}"
    return "" if planes.flags.c_contiguous else "planes that are not C-contiguous"


def _same(first: Picture, second: object) -> bool:
    if not isinstance(second, Picture):
        return False
    facts = [
        (one.colour, one.quantity, one.channel, one.spacing_mm, one.geometry, one.rescale) for one in (first, second)
    ]
    a, b = first.planes, second.planes
    return facts[0] == facts[1] and (a.shape, a.dtype) == (b.shape, b.dtype) and a.tobytes() == b.tobytes()
