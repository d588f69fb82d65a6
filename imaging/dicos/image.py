"""Views to DICOM and DICOS files: every level as it is, and nothing claimed that the view does not say.

"DICOS-shaped": the elements are those that an independent toolkit writes and reads; the text of the standard was not
at hand, so conformance is not claimed. What has no element is not written: air levels, masks, laws of a profile.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
from pydicom import Dataset

from imaging.dicos.elements import (
    Instance,
    add_dicos,
    add_dicos_ct,
    add_dicos_dx,
    add_dicos_image,
    common,
    decimal,
    long_string,
    write_instance,
)
from imaging.dicos.groups import add_functional_groups
from imaging.dicos.uids import (
    DICOS_CT,
    DICOS_DX_PRESENTATION,
    DICOS_DX_PROCESSING,
    DX_PRESENTATION,
    DX_PROCESSING,
    ENHANCED_CT,
    SECONDARY_CAPTURE,
    uid_of,
)
from imaging.errors import UnsupportedScan
from imaging.scan import COLOUR, Channel, Pixels, Quantity, Rescale, View

_ENERGY = {"low": "LOW ENERGY", "high": "HIGH ENERGY"}
_RELATIONSHIP = {
    Quantity.COUNTS: "LIN",
    Quantity.TRANSMISSION: "LIN",
    Quantity.ATTENUATION: "LOG",
    Quantity.DISPLAY: "DISP",
    Quantity.UNKNOWN: "UNKNOWN",
}


def write_dicos_dx(
    path: Path, view: View, *, object_type: str = "BAGGAGE", created: datetime | None = None
) -> tuple[Instance, ...]:
    """Write a radiograph as DICOS-shaped digital X-ray, one file a channel, every level exact.

    One channel goes to `path`; low and high go to `NAME_low.SUFFIX` and `NAME_high.SUFFIX`. The same view gives the
    same bytes: identifiers come from the content, times only from `created`.

    Args:
        path: Name of the file, or the common part of two.
        view: CHW of uint8, uint16 or int16, not in colour.
        object_type: What was inspected: `BAGGAGE`, `CARGO`, `ANIMAL`, `BIO_SAMPLE` or `OTHER`.
        created: Written as date and time of study, series, content and instance.

    Raises:
        UnsupportedScan: for volumes, colour, and other dtypes.
    """
    _check(view, "DICOS digital X-ray", axes=3, dtypes="uint8 uint16 int16", colour=False)
    sop_class = DICOS_DX_PRESENTATION if view.quantity is Quantity.DISPLAY else DICOS_DX_PROCESSING
    written = []
    for file, channel, plane in _channels(path, view):
        dataset = common(sop_class, "XRAY", _study(view), created)
        add_dicos(dataset, object_type, created)
        add_dicos_image(dataset)
        _describe_radiograph(dataset, view, channel)
        dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [0, 0, 0], [1, 0, 0, 0, 1, 0]
        add_dicos_dx(dataset)
        dataset.KVP = decimal(channel.energy_kv or 0)
        written.append(_write(file, dataset, plane, "MONOCHROME2"))
    return tuple(written)


def write_dicos_ct(
    path: Path, view: View, *, object_type: str = "BAGGAGE", created: datetime | None = None
) -> tuple[Instance, ...]:
    """Write a volume as DICOS-shaped computed tomography, one file of frames, every level exact.

    Args:
        path: Name of the file.
        view: 1 x D x H x W of uint8, uint16 or int16, with its voxel size.
        object_type: What was inspected, as for `write_dicos_dx`.
        created: As for `write_dicos_dx`.

    Raises:
        UnsupportedScan: for radiographs, several channels, other dtypes, or a volume without `spacing_mm`.
    """
    return _write_volume(path, view, DICOS_CT, object_type, created)


def write_dicom(path: Path, view: View, *, created: datetime | None = None) -> tuple[Instance, ...]:
    """Write a view as plain DICOM: digital X-ray, secondary capture for colour, enhanced CT for a volume.

    Files, identity and exactness are as in `write_dicos_dx` and `write_dicos_ct`; colour (uint8 or uint16) is one file.

    Raises:
        UnsupportedScan: as `write_dicos_dx` and `write_dicos_ct`.
    """
    if view.pixels.ndim == 4:
        return _write_volume(path, view, ENHANCED_CT, None, created)
    if view.channel_names == COLOUR:
        _check(view, "DICOM secondary capture", axes=3, dtypes="uint8 uint16", colour=True)
        dataset = common(SECONDARY_CAPTURE, "OT", _study(view), created)
        dataset.ConversionType, dataset.ImageType = "WSD", ["DERIVED", "PRIMARY"]
        return (_write(path, dataset, np.ascontiguousarray(view.pixels.transpose(1, 2, 0)), "RGB"),)
    _check(view, "DICOM digital X-ray", axes=3, dtypes="uint8 uint16 int16", colour=False)
    written = []
    for file, channel, plane in _channels(path, view):
        sop_class = DX_PRESENTATION if view.quantity is Quantity.DISPLAY else DX_PROCESSING
        dataset = common(sop_class, "DX", _study(view), created)
        _describe_radiograph(dataset, view, channel)
        dataset.KVP = "" if channel.energy_kv is None else decimal(channel.energy_kv)
        written.append(_write(file, dataset, plane, "MONOCHROME2"))
    return tuple(written)


def _write_volume(
    path: Path, view: View, sop_class: str, object_type: str | None, created: datetime | None
) -> tuple[Instance, ...]:
    _check(view, "computed tomography", axes=4, dtypes="uint8 uint16 int16", colour=False)
    if len(view.channels) != 1 or view.spacing_mm is None:
        raise UnsupportedScan(
            "a volume on disk has one channel and the size of its voxels",
            f"channels {view.channel_names}, spacing {view.spacing_mm}",
            "say `spacing_mm` (slice, row, column)",
        )
    dataset = common(sop_class, "CT", _study(view), created)
    if object_type is not None:
        add_dicos(dataset, object_type, created)
        add_dicos_image(dataset)
        add_dicos_ct(dataset)
    dataset.FrameOfReferenceUID = uid_of("frame of reference", view.pixels.tobytes())
    dataset.PositionReferenceIndicator = ""
    channel = view.channels[0]
    kind = ["ORIGINAL", _ENERGY.get(channel.name, "PRIMARY"), "VOLUME", "NONE"]
    rescale = view.rescale or Rescale(1.0, 0.0, "US")
    add_functional_groups(dataset, view.pixels.shape[1], view.spacing_mm, rescale, kind, channel.energy_kv)
    dataset.NumberOfFrames = view.pixels.shape[1]
    return (_write(path, dataset, view.pixels[0], "MONOCHROME2"),)


def _check(view: View, target: str, *, axes: int, dtypes: str, colour: bool) -> None:
    pixels = view.pixels
    if pixels.ndim != axes or pixels.dtype.name not in dtypes.split() or (view.channel_names == COLOUR) != colour:
        raise UnsupportedScan(
            f"{target} holds {'volumes' if axes == 4 else 'colour' if colour else 'radiographs'} of {dtypes}",
            f"{pixels.dtype} {pixels.shape} with channels {view.channel_names}",
            "choose another form, or write TIFF, which holds all of them",
        )


def _channels(path: Path, view: View) -> Iterator[tuple[Path, Channel, Pixels]]:
    """File, channel and pixels HW of each channel: a file alone keeps its name, of several each adds its channel."""
    alone = len(view.channels) == 1
    for channel, plane in zip(view.channels, view.pixels, strict=True):
        yield path if alone else path.with_name(f"{path.stem}_{channel.name}{path.suffix}"), channel, plane


def _study(view: View) -> str:
    return uid_of("study", str(view.pixels.shape), view.pixels.tobytes())


def _describe_radiograph(dataset: Dataset, view: View, channel: Channel) -> None:
    dataset.ImageType = ["ORIGINAL", "INTENSITY", *([_ENERGY[channel.name]] if channel.name in _ENERGY else [])]
    display = view.quantity is Quantity.DISPLAY
    dataset.PresentationIntentType = "FOR PRESENTATION" if display else "FOR PROCESSING"
    dataset.PixelIntensityRelationship = _RELATIONSHIP[view.quantity]
    dataset.PixelIntensityRelationshipSign = -1 if view.quantity is Quantity.ATTENUATION else 1
    if display:
        full = np.iinfo(view.pixels.dtype.name)
        dataset.WindowCenter, dataset.WindowWidth = (full.max + full.min + 1) // 2, full.max - full.min + 1
    rescale = view.rescale or Rescale(1.0, 0.0, "US")
    dataset.RescaleSlope, dataset.RescaleIntercept = decimal(rescale.slope), decimal(rescale.intercept)
    dataset.RescaleType = long_string(rescale.unit)
    dataset.BurnedInAnnotation, dataset.LossyImageCompression = "NO", "00"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.AcquisitionContextSequence = []
    if view.spacing_mm is not None:
        dataset.PixelSpacing = [decimal(pitch) for pitch in view.spacing_mm]
        dataset.PixelSpacingCalibrationType = "GEOMETRY"
        dataset.PixelSpacingCalibrationDescription = "pitch at the object"
    if view.geometry is not None:
        for keyword, distance in (
            ("DistanceSourceToDetector", view.geometry.source_detector_mm),
            ("DistanceSourceToPatient", view.geometry.source_object_mm),
        ):
            if distance is not None:
                setattr(dataset, keyword, decimal(distance))


def _write(path: Path, dataset: Dataset, pixels: Pixels, photometric: str) -> Instance:
    """Write samples HW, HW3 or DHW, little endian, all bits used."""
    dataset.Rows, dataset.Columns = pixels.shape[:2] if photometric == "RGB" else pixels.shape[-2:]
    dataset.SamplesPerPixel = 3 if photometric == "RGB" else 1
    if photometric == "RGB":
        dataset.PlanarConfiguration = 0
    dataset.PhotometricInterpretation = photometric
    bits = pixels.dtype.itemsize * 8
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = bits, bits, bits - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    return write_instance(path, dataset, pixels.astype(pixels.dtype.newbyteorder("<")).tobytes())
