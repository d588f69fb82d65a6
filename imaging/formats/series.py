"""A CT series, one file a slice, as one volume: ordered by where the slices lie, complete, or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.content import Content, read_content, read_head
from imaging.formats.dicom.decode import Stated, stated, to_picture
from imaging.formats.dicom.header import begins_as_data_set, quiet, read_front
from imaging.formats.dicom.layout import GREY
from imaging.formats.dicom.meaning import channel_of
from imaging.formats.dicom.refusal import refused_by_name
from imaging.formats.dicom.slices import Place, order_and_pitch
from imaging.formats.dicom.values import text
from imaging.formats.picture import DEFAULT_LIMITS, Picture, ReadLimits

_FRONT_BYTES = 256 * 1024  # patient, study and series stand in front of everything that is long
_CT_SLICE = "1.2.840.10008.5.1.4.1.1.2"
_SHARED = ("series", "size and dtype", "rescale", "energy", "meaning of their numbers")
_REPORT = "1.2.840.10008.5.1.4.1.1.501.3"


@dataclass(frozen=True, slots=True)
class FileKind:
    """What the front of a DICOM file says: enough to group the files of a folder."""

    series_uid: str
    ct_slice: bool  # one slice of a CT: files of one `series_uid` are one volume
    report: bool  # a DICOS threat detection report: no picture in it
    channel: str | None  # `low` or `high`, where the file says so


def file_kind(path: Path) -> FileKind | None:
    """What a DICOM file is, from its first 256 KiB; None for anything else. Never raises."""
    front = read_head(path, _FRONT_BYTES)
    if front[128:132] != b"DICM" and not begins_as_data_set(front):
        return None
    with quiet():
        try:
            dataset = read_front(front)
        except Exception:  # noqa: BLE001 -- a damaged file is for the reader to refuse, with its reason
            return None
        kind = text(dataset, "SOPClassUID")
        return FileKind(text(dataset, "SeriesInstanceUID"), kind == _CT_SLICE, kind == _REPORT, channel_of(dataset))


def read_series(place: Path | Sequence[Path], limits: ReadLimits = DEFAULT_LIMITS) -> Picture:
    """Read a folder (every entry of it), or the named files, as one CT volume; see `decode_series`.

    Raises:
        ScanError: as `decode_series`, or when an entry is no regular file.
    """
    files: Sequence[Path] = (place,) if isinstance(place, Path) else place
    if isinstance(place, Path) and place.is_dir():
        files = sorted(place.iterdir())
    contents, left = [], limits.max_bytes
    for file in files:
        contents.append((file, read_content(file, left)))
        left -= len(contents[-1][1])
    return decode_series(contents, limits)


def decode_series(contents: Sequence[tuple[Path, Content]], limits: ReadLimits = DEFAULT_LIMITS) -> Picture:
    """Decode the slices of one CT series into one volume, 1 x D x H x W in the stored dtype.

    Slices are ordered along row direction x column direction by their positions; names and instance numbers do not
    matter. `spacing_mm` is (slice, row, column). A series of one slice is that slice, CHW. All headers are read and
    checked against each other and the limits before the first pixel is decoded.

    Raises:
        UnreadableScan: a file that is no DICOM picture, named; damaged files.
        UnsupportedScan: naming the slice: missing (an uneven step), twice there, turned, shifted sideways, without a
            position, or of another series, size, dtype, pixel spacing, rescale or channel than the first.
        ScanTooLarge: the volume passes the limits.
    """
    if not contents:
        raise UnreadableScan("a CT series has slices", "no file", "name its folder or files")
    slices = [_stated(path, content, limits) for path, content in contents]
    names = [path.name for path, _ in contents]
    if len(slices) == 1:
        with refused_by_name(names[0]):
            return to_picture(slices[0])
    first = slices[0]
    for name, said in zip(names[1:], slices[1:], strict=True):
        _check_like(said, first, name, names[0])
    places = [_place(said, name) for said, name in zip(slices, names, strict=True)]
    order, pitch = order_and_pitch(places)
    spacing = None if places[0].spacing_mm is None else (pitch, *places[0].spacing_mm)
    limits.check(first.layout.rows, first.layout.columns, first.layout.dtype.itemsize, len(slices))
    volume = np.empty((1, len(slices), first.layout.rows, first.layout.columns), first.layout.dtype)
    for depth, index in enumerate(order):
        with refused_by_name(names[index]):
            picture = to_picture(slices[index])
        volume[0, depth] = picture.planes[0]
    return replace(picture, planes=volume, spacing_mm=spacing)


def _stated(path: Path, content: Content, limits: ReadLimits) -> Stated:
    if content[128:132] != b"DICM" and not begins_as_data_set(bytes(content[:16])):
        raise UnreadableScan(
            "a CT series is DICOM files", f"{path.name}, which is none", "name the slices, or take the file away"
        )
    with refused_by_name(path.name):
        said = stated(content, limits)
    if said.layout.frames != 1 or said.layout.photometric not in GREY:
        found = f"{path.name} with {said.layout.frames} frame(s) of {said.layout.photometric}"
        raise UnsupportedScan("a slice of a CT series is one grey picture", found, "read that file alone")
    return said


def _check_like(said: Stated, first: Stated, name: str, first_name: str) -> None:
    """Refuse a slice that differs from the first in what all slices of one volume share."""
    for aspect, ours, theirs in zip(_SHARED, _shared(said), _shared(first), strict=True):
        if ours != theirs:
            found = f"{ours} in {name}, {theirs} in {first_name}"
            raise UnsupportedScan(f"the slices of one volume share one {aspect}", found, "name the files of one series")


def _shared(said: Stated) -> tuple[object, ...]:
    layout = said.layout
    size = (layout.rows, layout.columns, layout.dtype.name)
    return said.series_uid, size, said.rescale, said.channel, (said.quantity, said.padding)


def _place(said: Stated, name: str) -> Place:
    place = said.places[0]
    if place is None:
        raise UnsupportedScan(
            "the slices of a CT series state position and orientation", f"{name} without", "export the series again"
        )
    return replace(place, name=name)
