"""Pictures that no scanner makes, as far as that can be told without refusing goods: noise, and pages of text.

A photograph, or a screenshot of a viewer, cannot be told from a vendor's colours by a rule that was shown to be safe;
they pass.
"""

from __future__ import annotations

import cv2
import numpy as np

from imaging.scan import FloatImage

_LEAST_LIKENESS = 0.3  # correlation of neighbouring pixels; the noisiest real scans have over 0.8
_LEAST_PAGE = 0.6  # share of the paper
_PAPER_REACH, _INK_REACH = 0.04, 0.25  # of full scale, about the paper's level
_LEAST_INK, _MOST_THICK = 0.005, 0.05  # shares: of the page; of the ink
_LEAST_LETTERS = 100
_MOST_COLOUR = 0.02  # share of the ink that has any


def neighbour_likeness(signal_CHW: FloatImage) -> float:
    """Largest correlation (-1 to 1) of neighbouring pixels along rows or columns, over the channels; 1 when all equal.

    Every fourth row and column is looked at.
    """
    return max(map(_likeness, signal_CHW))


def is_noise(likeness: float) -> bool:
    """Whether neighbouring pixels know nothing of one another."""
    return likeness < _LEAST_LIKENESS


def is_page(signal_CHW: FloatImage) -> bool:
    """Whether a picture is letters on paper: one level over most of it, and the rest thin, grey, and in many pieces.

    Signal 0 to 1. Wires and wire mesh are thin too, but they hang together.
    """
    grey = signal_CHW.mean(axis=0)
    counts, edges = np.histogram(grey[::2, ::2], bins=64, range=(0, 1))
    paper = float(edges[int(counts.argmax())]) + 1 / 128
    distance = np.abs(grey - np.float32(paper))
    if float((distance <= _PAPER_REACH).mean()) < _LEAST_PAGE:
        return False
    ink = (distance > _INK_REACH).astype(np.uint8)
    marks = int(ink.sum())
    if marks < _LEAST_INK * ink.size or _coloured(signal_CHW, ink) > _MOST_COLOUR:
        return False
    width = max(5, min(ink.shape) // 60)
    thick = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((width, width), np.uint8))
    letters = int(cv2.connectedComponents(ink)[0]) - 1
    return int(thick.sum()) <= _MOST_THICK * marks and letters >= _LEAST_LETTERS


def _coloured(signal_CHW: FloatImage, ink_HW: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> float:
    inked = signal_CHW[:, ink_HW > 0]
    return float(((inked.max(axis=0) - inked.min(axis=0)) > _INK_REACH).mean())


def _likeness(plane: FloatImage) -> float:
    if plane.size < 64 or (low := float(plane.min())) == (high := float(plane.max())):
        return 1.0
    plane = plane / np.float32(max(-low, high))  # floating-point files hold numbers whose squares are none
    return max(_correlation(plane[::4]), _correlation(plane[:, ::4].T))


def _correlation(plane: FloatImage) -> float:
    first, second = plane[:, :-1], plane[:, 1:]
    if not first.size:
        return -1.0
    first, second = first - first.mean(), second - second.mean()
    product = float(np.sqrt(np.mean(first**2) * np.mean(second**2)))
    return float(np.mean(first * second)) / product if product > 0 else -1.0
