"""Lines that a scan lost: the detector stopped, hung, or slipped while the unit went on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.scan import FloatImage, Pixels

_LEAST_REPEATS = 8  # lines: enlarged scans repeat two or three, and no detector reads the same noise twice
_LEAST_NOISY = 0.25  # share of elements; what was computed, and air cut off, is even
_NEAR = 4  # lines averaged on either side of a tear
_LEAST_STEP = 0.02  # of full scale, mean over a line: a tear moves all edges at once
_STEPS_OVER_USUAL = 5.0
_SUSPECTS = 24  # a container has doors, posts and a dozen pallets that step, too
_LEAST_SLIP = 4  # elements
_LEFT_AFTER = 0.25  # of the step, once the halves are put together again; edges of goods leave all of it


@dataclass(frozen=True, slots=True)
class LostLines:
    """Shares (0 to 1) of lines that repeat their neighbour and that are empty, and the slip at a tear, in elements."""

    repeated_share: float
    empty_share: float
    slip_elements: int


def lost_lines(pixels_CEL: Pixels, signal_CEL: FloatImage, empty_level: float | None) -> LostLines:
    """Look for lines that hold nothing of their own, and for a place from which on the picture has slipped sideways.

    Repeated: eight or more successive lines bit for bit alike, noise and all.
    Empty: every element of a channel the same, at most `empty_level`. Slip: a step between two lines over the
    whole detector that mostly goes away when one side is moved by 4 elements to a quarter of the detector.

    Args:
        pixels_CEL: stored values (channels, elements, lines).
        signal_CEL: the same as `View.signal()` gives them, in that order.
        empty_level: largest signal at which a line of equal values counts as empty; None for no such level.
    """
    largest, least = pixels_CEL.max(axis=1), pixels_CEL.min(axis=1)
    flat_L = (largest == least).all(axis=0)
    repeated = np.zeros(flat_L.size, np.bool_)
    repeated[1:] = (pixels_CEL[..., 1:] == pixels_CEL[..., :-1]).all(axis=1).all(axis=0)
    repeated[repeated] = _noisy(pixels_CEL[..., repeated])
    empty_L = np.zeros_like(flat_L)
    if empty_level is not None:
        empty_L = flat_L & (signal_CEL[:, 0, :] <= empty_level).all(axis=0)
    slip = 0 if empty_L.any() else _slip(signal_CEL[-1])
    return LostLines(float(_long(repeated).mean()), float(empty_L.mean()), slip)


def _noisy(pixels_CEL: Pixels) -> NDArray[np.bool_]:
    """Lines in which a quarter of the elements differ from the next one: something that a detector read, not drew."""
    differing = (pixels_CEL[:, 1:] != pixels_CEL[:, :-1]).any(axis=0)
    noisy: NDArray[np.bool_] = differing.sum(axis=0) > _LEAST_NOISY * max(len(differing), 1)
    return noisy


def _long(repeated_L: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is left of a mask without its runs shorter than the least."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], repeated_L.astype(np.int8), [0]])))
    kept = np.zeros_like(repeated_L)
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        kept[start:stop] = stop - start >= _LEAST_REPEATS - 1  # the first of them is not like the one before
    return kept


def _slip(signal_EL: FloatImage) -> int:
    """Elements by which the picture slips at one of its largest steps; 0 where none does."""
    elements, lines = signal_EL.shape
    if elements < 8 * _LEAST_SLIP or lines <= 2 * _NEAR:
        return 0
    step_L = np.abs(np.diff(signal_EL, axis=1)).mean(axis=0)
    usual = float(np.median(step_L))
    for place in np.argsort(step_L)[: -_SUSPECTS - 1 : -1]:
        if step_L[place] < max(_LEAST_STEP, _STEPS_OVER_USUAL * usual):
            break
        before = signal_EL[:, max(place + 1 - _NEAR, 0) : place + 1].mean(axis=1)
        after = signal_EL[:, place + 1 : place + 1 + _NEAR].mean(axis=1)
        slip = _best_slip(before, after)
        if slip:
            return slip
    return 0


def _best_slip(before_E: FloatImage, after_E: FloatImage) -> int:
    size = before_E.size
    least, best = _LEFT_AFTER * float(np.abs(after_E - before_E).mean()), 0
    if 2 * least < float(np.abs(np.sort(after_E) - np.sort(before_E)).mean()):
        return 0  # what has only moved keeps its values
    for slip in range(_LEAST_SLIP, size // 4):
        for sign, first, second in ((slip, before_E, after_E), (-slip, after_E, before_E)):
            left = float(np.abs(second[slip:] - first[:-slip]).mean())
            if left < least:
                least, best = left, sign
    return best
