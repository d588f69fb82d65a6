"""Functional groups of a volume: what all frames share, and where each frame lies."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom import Dataset

from imaging.dicos.elements import decimal, item, long_string
from imaging.scan import Rescale


def add_functional_groups(
    dataset: Dataset,
    frames: int,
    spacing_mm: Sequence[float],
    rescale: Rescale,
    image_type: list[str],
    energy_kv: float | None,
) -> None:
    """Describe a box of frames, the first at the origin, the others behind it along the third axis.

    Tube voltage and focal spot of 0 say that they are not known: an independent toolkit insists on a value.
    Source: DICOM PS3.3 C.7.6.16 (multi-frame functional groups).
    """
    pitch, *in_plane = spacing_mm
    dataset.ImageType = image_type
    dataset.PixelPresentation, dataset.VolumetricProperties = "MONOCHROME", "VOLUME"
    dataset.VolumeBasedCalculationTechnique = "NONE"
    dataset.BurnedInAnnotation, dataset.PresentationLUTShape = "NO", "IDENTITY"
    dataset.AcquisitionContextSequence = []
    dataset.SharedFunctionalGroupsSequence = [
        item(
            CTXRayDetailsSequence=[
                item(
                    KVP=decimal(energy_kv or 0),
                    FocalSpots=decimal(0),
                    FilterType="NONE",
                    FilterMaterial="",
                )
            ],
            CTImageFrameTypeSequence=[
                item(
                    FrameType=image_type,
                    PixelPresentation="MONOCHROME",
                    VolumetricProperties="VOLUME",
                    VolumeBasedCalculationTechnique="NONE",
                )
            ],
            PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
            PixelMeasuresSequence=[item(SliceThickness=decimal(pitch), PixelSpacing=list(map(decimal, in_plane)))],
            PixelValueTransformationSequence=[
                item(
                    RescaleIntercept=decimal(rescale.intercept),
                    RescaleSlope=decimal(rescale.slope),
                    RescaleType=long_string(rescale.unit),
                )
            ],
        )
    ]
    dataset.PerFrameFunctionalGroupsSequence = [
        item(PlanePositionSequence=[item(ImagePositionPatient=[0, 0, decimal(frame * pitch)])])
        for frame in range(frames)
    ]
