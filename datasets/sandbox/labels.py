"""What a hidden object looks like in the picture: mask, box, and how far it stands out of noise.

The object is projected alone, so the box is amodal: all of the object, whatever stands before or behind it. Its
detectability compares the picture with the one that there would be had the goods been left whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.detector import noise_of_log, primary
from datasets.sandbox.physics.projection import ArealDensity, Field, project
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.scene import Insert

MASK_G_CM2 = 0.05  # less is an edge that covers a few percent of a pixel
Scalar = str | int | float | bool | None


@dataclass(frozen=True, eq=False)
class Labelled:
    """One hidden object in the picture; `mask_HW` is bool, `box_xyxy` its half-open bounds in pixels."""

    label: str
    box_xyxy: tuple[int, int, int, int]
    mask_HW: NDArray[np.bool_]
    attributes: dict[str, Scalar]


def label_insert(insert: Insert, scene: ArealDensity, field: Field, scanner: Scanner) -> Labelled | None:
    """Label of an object of a scene; None where no pixel shows it (outside the field).

    Attributes: `detectability`, the mean over the object's pixels of its contrast in -ln T of the high channel over
    that pixel's noise; `visible_share`, the share of its pixels where that ratio is at least 1; `mass_kg`;
    `material`; `placement`.
    """
    alone = project(insert.boxes, field)
    mask_HW = alone.maps_MHW.sum(axis=0) > MASK_G_CM2
    if not mask_HW.any():
        return None
    box_xyxy = mask_bounds(mask_HW)
    x0, y0, x1, y1 = box_xyxy
    ratio = _contrast_to_noise(insert, scene, field, scanner, (slice(y0, y1), slice(x0, x1)))[mask_HW[y0:y1, x0:x1]]
    return Labelled(
        insert.label,
        box_xyxy,
        mask_HW,
        {
            "detectability": round(float(ratio.mean()), 3),
            "visible_share": round(float((ratio >= 1).mean()), 3),
            "mass_kg": round(insert.mass_kg, 2),
            "material": insert.material,
            "placement": insert.placement,
        },
    )


def mask_bounds(mask_HW: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Half-open bounds x0, y0, x1, y1 of a mask with at least one pixel."""
    rows, columns = np.flatnonzero(mask_HW.any(axis=1)), np.flatnonzero(mask_HW.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _contrast_to_noise(
    insert: Insert, scene: ArealDensity, field: Field, scanner: Scanner, window: tuple[slice, slice]
) -> NDArray[np.float32]:
    change = project((*insert.boxes, *insert.cavities), field, scene.materials).maps_MHW[:, *window]
    there = np.maximum(scene.maps_MHW[:, *window], 0.0)
    without = np.maximum(there - change, 0.0)
    shown = primary(ArealDensity(scene.materials, there), scanner)[-1]
    whole = primary(ArealDensity(scene.materials, without), scanner)[-1]
    contrast = np.abs(np.log(np.maximum(shown, 1e-9)) - np.log(np.maximum(whole, 1e-9)))
    noise = noise_of_log(np.minimum(shown, whole), scanner)
    return np.asarray(contrast / noise, np.float32)
