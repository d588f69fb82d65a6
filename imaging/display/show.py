"""Views by name, for menus and files."""

from __future__ import annotations

from collections.abc import Callable

from imaging.colour import Picture, pseudo_colour
from imaging.display.grey import edges, grey, high_penetration, inverse, low_penetration
from imaging.display.material import metal_only, organic_only
from imaging.errors import UnsupportedScan
from imaging.palettes import PALETTES
from imaging.profile import ScannerProfile
from imaging.scan import View

_SHOWN: dict[str, Callable[[View, ScannerProfile | None], Picture]] = {
    "material": pseudo_colour,
    "material_orange_blue": lambda view, profile: pseudo_colour(view, profile, PALETTES["orange_blue"]),
    "grey": lambda view, _: grey(view),
    "inverse": lambda view, _: inverse(view),
    "edges": lambda view, _: edges(view),
    "high_penetration": lambda view, _: high_penetration(view),
    "low_penetration": lambda view, _: low_penetration(view),
    "organic_only": organic_only,
    "metal_only": metal_only,
}
VIEWS = tuple(_SHOWN)
"""Names of the views that need no numbers; `imaging.display.grey.window` takes a centre and a width."""


def show(view: View, name: str, profile: ScannerProfile | None = None) -> Picture:
    """A view by its name (one of `VIEWS`) as an RGB picture, uint8 HW3, of the size of the scan.

    Raises:
        UnsupportedScan: for a name that is not in `VIEWS`.
        NoPhysics: when the view shows attenuation or materials and the scan holds none.
    """
    if name not in _SHOWN:
        raise UnsupportedScan(f"a view is one of {VIEWS}", f"{name!r}", "choose one of them")
    return _SHOWN[name](view, profile)
