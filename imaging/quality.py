"""Whether anything can be judged from a view."""

from __future__ import annotations

import cv2
import numpy as np

from imaging.errors import UnusableScan
from imaging.scan import View

OPAQUE_TRANSMISSION = 5e-4  # under it a scanner sees its own floor; a profile may state its own level
_LEAST_CONTRAST = 0.02  # of full scale, after averaging 5x5: above air noise, below a sheet of cardboard
_LEAST_DISPLAY_CONTRAST = 2 / 255
_MOST_OPAQUE = 0.999
_MOST_SILENT = 0.05


def check_usable(view: View) -> None:
    """Refuse a view from which nothing can be judged.

    Raises:
        UnusableScan: when it is blank (no contrast), opaque everywhere, or more than 5 % of it holds no number.
        NoPhysics: for counts without an air level.
    """
    silent = 0.0 if view.valid is None else 1.0 - float(view.valid.mean())
    if silent > _MOST_SILENT:
        raise UnusableScan(
            "at most 5 % of a view holds no number", f"{100 * silent:.1f} %", "check the detector, scan again"
        )
    signal = view.signal()
    if view.quantity.physical:
        opaque = float((signal <= OPAQUE_TRANSMISSION).all(axis=0).mean())
        if opaque > _MOST_OPAQUE:
            raise UnusableScan("the beam gets through somewhere", "an opaque view", "use more energy, or open the unit")
    least = _LEAST_CONTRAST if view.quantity.physical else _LEAST_DISPLAY_CONTRAST
    contrast = max(_contrast(plane) for plane in signal.reshape(-1, *signal.shape[-2:]))
    if contrast < least:
        raise UnusableScan(
            f"a view has a contrast of {least:.3f} of full scale",
            f"{contrast:.4f}",
            "check that a unit was in the beam",
        )


def _contrast(plane: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    smooth = cv2.blur(np.ascontiguousarray(plane), (5, 5))
    return float(smooth.max() - smooth.min())
