"""A scan of a vehicle or container as the depth of water that attenuates as much, on squares of 20 mm."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.blank import whole_pixels
from imaging.material.attenuation import mass_attenuation
from imaging.profile import ScannerProfile
from imaging.scan import FloatImage, Quantity, View

GRID_MM = 20.0
_LEAST_MM = 1200.0  # of height and of length: less is a tunnel for bags and parcels, which holds nobody upright
_MOST_MM = 60_000.0  # a longer train is more squares than a scan should cost
_MEAN_ENERGY = 0.35  # of the highest: what detectors see of bremsstrahlung of 3 to 9 MV, and of filtered tubes
_UNKNOWN_KV = 6000.0
_TABLE_KEV = (30.0, 50_000.0)
_DARKEST, _BRIGHTEST = 1e-5, 4.0  # transmissions beyond which noise is read


@dataclass(frozen=True, eq=False)
class WaterDepth:
    """Depth HW in g/cm2, float32, and the pixels (rows, columns) of the scan that a square of the grid takes."""

    depth_HW: FloatImage
    pixels: tuple[float, float]
    size_hw: tuple[int, int]

    def boxes_px(self, boxes_N4: NDArray[np.float64]) -> NDArray[np.float64]:
        """Boxes x0, y0, x1, y1 of the grid in whole pixels of the scan, which they cover, within it."""
        scale = np.array([self.pixels[1], self.pixels[0]] * 2)
        return whole_pixels(boxes_N4.reshape(-1, 4) * scale, self.size_hw)


def water_depth(view: View, profile: ScannerProfile | None) -> WaterDepth | None:
    """The map of a radiograph with a meaning, a pitch and the size of a vehicle; None for any other.

    The channel of the highest energy counts. The beam is taken for one of a third of its highest energy (of 6 MV where
    that is not known): right within a fifth up to 60 g/cm2.
    """
    spacing_mm = view.spacing_mm or tuple((profile and profile.spacing_mm) or ())
    if view.pixels.ndim != 3 or not _has_meaning(view) or not _is_pitch(spacing_mm):
        return None
    pixels = (GRID_MM / spacing_mm[0], GRID_MM / spacing_mm[1])
    rows, columns = (round(side / per) for side, per in zip(view.size_hw, pixels, strict=True))
    if min(rows, columns) * GRID_MM < _LEAST_MM or max(rows, columns) * GRID_MM > _MOST_MM:
        return None
    channel = _hardest(view)
    beam_HW = np.clip(view.signal()[channel], 0, _BRIGHTEST)
    beam_HW = cv2.resize(beam_HW, (columns, rows), interpolation=cv2.INTER_AREA)
    energy_kev = _MEAN_ENERGY * (view.channels[channel].energy_kv or _UNKNOWN_KV)
    per_depth = float(mass_attenuation("water", np.clip([energy_kev], *_TABLE_KEV))[0])
    depth_HW = -np.log(np.clip(beam_HW, _DARKEST, None)) / per_depth
    return WaterDepth(depth_HW.astype(np.float32), pixels, view.size_hw)


def _has_meaning(view: View) -> bool:
    return view.quantity.physical and (view.quantity is not Quantity.COUNTS or view.air is not None)


def _is_pitch(spacing_mm: tuple[float, ...]) -> bool:
    return len(spacing_mm) == 2 and all(0 < pitch < math.inf for pitch in spacing_mm)


def _hardest(view: View) -> int:
    energies = [channel.energy_kv or 0.0 for channel in view.channels]
    return len(energies) - 1 - energies[::-1].index(max(energies))
