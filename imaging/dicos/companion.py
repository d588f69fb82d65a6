"""A DICOS-shaped radiograph beside a scan of another format, so that a threat report has something to refer to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from imaging.dicos.elements import Instance
from imaging.dicos.image import write_dicos_dx
from imaging.scan import COLOUR, Channel, Quantity, Rescale, View


def write_companion_dx(
    path: Path, view: View, *, object_type: str = "BAGGAGE", created: datetime | None = None
) -> tuple[Instance, ...]:
    """Write a DICOS-shaped radiograph of the same rows and columns, for a threat report to refer to.

    Integers are written exactly (`write_dicos_dx`). Colour, which that form does not hold, becomes its luminance, and
    floating point becomes 16 bits between its smallest and largest finite value, with the line back as rescale: such a
    companion carries the grid that boxes refer to, not the signal.

    Raises:
        UnsupportedScan: for volumes (`write_dicos_ct` holds them), and integers of other dtypes.
    """
    stood_in = _luminance(view) if view.channel_names == COLOUR else view
    if stood_in.pixels.dtype.kind == "f":
        stood_in = _in_16_bits(stood_in)
    return write_dicos_dx(path, stood_in, object_type=object_type, created=created)


def _luminance(view: View) -> View:
    """Grey of a picture in colour, weighted as ITU-R BT.601 does, in its own dtype."""
    grey = np.tensordot(np.array([0.299, 0.587, 0.114]), view.pixels.astype(np.float64), axes=1)[None]
    stored = grey if view.pixels.dtype.kind == "f" else np.rint(grey).astype(view.pixels.dtype)
    return replace(view, pixels=stored, channels=(Channel("single"),), air=None, law=None)


def _in_16_bits(view: View) -> View:
    """Floating point on 65,536 levels between its extremes, `rescale` leading back; what is no number becomes 0."""
    finite = np.isfinite(view.pixels)
    values = np.where(finite, view.pixels, 0).astype(np.float64)
    low = float(values[finite].min()) if finite.any() else 0.0
    step = (float(values[finite].max()) - low) / 65_535 if finite.any() else 0.0
    levels = np.rint((values - low) / (step or 1.0)).clip(0, 65_535) * finite
    line = Rescale(step or 1.0, low, "US")
    return replace(view, pixels=levels.astype(np.uint16), rescale=line, quantity=Quantity.UNKNOWN, air=None, law=None)
