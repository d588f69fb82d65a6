"""What a hidden object looks like in the picture: mask, boxes, and how far it stands out of noise.

The object is projected alone, so mask and box are amodal: all of the object, whatever stands before or behind it. Its
detectability compares the picture with the one that there would be had the goods been left whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.detector import noise_of, primary
from datasets.sandbox.physics.projection import ArealDensity, Field, project
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.scene import Insert

MASK_G_CM2 = 0.05  # less is an edge that covers a few percent of a pixel
VISIBLE_RATIO = 1.0  # of contrast to noise, in a pixel that counts as visible
Bounds = tuple[int, int, int, int]
Scalar = str | int | float | bool | None


@dataclass(frozen=True, eq=False)
class Labelled:
    """One hidden object in the picture.

    `mask_HW` is bool, `box_xyxy` its half-open bounds in pixels; `visible_xyxy` bounds the pixels of the mask that
    stand out of their noise, None where none does.
    """

    label: str
    box_xyxy: Bounds
    visible_xyxy: Bounds | None
    mask_HW: NDArray[np.bool_]
    attributes: dict[str, Scalar]


def label_insert(insert: Insert, scene: ArealDensity, field: Field, scanner: Scanner) -> Labelled | None:
    """Label of an object of a scene; None where no pixel shows it (outside the field).

    Attributes are those of `labelled`, and `mass_kg`, `material`, `placement`, `item`.
    """
    mask_HW = project(insert.extent, field).maps_MHW.sum(axis=0) > MASK_G_CM2
    if not mask_HW.any():
        return None
    x0, y0, x1, y1 = mask_bounds(mask_HW)
    window = (slice(None), slice(y0, y1), slice(x0, x1))
    change = project((*insert.boxes, *insert.cavities), field, scene.materials).maps_MHW[window]
    there = np.maximum(scene.maps_MHW[window], 0.0)
    without = np.maximum(there - change, 0.0)
    shown, whole = (primary(ArealDensity(scene.materials, maps_MHW), scanner)[-1] for maps_MHW in (there, without))
    about: dict[str, Scalar] = {
        "mass_kg": round(insert.mass_kg, 2),
        "material": insert.material,
        "placement": insert.placement,
        "item": insert.item,
    }
    dose_R = field.dose_R(scanner.half_dose_deg.value)[y0:y1]
    return labelled(insert.label, mask_HW, shown, whole, scanner, about, dose_R)


def labelled(
    label: str,
    mask_HW: NDArray[np.bool_],
    shown_HW: NDArray[np.float32],
    whole_HW: NDArray[np.float32],
    scanner: Scanner,
    about: dict[str, Scalar],
    dose_R: NDArray[np.float64] | float = 1.0,
) -> Labelled:
    """Label of an object from its mask and what shows within the bounds of it.

    Attributes, beside those of `about`: `detectability`, the mean over the object's pixels of its contrast in the
    transmission of the high channel over that pixel's noise; `visible_share`, the share of its pixels where that ratio
    is at least `VISIBLE_RATIO`; `opaque_share`, the share where so little comes through even without it that more
    could not be told.

    Args:
        label: Canonical label.
        mask_HW: Its pixels, one or more, in the whole picture.
        shown_HW: Primary transmission of the high channel with the object, within the bounds of the mask.
        whole_HW: The same had the object not been there.
        scanner: Of the picture.
        about: What else there is to say.
        dose_R: Share of the dose that the rows within the bounds get.
    """
    x0, y0, x1, y1 = box_xyxy = mask_bounds(mask_HW)
    own = mask_HW[y0:y1, x0:x1]
    noise = np.hypot(noise_of(shown_HW, scanner, dose_R), noise_of(whole_HW, scanner, dose_R)) / np.sqrt(2)
    ratio = np.abs(shown_HW - whole_HW) / np.maximum(noise, 1e-9)
    visible = own & (ratio >= VISIBLE_RATIO)
    visible_xyxy = None
    if visible.any():
        left, top, right, bottom = mask_bounds(visible)
        visible_xyxy = (x0 + left, y0 + top, x0 + right, y0 + bottom)
    opaque = np.maximum(shown_HW, whole_HW)[own] <= scanner.opaque_transmission.value
    seen: dict[str, Scalar] = {
        "detectability": round(float(ratio[own].mean()), 3),
        "visible_share": round(float(visible.sum() / own.sum()), 3),
        "opaque_share": round(float(opaque.mean()), 3),
    }
    return Labelled(label, box_xyxy, visible_xyxy, mask_HW, {**seen, **about})


def mask_bounds(mask_HW: NDArray[np.bool_]) -> Bounds:
    """Half-open bounds x0, y0, x1, y1 of a mask with at least one pixel."""
    rows, columns = np.flatnonzero(mask_HW.any(axis=1)), np.flatnonzero(mask_HW.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
