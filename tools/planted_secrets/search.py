"""Whether a secret is left: a search through bytes in every likely disguise, a walk through tags, a look at pixels."""

from __future__ import annotations

import base64
import re
import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pydicom
import tifffile
from PIL import Image, UnidentifiedImageError
from pydicom.errors import InvalidDicomError

_RUN = re.compile(rb"[A-Z0-9]{8,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_MOST = 1 << 20


def found_in_bytes(folder: Path, words: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Files below a folder whose bytes, or whose name, hold a word: plain, UTF-16, base64, deflated, turned round."""
    wanted = _by_length(words)
    for path in sorted(folder.rglob("*")):
        disguises = [str(path.relative_to(folder)).encode()]
        if path.is_file():
            disguises += list(_disguises(path.read_bytes()))
        shown = b"\n".join(disguises).upper()
        for word in sorted(_found(shown, wanted) | _found(shown[::-1], wanted)):
            yield path, word


def found_in_tags(folder: Path, words: Iterable[str]) -> Iterator[tuple[Path, str]]:
    """Files whose tags, as pydicom, tifffile and Pillow read them, hold a word."""
    wanted = _by_length(words)
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        with warnings.catch_warnings(action="ignore"):  # a reader's doubts about an odd file are not looked for
            shown = " ".join(_tags(path)).upper()
        yield from ((path, word) for word in sorted(_found(shown.encode(), wanted)))


def _by_length(words: Iterable[str]) -> Mapping[int, frozenset[bytes]]:
    """Words of capitals and digits, by their length."""
    encoded = [word.encode("ascii") for word in words]
    assert all(_RUN.fullmatch(word) for word in encoded), "the search goes by runs of capitals and digits"
    lengths = {len(word) for word in encoded}
    return {length: frozenset(word for word in encoded if len(word) == length) for length in lengths}


def _found(shown: bytes, wanted: Mapping[int, frozenset[bytes]]) -> set[str]:
    """Words that stand in some bytes: thousands of them are looked for in one pass, by the runs that could hold any."""
    found: set[bytes] = set()
    for run in _RUN.findall(shown):
        for length, words in wanted.items():
            found |= words & {run[at : at + length] for at in range(len(run) - length + 1)}
    return {word.decode("ascii") for word in found}


def told(found: Iterable[tuple[Path, str]], places: Mapping[str, str]) -> list[str]:
    """A line for each secret that was found: where it had been planted, and where it turned up."""
    return [f"{places[word]} ({word}) in {path}" for path, word in found]


def _disguises(content: bytes) -> Iterator[bytes]:
    yield content
    yield content.replace(b"\0", b"")  # UTF-16 and UTF-32 of Latin letters, either byte order
    swapped = bytearray(content[: len(content) & ~1])
    swapped[::2], swapped[1::2] = swapped[1::2], swapped[::2]
    yield bytes(swapped)
    for match in _ZLIB.finditer(content):
        try:
            yield zlib.decompressobj().decompress(content[match.start() :], _MOST)
        except zlib.error:
            continue
    for match in _BASE64.finditer(content):
        yield base64.b64decode(match.group()[: len(match.group()) // 4 * 4] + b"")


def _tags(path: Path) -> Iterator[str]:
    if path.suffix in (".tif", ".tiff"):
        with tifffile.TiffFile(path) as tiff:
            yield from (str(tag.value) for page in tiff.pages for tag in page.tags.values())
    with suppress(UnidentifiedImageError), Image.open(path) as picture:
        yield repr(picture.info)
        exif = picture.getexif()
        yield from (repr(exif.get_ifd(number)) for number in (0x8769, 0x8825, 0xA005) if number in exif)
        yield repr(dict(exif))
    try:
        dataset = pydicom.dcmread(path, force=False)
    except (InvalidDicomError, OSError):
        return
    yield repr(dataset.file_meta)
    yield from (repr(element.value) for element in dataset.iterall() if element.keyword != "PixelData")
