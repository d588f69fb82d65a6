"""One class of material in colour, everything else faint."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from imaging.colour import Picture, attenuation_of, flat, is_cargo, material_place, pseudo_colour, without_material
from imaging.display.grey import grey, need_physics
from imaging.errors import NoPhysics
from imaging.palettes import PALETTES, Palette
from imaging.profile import ScannerProfile
from imaging.scan import DUAL_ENERGY, FloatImage, View

Mask = NDArray[np.bool_]

ORGANIC_TO, METAL_FROM = 1 / 3, 2 / 3
_FAINT = 0.25  # of the darkness that the rest keeps, so that one sees where one is


def organic_only(
    view: View,
    profile: ScannerProfile | None = None,
    palette: Palette = PALETTES["screener"],
    *,
    up_to: float = ORGANIC_TO,
) -> Picture:
    """Materials placed below `up_to` between organic (0) and metal (1) in colour, the rest faint grey.

    Raises:
        NoPhysics: when the view does not hold two energies with physics.
    """
    _need_two_energies(view, "organic only")
    return _alone(view, profile, palette, lambda place: place < up_to)


def metal_only(
    view: View,
    profile: ScannerProfile | None = None,
    palette: Palette = PALETTES["screener"],
    *,
    starting_at: float = METAL_FROM,
) -> Picture:
    """Materials placed above `starting_at` between organic (0) and metal (1) in colour, the rest faint grey.

    Raises:
        NoPhysics: when the view does not hold two energies with physics.
    """
    _need_two_energies(view, "metal only")
    return _alone(view, profile, palette, lambda place: place > starting_at)


def _need_two_energies(view: View, name: str) -> None:
    need_physics(view, name)
    if view.channel_names != DUAL_ENERGY:
        raise NoPhysics(
            f"the view {name!r} tells materials apart by two energies",
            f"channels {view.channel_names}",
            "choose grey, or a window",
        )


def _alone(
    view: View, profile: ScannerProfile | None, palette: Palette, wanted: Callable[[FloatImage], Mask]
) -> Picture:
    """The wanted places in colour, the rest faint; nearly opaque parts stay dark, for nobody knows what is there."""
    low, high = attenuation_of(flat(view))
    dark_HW3 = grey(view)
    faint = np.rint(255 - _FAINT * (255 - dark_HW3.astype(np.float32))).astype(np.uint8)
    chosen = wanted(material_place(low, high, is_cargo(view), profile))
    shown = np.where(chosen[..., None], pseudo_colour(view, profile, palette), faint)
    return np.where(without_material(high, is_cargo(view))[..., None], dark_HW3, shown)
