"""All of a scan on one scale of grey, and its negative: what any scan can be shown as."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from imaging.display.attenuation import all_energies, has_physics, is_cargo
from imaging.display.blocks import Picture, by_rows
from imaging.display.tone import grey_picture, value_of
from imaging.scan import FloatImage, Quantity, View

_SAMPLES = 1 << 20  # pixels from which the range of unexplained numbers is read
_ENDS_PERCENT = (0.1, 99.9)


def grey(view: View) -> Picture:
    """A CHW view in grey, uint8 HW3.

    With physics: white air, darker with attenuation, both energies averaged. A rendered picture: its brightness.
    Unexplained numbers: from black at their 0.1th percentile to white at the 99.9th, channels averaged; that is
    shown, not measured.
    """
    value_HW = shown_value(view)
    return by_rows(view, 0, lambda block: grey_picture(value_HW(block)))


def inverse(view: View) -> Picture:
    """`grey` turned round, black air: small dense things stand out."""
    value_HW = shown_value(view)
    return by_rows(view, 0, lambda block: grey_picture(1 - value_HW(block)))


def shown_value(view: View) -> Callable[[View], FloatImage]:
    """What turns rows of this view into display values, float32 HW from 0 (black) to 1 (white), as `grey` does."""
    if has_physics(view):
        cargo = is_cargo(view)
        return lambda block: value_of(all_energies(block), cargo=cargo)
    if view.quantity is Quantity.DISPLAY:
        return _brightness
    dark, bright = _ends(view)
    return lambda block: _spread(block, dark, bright)


def as_it_is(view: View) -> Picture:
    """A rendered picture, uint8 HW3, with the colours that its scanner gave it."""

    def paint(block: View) -> Picture:
        shown = np.rint(255 * np.clip(np.nan_to_num(block.signal()), 0, 1)).astype(np.uint8)
        planes = shown if len(shown) == 3 else np.repeat(shown[:1], 3, axis=0)
        return planes.transpose(1, 2, 0)

    return by_rows(view, 0, paint)


def _brightness(view: View) -> FloatImage:
    signal = np.clip(view.signal(), 0, 1)
    if len(signal) != 3:
        first: FloatImage = signal[0]
        return first
    return cv2.cvtColor(np.ascontiguousarray(signal.transpose(1, 2, 0)), cv2.COLOR_RGB2GRAY).astype(np.float32)


def _ends(view: View) -> tuple[float, float]:
    height, width = view.size_hw
    stride = max(1, int(np.ceil(np.sqrt(height * width / _SAMPLES))))
    sample = view.pixels[:, ::stride, ::stride].astype(np.float32).mean(axis=0)
    kept = np.isfinite(sample)
    if view.valid is not None:
        kept &= view.valid[::stride, ::stride]
    if not kept.any():
        return 0.0, 1.0
    dark, bright = np.percentile(sample[kept], _ENDS_PERCENT)
    return float(dark), float(bright)


def _spread(view: View, dark: float, bright: float) -> FloatImage:
    plane = np.nan_to_num(view.pixels.astype(np.float32).mean(axis=0), posinf=0, neginf=0)
    place = (plane - np.float32(dark)) / np.float32(max(bright - dark, 1e-12))
    spread: FloatImage = np.clip(place, 0, 1).astype(np.float32, copy=False)
    return spread
