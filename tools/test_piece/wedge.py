"""The wedges of the test piece as calibration: aluminium of 9.5 to 22.2 mm, steel of 1.6 to 34 mm."""

from __future__ import annotations

import cv2
import numpy as np

from imaging.material import WedgeStep
from imaging.scan import FloatImage
from tools.test_piece.regions import Region, TestPiece

SQUARE_SCAN = "20191228_114201_114"  # the piece lies flattest there; the others see their wedges longer by a factor
ALUMINIUM_G_CM3, STEEL_G_CM3 = 2.70, 7.86
# The thinnest steel, beside the samples that it covers: too narrow strips to take an edge off. Rows, then columns.
_THIN_STEEL = {
    "20191228_114201_114": {1.6: (232, 254, 232, 235), 3.2: (262, 286, 231, 234), 4.8: (307, 314, 260, 330)},
    "20191228_105350_52": {1.6: (232, 245, 322, 324)},
}
_UNSEEN = {("20191228_113805_107", "34 mm")}  # hidden by its slanted side


def wedge_steps(piece: TestPiece, attenuation_CHW: FloatImage) -> list[WedgeStep]:
    """The steps of one scan; its own tilt is unknown but in the scan in which the piece lies flattest."""
    shape = attenuation_CHW.shape[1:]
    scan = "" if piece.scan == SQUARE_SCAN else piece.scan
    aluminium = [sample for sample in piece.samples if sample.name.startswith("aluminium") and "and" not in sample.name]
    besides = np.array([_beside(region, attenuation_CHW) for region in aluminium])
    background = (float(besides[:, 0].min()), float(besides[:, 1].min()))
    steps = [
        ("aluminium", float(region.name.split()[1]) / 10 * ALUMINIUM_G_CM3, region.face(shape)) for region in aluminium
    ]
    steps += [
        ("steel", float(region.kind) / 10 * STEEL_G_CM3, region.face(shape))
        for region in piece.steps
        if (piece.scan, region.name) not in _UNSEEN
    ]
    for thickness_mm, (top, bottom, left, right) in _THIN_STEEL.get(piece.scan, {}).items():
        mask = np.zeros(shape, np.bool_)
        mask[top:bottom, left:right] = True
        steps.append(("steel", thickness_mm / 10 * STEEL_G_CM3, mask))
    return [
        WedgeStep(
            material, density, (_median(attenuation_CHW[0], mask), _median(attenuation_CHW[1], mask)), background, scan
        )
        for material, density, mask in steps
    ]


def thin_steel(scan: str, thickness_mm: float, attenuation_CHW: FloatImage) -> tuple[float, float] | None:
    """Attenuation (low, high) of the steel of test 9 with nothing but the case behind it; None where it is hidden."""
    strip = _THIN_STEEL.get(scan, {}).get(thickness_mm)
    if strip is None:
        return None
    top, bottom, left, right = strip
    low, high = (float(np.median(plane[top:bottom, left:right])) for plane in attenuation_CHW)
    return low, high


def _beside(region: Region, attenuation_CHW: FloatImage) -> tuple[float, float]:
    """What the case itself attenuates beside a step: the lightest fifth of a ring around it."""
    shadow = region.shadow(attenuation_CHW.shape[1:]).astype(np.uint8)
    ring = (cv2.dilate(shadow, np.ones((15, 15))) - cv2.dilate(shadow, np.ones((5, 5)))) > 0
    low, high = (float(np.percentile(plane[ring], 20)) for plane in attenuation_CHW)
    return low, high


def _median(plane: FloatImage, mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> float:
    return float(np.median(plane[mask]))
