"""Pitch of a radiograph at the object."""

from __future__ import annotations

from pydicom import Dataset

from imaging.formats.dicom.values import number, numbers, text
from imaging.scan import Geometry


def projected_spacing(dataset: Dataset, geometry: Geometry | None) -> tuple[float, ...] | None:
    """(row, column) pitch in millimetres at the object; None where the file leaves it open.

    `PixelSpacing` holds where it was calibrated, or where no detector pitch stands beside it. A detector pitch
    (`ImagerPixelSpacing`) is divided by the magnification, which is stated or follows from the distances; without
    either the pitch at the object is unknown, and a mass computed from the detector's would be too large by the square
    of the magnification. Source: DICOM PS3.3 10.7.1.3 and C.8.7.1.1.3.
    """
    stated, imager = _positive(dataset, "PixelSpacing"), _positive(dataset, "ImagerPixelSpacing")
    calibrated = text(dataset, "PixelSpacingCalibrationType") != ""
    if stated is not None and (calibrated or imager is None or stated != imager):
        return stated
    magnification = _magnification(dataset, geometry)
    if imager is None or magnification is None:
        return None
    return tuple(pitch / magnification for pitch in imager)


def _positive(dataset: Dataset, keyword: str) -> tuple[float, ...] | None:
    pitch = numbers(dataset, keyword, 2)
    return pitch if pitch is not None and min(pitch) > 0 else None


def _magnification(dataset: Dataset, geometry: Geometry | None) -> float | None:
    stated = number(dataset, "EstimatedRadiographicMagnificationFactor")
    if stated is not None and stated >= 1:
        return stated
    if geometry is None or geometry.source_detector_mm is None or geometry.source_object_mm is None:
        return None
    magnification = geometry.source_detector_mm / geometry.source_object_mm
    return magnification if magnification >= 1 else None
