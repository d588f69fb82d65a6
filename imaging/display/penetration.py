"""Thick things alone and thin things alone: a window of attenuation, with the fine structure in it made stronger."""

from __future__ import annotations

import cv2
import numpy as np

from imaging.display.attenuation import check_physics, is_cargo, one_energy, opaque_attenuation
from imaging.display.blocks import Picture, by_rows
from imaging.display.detail import without_detail
from imaging.display.tone import grey_picture, on_curve
from imaging.profile import ScannerProfile
from imaging.scan import FloatImage, View

# Thick: the window as shares of the opaque attenuation. It ends beyond it, because scattered light, which makes the
# floor, is darkened a little by more steel still.
_THICK = (0.45, 1.12)
_THICK_SMOOTH_PX, _THICK_RADIUS_PX, _THICK_CONTRAST = 1.2, 10, 0.25
_THIN_BAGGAGE, _THIN_CARGO = 1.6, 2.4  # attenuation at which the window of thin things ends
_THIN_SMOOTH_PX, _THIN_RADIUS_PX, _THIN_CONTRAST = 0.8, 6, 0.08
_MOST_DETAIL = 0.3  # of all display values: what fine structure may take at most


def high_penetration(view: View, profile: ScannerProfile | None = None, *, gain: float = 2.0) -> Picture:
    """Steel, engine blocks, full pallets: uint8 HW3 in grey, of the harder beam; thin things stay nearly white.

    The window reaches from 0.45 to 1.12 of the attenuation at which the scanner is opaque (stated in `profile`, else
    usual for its kind). Few photons get so far, so the plane is smoothed first (Gaussian, 1.2 pixels). Structure finer
    than 10 pixels and fainter than 0.25 is made stronger by `gain`.

    Raises:
        NoPhysics: when attenuation is not known.
    """
    check_physics(view, "high_penetration")
    least, most = (share * opaque_attenuation(view, profile) for share in _THICK)
    points = ((0.0, 1.0), (least, 0.85), (most, 0.06), (2 * most, 0.0))
    strength = np.float32(gain / (most - least))

    def paint(block: View) -> Picture:
        plane = _smooth(one_energy(block, "high"), _THICK_SMOOTH_PX)
        base = without_detail(plane, _THICK_RADIUS_PX, _THICK_CONTRAST)
        return _with_detail(on_curve(base, points), strength * (plane - base))

    return by_rows(view, 2 * _THICK_RADIUS_PX + 5, paint)


def low_penetration(view: View, *, gain: float = 4.0) -> Picture:
    """Wires, sheets, powders, paper: uint8 HW3 in grey, of the softer beam, which they stop best.

    The window ends at an attenuation of 1.6 (accelerators: 2.4); what lies behind more is dark and keeps less and less
    of its structure. Structure finer than 6 pixels and fainter than 0.08 is made stronger by `gain`, after light
    smoothing (Gaussian, 0.8 pixels).

    Raises:
        NoPhysics: when attenuation is not known.
    """
    check_physics(view, "low_penetration")
    most = _THIN_CARGO if is_cargo(view) else _THIN_BAGGAGE
    points = ((0.0, 1.0), (most, 0.3), (3 * most, 0.06), (8.0, 0.0))
    strengths = ((0.0, gain), (most, gain), (3 * most, 0.0))

    def paint(block: View) -> Picture:
        plane = _smooth(one_energy(block, "low"), _THIN_SMOOTH_PX)
        base = without_detail(plane, _THIN_RADIUS_PX, _THIN_CONTRAST)
        return _with_detail(on_curve(base, points), on_curve(base, strengths) * (plane - base))

    return by_rows(view, 2 * _THIN_RADIUS_PX + 4, paint)


def _smooth(plane: FloatImage, sigma_px: float) -> FloatImage:
    return cv2.GaussianBlur(plane, (0, 0), sigma_px, borderType=cv2.BORDER_REPLICATE).astype(np.float32, copy=False)


def _with_detail(value: FloatImage, detail: FloatImage) -> Picture:
    value -= np.clip(detail, -_MOST_DETAIL, _MOST_DETAIL, out=detail)
    return grey_picture(np.clip(value, 0, 1, out=value))
