"""Edges and wires made to stand out."""

from __future__ import annotations

import cv2
import numpy as np

from imaging.display.attenuation import all_energies, has_physics, is_cargo
from imaging.display.blocks import Picture, by_rows
from imaging.display.grey import shown_value
from imaging.display.tone import grey_picture, value_of
from imaging.scan import FloatImage, View

_FINE_PX, _COARSE_PX = 0.6, 3.0  # standard deviations of the two Gaussians
_MOST = 0.25  # of all display values, that an edge may be darkened or brightened
HALO_PX = 12


def edges(view: View, *, gain: float = 2.5) -> Picture:
    """`grey` with its fine structure made stronger, uint8 HW3: outlines, wires, seams.

    The difference of two Gaussian averages (0.6 and 3 pixels) is added `gain` times. Where there is physics it is
    taken in attenuation, so that a wire stands out in the same way in thin and in thick parts; else in brightness.
    An edge takes no more than a quarter of all display values.
    """
    physical, cargo, value_HW = has_physics(view), is_cargo(view), shown_value(view)

    def paint(block: View) -> Picture:
        if physical:
            attenuation = all_energies(block)
            value, fine = value_of(attenuation, cargo=cargo), -_fine(attenuation)
        else:
            value = value_HW(block)
            fine = _fine(value)
        value = value + np.clip(np.float32(gain) * fine, -_MOST, _MOST)
        return grey_picture(np.clip(value, 0, 1, out=value))

    return by_rows(view, HALO_PX, paint)


def _fine(plane: FloatImage) -> FloatImage:
    fine, coarse = (
        cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE) for sigma in (_FINE_PX, _COARSE_PX)
    )
    return np.subtract(fine, coarse, dtype=np.float32)
