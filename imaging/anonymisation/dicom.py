"""DICOM and DICOS files by the Basic Application Level Confidentiality Profile, and stricter: see `dicom_elements`."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Literal

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset, write_file_meta_info
from pydicom.uid import UID

from imaging.anonymisation.cleaned import Cleaned, Tally, told
from imaging.anonymisation.dicom_elements import Rules, clean_data_set, replaced_values
from imaging.anonymisation.dicom_palette import blank_unused_colours
from imaging.anonymisation.dicom_pixels import pixel_parts
from imaging.anonymisation.dicos import filled
from imaging.anonymisation.pseudonym import Pseudonyms
from imaging.dicos.elements import add_dicos_version, item
from imaging.dicos.uids import uid_of
from imaging.errors import UnsupportedScan
from imaging.formats.content import Content
from imaging.formats.dicom.decode import Stated, stated_in
from imaging.formats.dicom.header import quiet, read_header
from imaging.formats.dicom.values import texts
from imaging.formats.picture import DEFAULT_LIMITS

_PREAMBLE = bytes(128) + b"DICM"
_METHOD = "PS3.15 Basic Profile, and only what pixels need"
# PS3.16 CID 7050.
_CODES = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
)
_OWN = ("header", "series_uid", "palette")  # of what a file states: not compared as they stand


def clean_dicom(content: Content, pseudonyms: Pseudonyms, *, dates: Literal["month", "shift"], group: str) -> Cleaned:
    """A file with preamble, little of its header, and its pixels; in the transfer syntax that it had, but not deflated.

    UIDs become pseudonyms. Dates of study, series, acquisition and content become the first of their month, or lie
    earlier by the days of `group`; times go. A seal, which needs the key, says that this was done: a file that bears
    it keeps its UIDs and dates, so that cleaning it again gives the same bytes.

    Source: DICOM PS3.15 annex E; PS3.10 section 7 (file meta information).

    Raises:
        UnreadableScan: truncated, damaged, or without pixels.
        UnsupportedScan: a layout or transfer syntax that is not read, a class that is not DICOM's, or pixels whose
            meaning hangs on what would be taken out.
        ScanTooLarge: the header passes the limits.
    """
    tally: Tally = Tally()
    header = read_header(content, DEFAULT_LIMITS)
    before = stated_in(header, DEFAULT_LIMITS)
    with quiet():
        rules = Rules(pseudonyms, dates, group)
        sealed = texts(header.dataset, "DeidentificationMethod")[1:] == (_seal(header.dataset, rules),)
        rules = replace(rules, sealed=sealed)
        clean = clean_data_set(header.dataset, rules, tally)
        if "SOPClassUID" in header.dataset and "SOPClassUID" not in clean:
            raise UnsupportedScan("the class of a DICOM file is one of DICOM's", "another", "export it as DICOM")
        after = stated_in(replace(header, dataset=clean), DEFAULT_LIMITS)
        _refuse_change(before, after)
        blank_unused_colours(clean, before, tally)
        clean = filled(clean)
        clean.update(_marks(clean, rules))
        head = _encoded(clean, header.syntax)
    if any(content[:128]) and content[128:132] == b"DICM":
        tally["DICOM preamble", "blanked"] += 1
    if not sealed:
        tally["DICOM file meta information", "replaced"] += 1
    return Cleaned((head, *pixel_parts(header, before.layout, tally)), told(tally))


def _seal(dataset: Dataset, rules: Rules) -> str:
    return rules.pseudonyms.of("dicom seal", "\n".join((rules.dates, *replaced_values(dataset))))


def _marks(clean: Dataset, rules: Rules) -> Dataset:
    """Elements that say what was done, as the profile asks for. Source: DICOM PS3.15 E.1.1, PS3.3 C.7.1.1."""
    return item(
        PatientIdentityRemoved="YES",
        DeidentificationMethod=[_METHOD, _seal(clean, rules)],
        DeidentificationMethodCodeSequence=[
            item(CodeValue=value, CodingSchemeDesignator="DCM", CodeMeaning=meaning) for value, meaning in _CODES
        ],
        LongitudinalTemporalInformationModified="MODIFIED",
    )


def _refuse_change(before: Stated, after: Stated) -> None:
    """Refuse a file that would say something else of its pixels without what was taken out."""
    names = [field.name for field in fields(Stated) if field.name not in _OWN]
    changed = [name for name in names if getattr(before, name) != getattr(after, name)]
    (first, colours), (first_after, colours_after) = before.palette or (0, 0), after.palette or (0, 0)
    if changed or first != first_after or not np.array_equal(colours, colours_after):
        raise UnsupportedScan(
            "what a DICOM file says of its pixels is said in known words and numbers",
            f"others for {', '.join(changed) or 'its palette'}",
            "export it again",
        )


def _encoded(clean: Dataset, syntax: str) -> bytes:
    """All bytes before the pixel element."""
    meta = FileMetaDataset()
    meta.FileMetaInformationGroupLength = 0  # counted when it is written
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID = clean.get("SOPClassUID", "")
    meta.MediaStorageSOPInstanceUID = clean.get("SOPInstanceUID", "")
    meta.TransferSyntaxUID = UID(syntax)
    add_dicos_version(meta, clean)
    meta.ImplementationClassUID = UID(uid_of("customs-xray"))
    buffer = DicomBytesIO(_PREAMBLE)
    buffer.seek(len(_PREAMBLE))
    write_file_meta_info(buffer, meta, enforce_standard=False)
    transfer = UID(syntax)
    buffer.is_implicit_VR, buffer.is_little_endian = transfer.is_implicit_VR, transfer.is_little_endian
    write_dataset(buffer, clean)  # `dcmwrite` does these three, and copies and checks what is known here
    return buffer.getvalue()
