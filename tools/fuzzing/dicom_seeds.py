"""DICOM and DICOS pictures made with pydicom and imagecodecs alone, in every transfer syntax read; a report by us."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from imaging.dicos import (
    AlarmDecision,
    Instance,
    PotentialThreatObject,
    ThreatCategory,
    ThreatFlag,
    ThreatReport,
    write_tdr,
)

_ROOT = "2.25.1"
_RAW = {
    "implicit": uid.ImplicitVRLittleEndian,
    "explicit": uid.ExplicitVRLittleEndian,
    "big_endian": uid.ExplicitVRBigEndian,
    "deflated": uid.DeflatedExplicitVRLittleEndian,
}
_ENCODED: dict[str, tuple[uid.UID, Callable[..., bytes | bytearray]]] = {
    "jpeg_lossless": (uid.JPEGLosslessSV1, imagecodecs.ljpeg_encode),
    "jpegls": (uid.JPEGLSLossless, imagecodecs.jpegls_encode),
    "jpeg2000": (uid.JPEG2000Lossless, partial(imagecodecs.jpeg2k_encode, codecformat="j2k", reversible=True)),
}
STORAGE = {
    "ct": uid.CTImageStorage,
    "dx": uid.DigitalXRayImageStorageForProcessing,
    "enhanced_ct": uid.EnhancedCTImageStorage,
    "dicos_ct": "1.2.840.10008.5.1.4.1.1.501.1",
    "dicos_dx": "1.2.840.10008.5.1.4.1.1.501.2.2",
    "dicos_tdr": "1.2.840.10008.5.1.4.1.1.501.3",
}


def dicom_bytes(
    frames_DHW: NDArray[np.uint16], syntax: str = "explicit", storage: str = "ct", place_mm: float = 0
) -> bytes:
    """One file of 16-bit grey frames: `syntax` and `storage` by their short names above."""
    dataset = _dataset(frames_DHW, storage, place_mm)
    if syntax in _RAW:
        order = ">" if syntax == "big_endian" else "<"
        dataset.PixelData = frames_DHW.astype(f"{order}u2").tobytes()
        return _written(dataset, _RAW[syntax])
    if syntax == "rle":
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
        frames = frames_DHW if len(frames_DHW) > 1 else frames_DHW[0]
        dataset.compress(uid.RLELossless, frames, encoding_plugin="pydicom", generate_instance_uid=False)
        return _written(dataset, uid.RLELossless)
    transfer_syntax, encode = _ENCODED[syntax]
    dataset.PixelData = encapsulate([bytes(encode(frame)) for frame in frames_DHW])
    dataset["PixelData"].VR = "OB"
    return _written(dataset, transfer_syntax)


def dicom_seeds(frame: NDArray[np.uint16]) -> Iterator[tuple[str, str, bytes]]:
    """Format (a row of the table), name and bytes of each."""
    for syntax in (*_RAW, "rle", *_ENCODED):
        yield "dicom", syntax, dicom_bytes(frame[None], syntax)
    yield "dicom", "dx", dicom_bytes(frame[None], storage="dx")
    yield "dicom", "frames", dicom_bytes(np.stack([frame] * 3), storage="enhanced_ct")
    yield "dicos", "ct", dicom_bytes(np.stack([frame] * 3), storage="dicos_ct")
    yield "dicos", "ct_jpeg_lossless", dicom_bytes(np.stack([frame] * 3), "jpeg_lossless", "dicos_ct")
    yield "dicos", "dx", dicom_bytes(frame[None], storage="dicos_dx")


def data_set_start(content: bytes) -> int:
    """Where the data set of a file made here begins: behind the file meta elements, whose length comes first."""
    return 144 + int.from_bytes(content[140:144], "little")


def tdr_bytes() -> bytes:
    """A threat detection report with an alarm, an object that is none, and all that may be said of them."""
    knife = PotentialThreatObject(
        1, (2.0, 3.0, 10.0, 9.0), ThreatFlag.THREAT, ThreatCategory.PROHIBITED_ITEM,
        probability=0.75, description="knife", mass=0.5, density=7.75, effective_z=26.0,
    )  # fmt: skip
    laptop = PotentialThreatObject(2, (0.0, 0.0, 5.0, 5.0), ThreatFlag.NO_THREAT, ThreatCategory.LAPTOP)
    about = Instance(str(STORAGE["dicos_dx"]), f"{_ROOT}.1")
    report = ThreatReport(about, AlarmDecision.ALARM, (knife, laptop), algorithm=("fuzz", "1", "-rate=0.05"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "report.dcs")
        write_tdr(path, report)
        return path.read_bytes()


def _dataset(frames_DHW: NDArray[np.uint16], storage: str, place_mm: float) -> Dataset:
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID = uid.UID(STORAGE[storage]), f"{_ROOT}.{int(place_mm * 10) + 1}"
    dataset.Modality = "DX" if "dx" in storage else "CT"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "HIGH_ENERGY"]
    dataset.SeriesInstanceUID, dataset.StudyInstanceUID = f"{_ROOT}.7", f"{_ROOT}.8"
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows, dataset.Columns = frames_DHW.shape[1:]
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 0
    dataset.PixelSpacing, dataset.RescaleSlope, dataset.RescaleIntercept = [1.5, 1.5], 1, -1024
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [0, 0, place_mm], [1, 0, 0, 0, 1, 0]
    if len(frames_DHW) > 1:
        dataset.NumberOfFrames = len(frames_DHW)
        dataset.PerFrameFunctionalGroupsSequence = [_place(index) for index in range(len(frames_DHW))]
    return dataset


def _place(index: int) -> Dataset:
    position, frame = Dataset(), Dataset()
    position.ImagePositionPatient = [0, 0, 2 * index]
    frame.PlanePositionSequence = [position]
    return frame


def _written(dataset: Dataset, transfer_syntax: uid.UID) -> bytes:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = dataset.SOPClassUID, dataset.SOPInstanceUID
    meta.TransferSyntaxUID, meta.ImplementationClassUID = transfer_syntax, uid.UID(f"{_ROOT}.2")
    dataset.file_meta, dataset.preamble = meta, bytes(128)
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
