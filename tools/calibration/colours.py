"""Our material colours beside the vendor's renderings of the same scans, and how far apart the two energies lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging import ScannerProfile, View, read_scan, show
from tools.calibration.figures import Figure, Outcome, median, share
from tools.calibration.scans import BAGS, bag_profile

Picture = NDArray[np.uint8]
Classes = NDArray[np.int8]

UNSURE, ORANGE, GREEN, BLUE = -1, 0, 1, 2
_HUES_DEG = {ORANGE: (0, 45), GREEN: (75, 165), BLUE: (185, 260)}
"""From and up to; the vendor's air and thinnest cloth are yellow, at 60."""
_LEAST_SATURATION = 0.25  # of HSV: a paler pixel has no colour that an operator would name
_LEAST_TRANSMISSION = 0.01  # held there: at the floor of the detector there is nothing to align
_MOST_STEPS, _LEAST_GAIN = 100, 1e-6  # of the alignment


def vendor_agreement(data: Path, views: Sequence[View]) -> list[Figure]:
    """Pixels of the vendor's class, of those where both are sure: by the borders of our own, and by measured curves.

    The borders were read off these same renderings: their figure says that they were read well, not how they fare
    elsewhere. What is sure depends on our picture too, so the share of the vendor's coloured pixels stands beside it.
    """
    pairs = [(view, hue_classes(theirs)) for view in views if (theirs := _rendering(data, view)) is not None]
    profile = bag_profile()
    bare = profile.model_copy(update={"material_curves": {}})
    return [*_compared(pairs, bare, "borders of our own"), *_compared(pairs, profile, "curves of the profile")]


def _compared(pairs: Sequence[tuple[View, Classes]], profile: ScannerProfile, words: str) -> list[Figure]:
    coloured: list[Outcome] = []
    alike: list[Outcome] = []
    fabric: list[Outcome] = []
    for view, theirs_HW in pairs:
        ours_HW = hue_classes(show(view, "material", profile))
        ours_N, theirs_N = both_sure(ours_HW, theirs_HW)
        coloured += _outcomes(view, ours_HW[theirs_HW != UNSURE] != UNSURE)
        alike += _outcomes(view, ours_N == theirs_N)
        fabric += _outcomes(view, ((ours_N == ORANGE) & (theirs_N == GREEN))[ours_N != theirs_N])
    scans = f"{len(pairs)} real bags"
    return [
        share(f"pixels of the vendor's class, {words}", scans, alike),
        share("  of those that differ, orange here and green there", scans, fabric),
        share("  of all that the vendor colours, coloured here", scans, coloured),
    ]


def _outcomes(view: View, hit_N: NDArray[np.bool_]) -> list[Outcome]:
    return [(view.view_id, hit) for hit in hit_N.tolist()]


def hue_classes(picture_HW3: Picture) -> Classes:
    """0 orange, 1 green, 2 blue, -1 unsure (pale, or of a hue between), int8 HW, of an RGB picture."""
    hsv_HW3 = cv2.cvtColor(np.ascontiguousarray(picture_HW3).astype(np.float32) / 255, cv2.COLOR_RGB2HSV)
    hue, saturation = hsv_HW3[..., 0], hsv_HW3[..., 1]
    classes = np.full(hue.shape, UNSURE, np.int8)
    for name, (first, last) in _HUES_DEG.items():
        classes[(hue >= first) & (hue < last) & (saturation >= _LEAST_SATURATION)] = name
    return classes


def both_sure(ours_HW: Classes, theirs_HW: Classes) -> tuple[Classes, Classes]:
    """Classes of the pixels where neither is unsure, each int8 N."""
    sure = (ours_HW != UNSURE) & (theirs_HW != UNSURE)
    return ours_HW[sure], theirs_HW[sure]


def _rendering(data: Path, view: View) -> Picture | None:
    """The vendor's picture beside a scan, uint8 HW3; None where it made none."""
    file = data / BAGS / f"{view.view_id}_colored.tif"
    return np.moveaxis(read_scan(file).pixels, 0, -1).astype(np.uint8) if file.is_file() else None


def misregistration(views: Sequence[View], scans: str) -> list[Figure]:
    """Medians over scans of how far the low energy lies from the high one, in pixels."""
    down_N, along_N = np.array([shift(view) for view in views]).T
    return [
        median("low energy against high, along the travel", scans, along_N.tolist(), "px"),
        median("low energy against high, along the detector", scans, down_N.tolist(), "px"),
    ]


def shift(view: View) -> tuple[float, float]:
    """Rows and columns by which the low energy (attenuation of a 2HW view) lies further down and right than the high.

    By the enhanced correlation coefficient (Evangelidis & Psarakis, IEEE PAMI 30:1858, 2008), which neither gain nor
    offset of one energy moves. Phase correlation, as OpenCV has it, draws shifts of a fraction of a pixel towards
    whole ones, and is half a pixel off for pictures of some sizes.
    """
    low, high = -np.log(np.maximum(view.transmission(), np.float32(_LEAST_TRANSMISSION)))
    stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _MOST_STEPS, _LEAST_GAIN)
    start = np.eye(2, 3, dtype=np.float32)
    everywhere = np.ones(view.size_hw, np.uint8)
    _, found = cv2.findTransformECC(high, low, start, cv2.MOTION_TRANSLATION, stop, everywhere, 1)
    return float(found[1, 2]), float(found[0, 2])
