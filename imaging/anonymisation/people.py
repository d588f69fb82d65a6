"""People in scans of vehicles and containers: the cab is where they may be, anywhere else is an emergency.

This is no people finder to rely on in a search: it keeps pictures of people out of pools. It sees heads on shoulders
that stand out of what is around them; what it cannot see is said in `find_heads` and `find_cabs`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.blank import whole_pixels
from imaging.anonymisation.cab import find_cabs
from imaging.anonymisation.heads import find_heads
from imaging.anonymisation.water_depth import GRID_MM, water_depth
from imaging.profile import ScannerProfile
from imaging.scan import View

_NEAR_PX = 10  # squares of the grid: a head at the edge of a cab belongs to it


@dataclass(frozen=True, eq=False)
class FoundPeople:
    """Cabs to mask, and signs of people elsewhere.

    Attributes:
        cab_boxes_N4: x0, y0, x1, y1 in whole pixels, float64.
        elsewhere: Where a person may be outside of a cab, each a clause; not empty means: hold back, and urgently.
        looked: Whether the scan could be looked at: a radiograph of the size of a vehicle, whose numbers have a
            meaning and a pitch. A bag holds no person; a rendered picture of a vehicle is not looked at.
    """

    cab_boxes_N4: NDArray[np.float64]
    elsewhere: tuple[str, ...]
    looked: bool = True


def find_people(view: View, profile: ScannerProfile | None = None) -> FoundPeople:
    """Cabs, found or stated in the profile, and places outside of them where a person may be seen.

    Cabs that a profile states are masked in every scan and not looked for. Depth of water is all that counts: the two
    energies of accelerators differ by 3 to 7 % between tissue and steel, less than scatter brings, and a person who is
    missed weighs more than a crate that is held back.

    Args:
        view: a radiograph; pitch and meaning of its numbers are its own or the profile's.
        profile: of the scanner.
    """
    stated_N4 = stated_cabs(view, profile)
    water = water_depth(view, profile)
    if water is None:
        return FoundPeople(stated_N4, (), looked=False)
    cabs_N4 = stated_N4 if len(stated_N4) else water.boxes_px(find_cabs(water.depth_HW))
    scale = np.array([water.pixels[1], water.pixels[0]])
    outside = [place for place in find_heads(water.depth_HW) if not _within(place * scale, cabs_N4, _NEAR_PX * scale)]
    return FoundPeople(cabs_N4, tuple(sorted({_said(place) for place in outside})))


def stated_cabs(view: View, profile: ScannerProfile | None) -> NDArray[np.float64]:
    """Where the profile says that cabs stand: boxes N4 in whole pixels of the view, as far as they lie in it."""
    return whole_pixels(
        [] if profile is None else [region.box_px(view.size_hw) for region in profile.cab], view.size_hw
    )


def _within(place: NDArray[np.float64], boxes_N4: NDArray[np.float64], near: NDArray[np.float64]) -> bool:
    inside = (place >= boxes_N4[:, :2] - near) & (place <= boxes_N4[:, 2:] + near)
    return bool(inside.all(axis=1).any())


def _said(place: NDArray[np.float64]) -> str:
    metres = place[0] * GRID_MM / 1000
    return f"what may be a person, {metres:.0f} m from the left edge of the picture"
