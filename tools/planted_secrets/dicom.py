"""DICOM and DICOS files with secrets in tags, private tags, nested sequences, UIDs, overlays, preamble and tail."""

from __future__ import annotations

import io

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tools.fuzzing.dicom_seeds import dicom_bytes
from tools.planted_secrets.secrets import Secrets

_NAMES = (
    "PatientName", "PatientID", "PatientComments", "InstitutionName", "OperatorsName", "InstitutionAddress",
    "ReferringPhysicianName", "StudyDescription", "SeriesDescription", "ImageComments", "DeviceSerialNumber",
    "ProtocolName", "DerivationDescription",
)  # fmt: skip
_UIDS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID")
_DATES = ("AcquisitionDate", "StudyDate", "PatientBirthDate")
_SHORT = ("StationName", "AccessionNumber", "StudyID")
KINDS = (("explicit", "ct"), ("implicit", "dx"), ("jpegls", "dx"), ("big_endian", "dx"), ("explicit", "dicos_dx"))


def secret_dicom(picture_HW: NDArray[np.uint16], kind: int, secrets: Secrets) -> bytes:
    """A file of one of `KINDS` around a picture."""
    syntax, storage = KINDS[kind % len(KINDS)]
    dataset = pydicom.dcmread(io.BytesIO(dicom_bytes(picture_HW[None], syntax, storage)))
    for name in _NAMES:
        setattr(dataset, name, secrets.draw(f"dicom {name}"))
    for name in _SHORT:
        setattr(dataset, name, secrets.word(f"dicom {name}"))
    _private(dataset, secrets, "dicom private")
    dataset.RequestAttributesSequence = [_nested(secrets, 3)]
    dataset.OriginalAttributesSequence = [_nested(secrets, 1)]
    for name in _UIDS:
        setattr(dataset, name, secrets.uid(f"dicom {name}"))
    for name in _DATES:
        setattr(dataset, name, secrets.date(f"dicom {name}"))
    dataset.ContentTime = "084109"
    dataset.preamble = secrets.draw("dicom preamble").encode().ljust(128, b"\0")[:128]
    overlay = secrets.draw("dicom overlay").encode().ljust(64, b"\0")
    dataset.add_new((0x6000, 0x3000), "OW", overlay)
    dataset.add_new((0xFFFC, 0xFFFC), "OB", secrets.draw("dicom padding").encode().ljust(80, b"\0"))
    buffer = io.BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _private(dataset: Dataset, secrets: Secrets, place: str) -> None:
    block = dataset.private_block(0x0043, "MAKER OF SCANNERS", create=True)
    block.add_new(0x01, "LO", secrets.draw(place))
    block.add_new(0x02, "UN", secrets.draw(f"{place} of unknown type").encode().ljust(60, b"\0"))


def _nested(secrets: Secrets, depth: int) -> Dataset:
    inner = Dataset()
    inner.RequestedProcedureDescription = secrets.draw(f"dicom sequence {depth} deep")
    _private(inner, secrets, f"dicom private in a sequence {depth} deep")
    if depth:
        inner.RequestAttributesSequence = [_nested(secrets, depth - 1)]
    return inner
