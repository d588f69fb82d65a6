"""One file to a picture: by its content, by an adapter that was handed in, or as the dump of a profile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from imaging.adapter import FormatAdapter, adapter_for, decode_with
from imaging.errors import ScanError
from imaging.formats.content import Content, map_looked_at, read_looked_at
from imaging.formats.dicom import begins_as_data_set
from imaging.formats.picture import Picture, ReadLimits
from imaging.formats.raw import decode_raw
from imaging.formats.sniff import decoder_of, format_of, is_readable
from imaging.profile import ScannerProfile

Decoder = Callable[[Content], Picture]
_DICM = slice(128, 132)


def read_picture(
    file: Path,
    profile: ScannerProfile | None,
    limits: ReadLimits,
    adapters: Sequence[FormatAdapter],
    *,
    mapped: bool = False,
) -> tuple[Picture, str]:
    """Picture and name of the format of one file, `mapped` as by `map_looked_at` or read.

    Raises:
        ScanError: when it cannot be read; the message names the file.
    """
    try:
        look = partial(_decoder, profile=profile, limits=limits, adapters=adapters)
        content, (name, decode) = (map_looked_at if mapped else read_looked_at)(file, limits.max_bytes, look)
        picture = decode(content)
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


def _decoder(
    head: bytes, profile: ScannerProfile | None, limits: ReadLimits, adapters: Sequence[FormatAdapter]
) -> tuple[str, Decoder]:
    """Name of the format of a file that begins with these bytes, and what decodes it."""
    dump = None if profile is None else profile.raw
    name = format_of(head)
    # An exported picture stays one under the profile of a dump, but small counts can look like DICOM without preamble.
    if is_readable(name) and (dump is None or head[_DICM] == b"DICM" or not begins_as_data_set(head)):
        return decoder_of(head, limits)
    if (adapter := adapter_for(head, adapters)) is not None:
        return adapter.name, partial(decode_with, adapter, limits=limits)
    if profile is not None and dump is not None:
        return "raw", partial(decode_raw, layout=dump, channels=len(profile.channels), limits=limits)
    return decoder_of(head, limits)
