"""A window and level that the operator sets."""

from __future__ import annotations

from typing import Literal

import numpy as np

from imaging.display.attenuation import check_physics, one_energy
from imaging.display.blocks import Picture, by_rows
from imaging.display.tone import grey_picture
from imaging.errors import UnsupportedScan
from imaging.scan import FloatImage, View

Unit = Literal["attenuation", "transmission", "value"]


def window(view: View, centre: float = 1.5, width: float = 3.0, unit: Unit = "attenuation") -> Picture:
    """What lies between centre - width / 2 and centre + width / 2, spread over all greys; uint8 HW3 of a CHW view.

    Units: `attenuation` -ln T of the harder beam, white below the window and black above it; `transmission` of the
    same, black below and white above; `value`, the numbers of the file, channels averaged, black below and white
    above: Hounsfield where the file states its line to them, and the only unit without physics.

    Raises:
        NoPhysics: when attenuation or transmission is asked of a view that has none.
        UnsupportedScan: when the width is not positive, a number is not finite, or the unit is another.
    """
    if not (np.isfinite(centre) and np.isfinite(width) and width > 0):
        raise UnsupportedScan("a window has a centre and a positive width", f"{centre} and {width}", "state both")
    if unit not in ("attenuation", "transmission", "value"):
        raise UnsupportedScan("a window is one of attenuation, transmission or value", f"{unit!r}", "name its unit")
    if unit != "value":
        check_physics(view, "window")
    least = centre - width / 2

    def paint(block: View) -> Picture:
        place = np.clip((_plane(block, unit) - least) / width, 0, 1).astype(np.float32)
        return grey_picture(1 - place if unit == "attenuation" else place)

    return by_rows(view, 0, paint)


def _plane(view: View, unit: Unit) -> FloatImage:
    if unit == "attenuation":
        return one_energy(view, "high")
    if unit == "transmission":
        return np.exp(-one_energy(view, "high"))
    numbers = view.pixels if view.rescale is None else view.rescaled()
    mean: FloatImage = np.nan_to_num(numbers.astype(np.float32).mean(axis=0))
    return mean
