"""What every DICOM and DICOS file of ours has in common, and how it is put on disk."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydicom import Dataset, dcmwrite
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pydicom.valuerep import DSfloat

from imaging.dicos.uids import uid_of
from imaging.errors import UnsupportedScan
from imaging.formats.dicom.header import quiet
from imaging.writing.whole import write_whole

_SOFTWARE = "customs-xray"
_UNKNOWN = "unknown"
_VERSION = "V03"
_MOST_CHARACTERS = 64
OBJECT_TYPES = ("BAGGAGE", "CARGO", "ANIMAL", "BIO_SAMPLE", "OTHER")
_DATE, _TIME = "%Y%m%d", "%H%M%S.%f"
NO_TIME = datetime(1900, 1, 1)  # noqa: DTZ001 -- DICOM times are local to the scanner, and this one is none
# In no dictionary of pydicom, or there under another type.
_META_VERSION, _IMAGE_ORIGIN, _COORDINATE_SYSTEM, _EFFECTIVE_ENERGY = 0x00020004, 0x00080118, 0x00082108, 0x43000902


@dataclass(frozen=True, slots=True)
class Instance:
    """One image on disk, as reports refer to it; `path` is None where only the reference is known."""

    sop_class_uid: str
    sop_instance_uid: str
    path: Path | None = None


def common(sop_class_uid: str, modality: str, study_uid: str, created: datetime | None) -> Dataset:
    """A data set with equipment, object of inspection, study and series; times only where they are given.

    The object of inspection stands where DICOM has the patient.
    """
    dataset = Dataset()
    dataset.SpecificCharacterSet = "ISO_IR 192"  # UTF-8
    dataset.SOPClassUID = sop_class_uid
    dataset.Modality = modality
    _add_times(dataset, created)
    for keyword in ("Manufacturer", "InstitutionName", "StationName", "ManufacturerModelName", "DeviceSerialNumber"):
        setattr(dataset, keyword, _UNKNOWN)
    dataset.SoftwareVersions = _SOFTWARE
    dataset.PatientID = _UNKNOWN
    dataset.PatientName = ""
    dataset.StudyInstanceUID = study_uid
    dataset.StudyID = _UNKNOWN
    dataset.InstanceNumber = 1
    return dataset


def add_dicos(dataset: Dataset, object_type: str, created: datetime | None) -> None:
    """The elements that DICOS has beyond DICOM, as an independent toolkit writes them and asks for them.

    It insists on times: where none is known they are the first second of 1900. What else it insists on and nobody
    told us says `unknown`, or 0.

    Raises:
        UnsupportedScan: an object type that it has no word for.
    """
    if object_type not in OBJECT_TYPES:
        raise UnsupportedScan(f"an inspected object is one of {', '.join(OBJECT_TYPES)}", object_type, "use OTHER")
    known = created or NO_TIME
    _add_times(dataset, known)
    dataset.DateOfLastCalibration, dataset.TimeOfLastCalibration = known.strftime(_DATE), known.strftime(_TIME)
    dataset.InstitutionAddress = _UNKNOWN
    dataset.InstitutionalDepartmentName = ""
    dataset.IssuerOfPatientID = _UNKNOWN
    dataset.TypeOfPatientID = "TEXT"
    dataset.PatientSex = "U"
    dataset.OtherPatientIDsSequence = []
    dataset.DICOSVersion = _VERSION
    dataset.OOIType = object_type
    dataset.AcquisitionStatus = "SUCCESSFUL"
    dataset.ScanType = "OPERATIONAL"
    dataset.AlgorithmRoutingCodeSequence = []


def add_dicos_image(dataset: Dataset) -> None:
    """What DICOS images have beyond other DICOS files: how their axes lie, and the energy that they were taken at."""
    dataset.add_new(_IMAGE_ORIGIN, "CS", "MACHINE")
    dataset.add_new(_COORDINATE_SYSTEM, "CS", "LHS")
    dataset.add_new(_EFFECTIVE_ENERGY, "FL", 0.0)


def add_dicos_dx(dataset: Dataset) -> None:
    """What a DICOS radiograph has beyond that."""
    dataset.DetectorType, dataset.XRayTubeCurrentInuA = "", 0
    dataset.TableSpeed = dataset.BeltHeight = 0.0
    dataset.KVP = decimal(0)


def add_dicos_ct(dataset: Dataset) -> None:
    """What a DICOS volume has beyond that."""
    dataset.AcquisitionDateTime = f"{dataset.ContentDate}{dataset.ContentTime}"
    dataset.AcquisitionDuration = 0.0


def _add_times(dataset: Dataset, created: datetime | None) -> None:
    for keyword in ("Study", "Series", "Content", "InstanceCreation"):
        setattr(dataset, f"{keyword}Date", "" if created is None else created.strftime(_DATE))
        setattr(dataset, f"{keyword}Time", "" if created is None else created.strftime(_TIME))


def item(**elements: object) -> Dataset:
    """One item of a sequence, its elements by keyword."""
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def decimal(value: float) -> DSfloat:
    """A number as at most 16 characters of decimal text, as DICOM stores it."""
    return DSfloat(value, auto_format=True)


def long_string(text: str) -> str:
    """Text that a DICOM long string holds.

    Raises:
        UnsupportedScan: over 64 characters, with a backslash (it parts values) or unprintable ones.
    """
    if len(text) > _MOST_CHARACTERS or "\\" in text or not text.isprintable() or text != text.strip():
        raise UnsupportedScan(
            f"a DICOM text has at most {_MOST_CHARACTERS} printable characters, no backslash, no blanks around it",
            f"{text[:_MOST_CHARACTERS]!r}",
            "shorten it",
        )
    return text


def write_instance(path: Path, dataset: Dataset, pixels: bytes | None) -> Instance:
    """Give a data set its identity, derived from all of it and the pixel bytes, and write it whole."""
    with quiet():
        identity = uid_of(_encoded(dataset), pixels or b"")
        dataset.SeriesInstanceUID = uid_of("series", identity)
        dataset.SOPInstanceUID = uid_of("instance", identity)
        if pixels is not None:
            dataset.add_new("PixelData", "OW", pixels + bytes(len(pixels) % 2))
        write_whole(path, _file(dataset))
    return Instance(str(dataset.SOPClassUID), str(dataset.SOPInstanceUID), path)


def _file(dataset: Dataset) -> bytes:
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    add_dicos_version(meta, dataset)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(uid_of(_SOFTWARE))
    meta.ImplementationVersionName = "CUSTOMS_XRAY"
    dataset.file_meta = meta
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, enforce_file_format=True)
    return buffer.getvalue()


def add_dicos_version(meta: Dataset, dataset: Dataset) -> None:
    """The version of DICOS in the meta information of a file, where its data set has one."""
    if "DICOSVersion" in dataset:
        meta.add_new(_META_VERSION, "CS", _VERSION)


def _encoded(dataset: Dataset) -> bytes:
    buffer = io.BytesIO()
    dcmwrite(buffer, dataset, implicit_vr=False, little_endian=True)
    return buffer.getvalue()
