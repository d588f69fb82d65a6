"""Colour by material: all of it, what is organic alone, what is metal alone."""

from __future__ import annotations

from imaging.display.attenuation import attenuation_CHW, check_two_energies, is_cargo, opaque_attenuation
from imaging.display.blocks import Picture, by_rows
from imaging.display.colour_table import Cuts, Look, look_up
from imaging.display.place import HALO_PX, material_place
from imaging.errors import UnsupportedScan
from imaging.palettes import PALETTES, Palette
from imaging.profile import ScannerProfile
from imaging.scan import View

CUTS: Cuts = (0.3, 0.7)
"""Where organic ends and metal begins, between the organic (0) and the metal curve (1)."""


def material(
    view: View,
    profile: ScannerProfile | None = None,
    palette: Palette = PALETTES["screener"],
    *,
    cuts: Cuts = CUTS,
) -> Picture:
    """Organic orange, mixed and inorganic green, metal blue; uint8 HW3 of a CHW view.

    Hue comes from the place between the curves of `profile`, or between borders that fit most scanners of the kind;
    luminance from the attenuation of the `high` energy, the same for all materials. Where next to nothing is in the
    beam, or nothing gets through, there is no hue.

    Raises:
        NoPhysics: when attenuation at two energies is not known.
        UnsupportedScan: when `cuts` do not rise between 0 and 1.
    """
    return _coloured(view, profile, "material", cuts, palette, (True, True, True))


def material_orange_blue(view: View, profile: ScannerProfile | None = None, *, cuts: Cuts = CUTS) -> Picture:
    """`material` in orange, grey and blue, which stay apart with every kind of colour blindness."""
    return _coloured(view, profile, "material_orange_blue", cuts, PALETTES["orange_blue"], (True, True, True))


def organic_only(view: View, profile: ScannerProfile | None = None, *, cuts: Cuts = CUTS) -> Picture:
    """Organic material in its colour, everything else in pale grey; what nothing gets through stays black.

    Raises:
        NoPhysics: when attenuation at two energies is not known.
        UnsupportedScan: when `cuts` do not rise between 0 and 1.
    """
    return _coloured(view, profile, "organic_only", cuts, PALETTES["screener"], (True, False, False))


def metal_only(view: View, profile: ScannerProfile | None = None, *, cuts: Cuts = CUTS) -> Picture:
    """Metal in its colour, everything else in pale grey; what nothing gets through stays black.

    Raises:
        NoPhysics: when attenuation at two energies is not known.
        UnsupportedScan: when `cuts` do not rise between 0 and 1.
    """
    return _coloured(view, profile, "metal_only", cuts, PALETTES["screener"], (False, False, True))


def _coloured(
    view: View,
    profile: ScannerProfile | None,
    name: str,
    cuts: Cuts,
    palette: Palette,
    shown: tuple[bool, bool, bool],
) -> Picture:
    check_two_energies(view, name)
    if len(cuts) != 2 or not 0 < cuts[0] < cuts[1] < 1:
        raise UnsupportedScan(
            "cuts rise between 0 (organic) and 1 (metal)", f"{cuts}", "give two places like (0.3, 0.7)"
        )
    cargo = is_cargo(view)
    look = Look(palette, cuts, shown, opaque_attenuation(view, profile), cargo)

    def paint(block: View) -> Picture:
        low, high = attenuation_CHW(block)
        return look_up(look, material_place(low, high, profile, cargo=cargo), high)

    return by_rows(view, HALO_PX, paint)
