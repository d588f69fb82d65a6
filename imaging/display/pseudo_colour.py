"""What an operator looks at first: orange organic, green mixed, blue metal, darker where less gets through."""

from __future__ import annotations

from imaging.display.attenuation import has_physics
from imaging.display.blocks import Picture
from imaging.display.flat import flat
from imaging.display.grey import as_it_is, grey
from imaging.display.material import material
from imaging.palettes import PALETTES, Palette
from imaging.profile import ScannerProfile
from imaging.scan import DUAL_ENERGY, Quantity, View


def pseudo_colour(
    view: View, profile: ScannerProfile | None = None, palette: Palette = PALETTES["screener"]
) -> Picture:
    """The picture that any scan has: an RGB picture, uint8 HW3, of the size of the view.

    Dual energy with physics is coloured by material, by the curves of `profile` where it has them; one energy and
    unexplained numbers are grey; a rendered picture is shown as it is; of a volume the middle slice. `imaging.display`
    holds views that refuse a scan rather than show less than their name says.
    """
    plane = flat(view)
    if plane.quantity is Quantity.DISPLAY:
        return as_it_is(plane)
    if has_physics(plane) and plane.channel_names == DUAL_ENERGY:
        return material(plane, profile, palette)
    return grey(plane)
