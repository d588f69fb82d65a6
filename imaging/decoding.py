"""One file to a picture: by its content, by an adapter that was handed in, or as the dump of a profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from imaging.adapter import FormatAdapter, adapter_for, decode_with
from imaging.content import read_content
from imaging.errors import ScanError
from imaging.formats.dicom import begins_as_data_set
from imaging.formats.picture import Picture, ReadLimits
from imaging.formats.raw import decode_raw
from imaging.formats.sniff import HEAD_BYTES, decode, format_of, is_readable
from imaging.profile import ScannerProfile

_DICM = slice(128, 132)


def read_picture(
    file: Path, profile: ScannerProfile | None, limits: ReadLimits, adapters: Sequence[FormatAdapter]
) -> tuple[Picture, str]:
    """Picture and name of the format of one file.

    Raises:
        ScanError: when it cannot be read; the message names the file.
    """
    try:
        picture, name = _decoded(read_content(file, limits.max_bytes), profile, limits, adapters)
    except ScanError as error:
        if str(file) in error.found:
            raise
        raise type(error)(error.rule, f"{error.found} in {file}", error.remedy) from error
    planes = picture.planes
    if (
        profile is not None
        and profile.pages == "volume"
        and planes.ndim == 3
        and len(planes) > 1
        and not picture.colour
    ):
        return replace(picture, planes=planes[None]), name
    return picture, name


def _decoded(
    content: bytes, profile: ScannerProfile | None, limits: ReadLimits, adapters: Sequence[FormatAdapter]
) -> tuple[Picture, str]:
    dump = None if profile is None else profile.raw
    head = content[:HEAD_BYTES]
    # An exported picture stays one under the profile of a dump, but small counts can look like DICOM without preamble.
    if is_readable(format_of(head)) and (dump is None or head[_DICM] == b"DICM" or not begins_as_data_set(head)):
        return decode(content, limits)
    if (adapter := adapter_for(content, adapters)) is not None:
        return decode_with(adapter, content, limits), adapter.name
    if profile is not None and dump is not None:
        return decode_raw(content, dump, len(profile.channels), limits), "raw"
    return decode(content, limits)
