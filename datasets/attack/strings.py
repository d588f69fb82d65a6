"""Strings in the header of a file that could name somebody or something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import tifffile
from pydicom.dataelem import DataElement

from datasets.checks.residue import dicom_elements
from imaging.formats.content import read_head
from imaging.formats.dicom.header import quiet
from imaging.formats.sniff import HEAD_BYTES, format_of

LEAST, _MOST = 6, 200
_RUN = re.compile(rb"[\x20-\x7e\xc2-\xf4\x80-\xbf]{6,}")
_TEXTS = frozenset({"PN", "LO", "SH", "ST", "LT", "UT", "UC", "AE", "DA", "DT", "TM", "UI", "UR", "UN"})
_STANDARD_UID = "1.2.840.10008."
_MOST_HEADER = 4 * 2**20
_PIXEL_CHUNKS = frozenset({b"IDAT", b"PLTE"})


def header_strings(path: Path) -> Iterator[bytes]:
    """Texts of a file's header of six bytes or more, 200 at most of each; nothing for what can not be walked."""
    walk = {"dicom": _dicom, "tiff": _tiff, "png": _png, "jpeg": _jpeg}.get(_format(path))
    try:
        with quiet():
            found = set(walk(path)) if walk else set()
    except Exception:  # noqa: BLE001 - readers raise anything on hostile bytes; an attacker goes on
        found = set()
    yield from sorted(text[:_MOST] for text in found if len(text) >= LEAST and not text.isspace())


def dates_of(path: Path) -> list[str]:
    """Dates in a DICOM header, as written."""
    if _format(path) != "dicom":
        return []
    try:
        with quiet():
            elements = list(dicom_elements(path))
        return [str(element.value) for element in elements if element.VR in ("DA", "DT") and not element.is_empty]
    except Exception:  # noqa: BLE001 - as above
        return []


def _format(path: Path) -> str:
    return format_of(read_head(path, HEAD_BYTES)) or ""


def _dicom(path: Path) -> Iterator[bytes]:
    for element in dicom_elements(path):
        if element.VR in _TEXTS and not element.is_empty:
            yield from _values(element)


def _values(element: DataElement) -> Iterator[bytes]:
    for value in element.value if element.VM > 1 else [element.value]:
        text = value if isinstance(value, bytes) else str(value).encode()
        if not text.startswith(_STANDARD_UID.encode()):
            yield from (run.strip() for run in _RUN.findall(text))


def _tiff(path: Path) -> Iterator[bytes]:
    with tifffile.TiffFile(path) as file:
        for page in file.pages:
            for tag in page.tags:  # type: ignore[union-attr]
                text = tag.value if isinstance(tag.value, bytes) else str(tag.value).encode()
                if isinstance(tag.value, bytes | str | dict):
                    yield from (run.strip() for run in _RUN.findall(text))


def _png(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(8)
        while len(head := stream.read(8)) == 8 and head[4:] != b"IEND":
            length = int.from_bytes(head[:4], "big")
            if head[4:] in _PIXEL_CHUNKS or length > _MOST_HEADER:
                stream.seek(length + 4, 1)
            else:
                yield from _RUN.findall(stream.read(length))
                stream.seek(4, 1)


def _jpeg(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(2)
        while len(head := stream.read(4)) == 4 and head[0] == 0xFF and head[1] != 0xDA:
            body = stream.read(int.from_bytes(head[2:], "big") - 2)
            if 0xE0 <= head[1] <= 0xEF or head[1] == 0xFE:
                yield from _RUN.findall(body)
