"""What a DICOM or DICOS header says about its numbers: their kind, energy, line to physical values, distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydicom import Dataset

from imaging.errors import UnsupportedScan
from imaging.formats.dicom.values import items, number, text, texts
from imaging.scan import Geometry, Quantity, Rescale

_ENERGIES = {"HIGH ENERGY": "high", "HIGH_ENERGY": "high", "LOW ENERGY": "low", "LOW_ENERGY": "low"}
_CT_CLASSES = ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.501.1")


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the values of one frame are looked up: its own groups, the shared groups, the data set itself."""

    number: int  # from 1, as DICOM counts
    places: tuple[Dataset, ...]
    alone: bool

    def group(self, sequence: str) -> tuple[Dataset, ...]:
        """The item of a functional group where there is one, and then the data set itself."""
        return (*self.own_group(sequence), self.places[-1])

    def own_group(self, sequence: str) -> tuple[Dataset, ...]:
        """The item of a functional group; for the only frame of a file the data set itself as well."""
        *groups, dataset = self.places
        found = tuple(item for place in groups for item in items(place, sequence)[:1])
        return (*found, dataset) if self.alone else found


def frames_of(dataset: Dataset, count: int) -> tuple[Frame, ...]:
    """One `Frame` for each of `count` frames. Source: DICOM PS3.3 C.7.6.16 (functional groups)."""
    shared = tuple(items(dataset, "SharedFunctionalGroupsSequence")[:1])
    own = items(dataset, "PerFrameFunctionalGroupsSequence")
    return tuple(Frame(index + 1, (*own[index : index + 1], *shared, dataset), count == 1) for index in range(count))


def quantity_of(dataset: Dataset) -> Quantity | None:
    """COUNTS for a linear pixel intensity relationship, DISPLAY for what was made to be looked at, else None.

    A linear relationship with sign -1 (dense is large) has an unknown zero and stays None, as logarithms do: DICOM
    does not state their base. Source: DICOM PS3.3 C.8.11.3.1.2 (relationship and sign), C.8.11.1 (presentation intent).
    """
    relationship = text(dataset, "PixelIntensityRelationship").upper()
    if text(dataset, "PresentationIntentType").upper() == "FOR PRESENTATION" or relationship == "DISP":
        return Quantity.DISPLAY
    rising = number(dataset, "PixelIntensityRelationshipSign") in (None, 1.0)
    return Quantity.COUNTS if relationship == "LIN" and rising else None


def channel_of(dataset: Dataset) -> str | None:
    """`low` or `high` where the image type names one energy, as DICOS writes it; else None."""
    named = {_ENERGIES[value.upper()] for value in texts(dataset, "ImageType") if value.upper() in _ENERGIES}
    return named.pop() if len(named) == 1 else None


def geometry_of(dataset: Dataset) -> Geometry | None:
    """Distances from the source in millimetres, from the data set or its first DICOS detector geometry."""
    places = (dataset, *items(dataset, "DetectorGeometrySequence")[:1])
    detector, found = (_first_positive(places, f"DistanceSourceTo{what}") for what in ("Detector", "Patient"))
    return None if detector is None and found is None else Geometry(detector, found)


def _first_positive(places: Sequence[Dataset], keyword: str) -> float | None:
    found = (number(place, keyword) for place in places)
    return next((value for value in found if value is not None and value > 0), None)


def rescale_of(dataset: Dataset, frames: Sequence[Frame]) -> Rescale | None:
    """The line from stored to physical values that all frames share; None where none is stated.

    A CT without a unit is in Hounsfield units (DICOM PS3.3 C.8.2.1); elsewhere the unit is then `US`, unspecified.

    Raises:
        UnsupportedScan: when frames disagree, naming the first that does.
    """
    unstated = "HU" if text(dataset, "SOPClassUID") in _CT_CLASSES else "US"
    lines = [_line(frame, unstated) for frame in frames]
    for frame, line in zip(frames, lines, strict=True):
        if line != lines[0]:
            raise UnsupportedScan(
                "the frames of one file share one rescale", f"frame {frame.number} with another", "write a file each"
            )
    return lines[0]


def _line(frame: Frame, unstated: str) -> Rescale | None:
    for place in frame.group("PixelValueTransformationSequence"):
        slope, intercept = number(place, "RescaleSlope"), number(place, "RescaleIntercept")
        if slope is not None and intercept is not None and slope != 0:
            return Rescale(slope, intercept, text(place, "RescaleType") or unstated)
    return None
