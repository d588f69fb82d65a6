"""Grey views: all of the scan at once, its negative, one window of attenuation, and thick or thin things alone."""

from __future__ import annotations

import cv2
import numpy as np

from imaging.colour import (
    Picture,
    attenuation_of,
    darkening,
    explained,
    flat,
    grey_picture,
    is_cargo,
    lightness,
    pseudo_colour,
)
from imaging.errors import NoPhysics, UnsupportedScan
from imaging.scan import FloatImage, View

# Windows of attenuation -ln T. High penetration begins where the other views are nearly black.
_THICK_BAGGAGE, _THICK_CARGO = (2.5, 6.2), (3.0, 7.6)
_THIN_BAGGAGE, _THIN_CARGO = (0.0, 0.9), (0.0, 1.2)
_THICK_SMOOTH_PX = 3  # few photons get that far
_EDGE_SIGMA_PX, _EDGE_GAIN = 2.0, 3.0


def grey(view: View) -> Picture:
    """All attenuation on one scale of grey, white air: what any scan can be shown as."""
    view = flat(view)
    if not explained(view):
        return grey_picture(_luminance(pseudo_colour(view)))
    return grey_picture(lightness(attenuation_of(view).mean(axis=0), darkening(view)))


def inverse(view: View) -> Picture:
    """`grey` with black air: small dense things stand out."""
    return 255 - grey(view)


def edges(view: View) -> Picture:
    """`grey` with its fine structure three times stronger (unsharp masking, Gaussian of 2 pixels): wires, seams."""
    plane = grey(view)[..., 0].astype(np.float32)
    fine = plane - cv2.GaussianBlur(plane, (0, 0), _EDGE_SIGMA_PX, borderType=cv2.BORDER_REPLICATE)
    return grey_picture(np.clip((plane + _EDGE_GAIN * fine) / 255, 0, 1))


def high_penetration(view: View) -> Picture:
    """Thick things only: the window of attenuation that other views show black, of the harder beam, averaged 3x3."""
    plane = _main(view, "high penetration", harder=True)
    smooth = cv2.blur(plane, (_THICK_SMOOTH_PX, _THICK_SMOOTH_PX)).astype(np.float32, copy=False)
    return _windowed(smooth, *(_THICK_CARGO if is_cargo(view) else _THICK_BAGGAGE))


def low_penetration(view: View) -> Picture:
    """Thin things only: sheets, wires and powder, of the softer beam, which they stop best."""
    return _windowed(_main(view, "low penetration", harder=False), *(_THIN_CARGO if is_cargo(view) else _THIN_BAGGAGE))


def window(view: View, centre: float, width: float) -> Picture:
    """A window of attenuation -ln T of the harder beam: white below it, black above.

    Raises:
        NoPhysics: when the view has no attenuation.
        UnsupportedScan: when the width is not positive, or either is no finite number.
    """
    if not (np.isfinite(centre) and np.isfinite(width) and width > 0):
        raise UnsupportedScan(
            "a window has a centre and a positive width in attenuation", f"{centre}, {width}", "state both"
        )
    return _windowed(_main(view, "window", harder=True), centre - width / 2, centre + width / 2)


def need_physics(view: View, name: str) -> None:
    """Refuse a view that would have to guess.

    Raises:
        NoPhysics: when transmission cannot be computed.
    """
    if not explained(view):
        raise NoPhysics(
            f"the view {name!r} shows attenuation",
            f"a scan of quantity {view.quantity.value}",
            "say what the numbers mean in a scanner profile, or choose grey",
        )


def _main(view: View, name: str, *, harder: bool) -> FloatImage:
    need_physics(view, name)
    plane: FloatImage = attenuation_of(flat(view))[-1 if harder else 0]
    return plane


def _windowed(attenuation: FloatImage, least: float, most: float) -> Picture:
    return grey_picture(1 - np.clip((attenuation - np.float32(least)) / np.float32(most - least), 0, 1))


def _luminance(picture: Picture) -> FloatImage:
    return (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) / 255).astype(np.float32)
