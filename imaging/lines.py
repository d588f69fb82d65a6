"""Detector elements and lines: how a line scanner's picture lies.

A line scanner reads a column of detector elements once per line while the unit passes. In a stored picture the
elements are its rows and the lines (time) its columns, unless `detector="columns"` says that it was turned. Axis
letters here and in calibration: C channels (energies), E detector elements, L lines.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import numpy as np

from imaging.errors import NoPhysics, UnsupportedScan
from imaging.scan import FloatImage, Quantity, View

DetectorAxis = Literal["rows", "columns"]
"""Which axis of the stored picture runs along the detector."""

_Array = TypeVar("_Array", bound=np.ndarray[Any, Any])


def by_element(array: _Array, detector: DetectorAxis) -> _Array:
    """The same values with elements on the last axis but one and lines on the last; its own inverse; a view.

    Raises:
        UnsupportedScan: for another word than `rows` or `columns`.
    """
    if detector not in ("rows", "columns"):
        raise UnsupportedScan(
            "the detector lies along the rows or the columns of a picture", repr(detector), "say `rows` or `columns`"
        )
    return array if detector == "rows" else np.swapaxes(array, -1, -2)


def linear_CEL(view: View, detector: DetectorAxis = "rows") -> FloatImage:
    """Stored values, float32 (channels, elements, lines), of a scan that is linear in the beam, a dark level apart.

    Raises:
        NoPhysics: for volumes, for quantities other than COUNTS and TRANSMISSION, and for numbers under a power law.
    """
    curved = " under a power law" if view.law is not None and view.law.gamma != 1 else ""
    if view.pixels.ndim != 3 or view.quantity not in (Quantity.COUNTS, Quantity.TRANSMISSION) or curved:
        raise NoPhysics(
            "detector calibration needs a radiograph whose numbers are proportional to the beam",
            f"view {view.view_id!r} {view.pixels.shape} of {view.quantity.value}{curved}",
            "calibrate the detector's own counts",
        )
    return by_element(view.pixels.astype(np.float32), detector)
