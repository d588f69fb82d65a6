"""Views by name, for menus and files."""

from __future__ import annotations

from collections.abc import Callable

from imaging.display.blocks import Picture
from imaging.display.edges import edges
from imaging.display.flat import Projection, flat
from imaging.display.grey import grey, inverse
from imaging.display.material import material, material_orange_blue, metal_only, organic_only
from imaging.display.penetration import high_penetration, low_penetration
from imaging.display.window import window
from imaging.errors import UnsupportedScan
from imaging.profile import ScannerProfile
from imaging.scan import View

_WITH_PROFILE: dict[str, Callable[..., Picture]] = {
    "material": material,
    "material_orange_blue": material_orange_blue,
    "organic_only": organic_only,
    "metal_only": metal_only,
    "high_penetration": high_penetration,
}
_WITHOUT: dict[str, Callable[..., Picture]] = {
    "low_penetration": low_penetration,
    "edges": edges,
    "grey": grey,
    "inverse": inverse,
    "window": window,
}
VIEWS = (*_WITH_PROFILE, *_WITHOUT)
"""Names of all views."""


def show(
    view: View,
    name: str,
    profile: ScannerProfile | None = None,
    *,
    projection: Projection = "middle",
    **settings: object,
) -> Picture:
    """A view by its name, as an RGB picture, uint8 HW3, of the size of the scan; twice the same, the same bytes.

    Args:
        view: a radiograph CHW or a volume CDHW, of any quantity.
        name: one of `VIEWS`, each a function of that name below `imaging.display`.
        profile: the scanner's; its curves and its opaque level are used where a view has a use for them.
        projection: how a volume becomes one picture, its `middle` slice or the `maximum` along the rays.
        settings: what the view itself can be told, by keyword: `cuts` of the material views, `gain` of `edges` and of
            both penetrations, `centre`, `width` and `unit` of `window`.

    Raises:
        NoPhysics: when the view shows attenuation or materials and the scan holds none.
        UnsupportedScan: for a name that is not in `VIEWS`, or settings that make no sense.
    """
    plane = flat(view, projection)
    if name in _WITH_PROFILE:
        return _WITH_PROFILE[name](plane, profile, **settings)
    if name in _WITHOUT:
        return _WITHOUT[name](plane, **settings)
    raise UnsupportedScan(f"a view is one of {', '.join(VIEWS)}", f"{name!r}", "choose one of them")
