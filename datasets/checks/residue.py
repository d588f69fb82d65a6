"""Metadata that has no business in the files of a pool: whatever is not needed to show the picture.

Written apart from what anonymises, on purpose: one of them shall notice what the other overlooks. What is listed here
may stay; the rest is residue, whatever it is called. It says where something stands, never what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import tifffile
from pydicom.dataelem import DataElement
from pydicom.filereader import read_file_meta_info

from imaging.formats import DEFAULT_LIMITS, format_of
from imaging.formats.content import read_content
from imaging.formats.dicom.header import quiet, read_header

_MOST_SEGMENTS = 10_000
_TIFF_MAY = frozenset({
    254, 255, 256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 280, 281, 282, 283, 284, 292, 293, 296, 317, 320,
    322, 323, 324, 325, 338, 339, 340, 341, 347, 530, 531, 532,
})  # fmt: skip
_TIFF_DESCRIPTION, _SHAPE = 270, re.compile(r'\{("axes": "[A-Z]{1,6}", )?"shape": \[[\d, ]+\]\}')
_PNG_MAY = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"}
)
_JPEG_MAY_APP = {0xE0: b"JFIF", 0xEE: b"Adobe"}
_JPEG_COMMENT, _JPEG_SCAN, _JPEG_END = 0xFE, 0xDA, 0xD9
_DICOM_NAMING = frozenset({"PN", "AS", "TM", "DT", "AE"})
_DICOM_PLACES = frozenset({
    "InstitutionName", "InstitutionAddress", "InstitutionalDepartmentName", "StationName", "DeviceSerialNumber",
    "PatientID", "OtherPatientIDs", "AccessionNumber", "StudyID", "StudyDescription", "SeriesDescription",
    "PatientComments", "ImageComments", "OperatorsName", "ReferringPhysicianName", "OOIOwnerSequence", "OOIID",
    "ItineraryID", "RouteID", "PerformedProcedureStepDescription", "ProtocolName", "RequestAttributesSequence",
})  # fmt: skip
_NEUTRAL = re.compile(
    r"(unknown|anonymous|anonymized|anonymised|removed|none|customs-xray|[0-9a-f]{8,64})?", re.IGNORECASE
)
_SHIFTED = "LongitudinalTemporalInformationModified"
_MONTH = re.compile(r"\d{6}(01)?")


def residue_of(path: Path) -> str | None:
    """Where metadata stands in a file, the first place of it; None where there is none, or the format is not known."""
    with path.open("rb") as stream:
        head = stream.read(132)
    walk = {"tiff": _tiff, "png": _png, "jpeg": _jpeg, "dicom": _dicom}.get(format_of(head) or "")
    if walk is None:
        return None
    try:
        with quiet():
            return next(walk(path), None)
    except Exception as error:  # noqa: BLE001 - readers raise anything on hostile bytes
        return f"headers that can not be walked ({type(error).__name__})"


def _tiff(path: Path) -> Iterator[str]:
    with tifffile.TiffFile(path) as file:
        for number, page in enumerate(file.pages):
            for tag in page.tags:  # type: ignore[union-attr]
                shape = tag.code == _TIFF_DESCRIPTION and _SHAPE.fullmatch(str(tag.value))
                if tag.code not in _TIFF_MAY and not shape:
                    yield f"TIFF tag {tag.code} of page {number}"


def _png(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        stream.seek(8)
        for _ in range(_MOST_SEGMENTS):
            length, kind = int.from_bytes(stream.read(4), "big"), stream.read(4)
            if kind not in _PNG_MAY:
                yield f"PNG chunk {kind.decode('latin-1')!r}"
            stream.seek(length + 4, 1)
            if kind == b"IEND" or len(kind) < 4:
                break
        if stream.read(1):
            yield "bytes after the end of the PNG"


def _jpeg(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        kind = content[place + 1]
        if kind == 0xFF:  # fill byte
            place += 1
            continue
        if kind == _JPEG_SCAN:
            break
        body = content[place + 4 : place + 2 + int.from_bytes(content[place + 2 : place + 4], "big")]
        named = 0xE0 <= kind <= 0xEF and not (kind in _JPEG_MAY_APP and body.startswith(_JPEG_MAY_APP[kind]))
        if named or kind == _JPEG_COMMENT:
            yield f"JPEG segment 0xFF{kind:02X}"
        place += 4 + len(body)
    end = content.rfind(b"\xff\xd9")
    if end >= 0 and content[end + 2 :].strip(b"\x00"):
        yield "bytes after the end of the JPEG"


def dicom_elements(path: Path) -> Iterator[DataElement]:
    """Every element of a DICOM file before its pixels: of the file's own header, and of sequences at any depth.

    Raises:
        ScanError: when it is not DICOM, too large, or nests too deep; pydicom raises whatever it likes.
    """
    with path.open("rb") as stream:
        has_header = stream.read(132)[128:] == b"DICM"
    if has_header:
        yield from read_file_meta_info(path)
    yield from read_header(read_content(path, DEFAULT_LIMITS.max_bytes), DEFAULT_LIMITS).dataset.iterall()


def _dicom(path: Path) -> Iterator[str]:
    elements = list(dicom_elements(path))
    shifted = any(one.keyword == _SHIFTED and one.value == "MODIFIED" for one in elements)
    for element in elements:
        if _tells(element) and not (shifted and element.VR == "DA"):
            yield f"DICOM ({element.tag.group:04X},{element.tag.element:04X}) {element.keyword}"


def _tells(element: DataElement) -> bool:
    """Whether an element may name a person, firm, place or time."""
    if element.is_empty:
        return False
    if element.tag.is_private:
        return True
    values = element.value if element.VM > 1 else [element.value]
    if element.VR == "DA":
        return not all(_MONTH.fullmatch(str(value)) for value in values)
    if element.VR in _DICOM_NAMING or element.keyword in _DICOM_PLACES:
        return not all(_NEUTRAL.fullmatch(str(value)) for value in values)
    return False
