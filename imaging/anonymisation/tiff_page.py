"""One full-size page of a TIFF: the numbers that say how its pixels lie, each of them on a list, and its strips."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

import tifffile

from imaging.anonymisation.cleaned import Tally
from imaging.anonymisation.tiff_directory import Entry, Form, Numbers, numbers
from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.picture import truncated
from imaging.formats.tiff import COMPRESSIONS

DESCRIPTION = 270
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRY, _SAMPLES, _ROWS, _PLANAR = 256, 257, 258, 259, 262, 277, 278, 284
_TILE_WIDTH, _TILE_HEIGHT, _EXTRA, _FORMAT = 322, 323, 338, 339
_STRIPS, _TILES = (273, 279), (324, 325)  # tags of their offsets and of their sizes
_OF_STRIPS, _OF_TILES = {_ROWS, *_STRIPS}, {_TILE_WIDTH, _TILE_HEIGHT, *_TILES}
_SIDE = range(1, 1 << 20)
_BY_PLANE, _RGB = 2, 2
# What each tag may say: values from nowhere else could be text.
_ALLOWED: dict[int, Container[int]] = {
    _WIDTH: _SIDE,
    _HEIGHT: _SIDE,
    _COMPRESSION: COMPRESSIONS,
    _PHOTOMETRY: (0, 1, _RGB),  # white is zero, black is zero
    266: (1, 2),  # order of bits
    274: range(1, 9),  # orientation
    _SAMPLES: range(1, 1 << 16),
    _ROWS: range(1, 1 << 32),
    _PLANAR: (1, _BY_PLANE),
    317: (1, 2, 3),  # predictor
    _TILE_WIDTH: _SIDE,
    _TILE_HEIGHT: _SIDE,
    _BITS: range(1, 65),
    _FORMAT: range(1, 7),  # sample format
    _EXTRA: (0, 1, 2),
}
_KIND, _OLD_KIND = 254, 255  # of a page: bit 0, or a 2, says that it is a smaller copy of another


@dataclass(frozen=True, slots=True)
class Strip:
    """A strip or tile: where its bytes lie, and how many they are once they are unpacked."""

    begin: int
    size: int
    unpacked: int


@dataclass(frozen=True, slots=True)
class Page:
    """The numbers of a full-size page that stay, the tags of offsets and sizes, and its strips or tiles."""

    kept: dict[int, Numbers]
    tags: tuple[int, int]
    strips: tuple[Strip, ...]

    def first(self, tag: int, default: int = 1) -> int:
        """The first value of a tag."""
        return self.kept.get(tag, (default,))[0]

    @property
    def size_hw(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.first(_HEIGHT), self.first(_WIDTH)

    @property
    def compression(self) -> int:
        """How strips are coded; 1 is not at all."""
        return self.first(_COMPRESSION)

    @property
    def samples(self) -> int:
        """Samples a pixel."""
        return self.first(_SAMPLES)

    @property
    def samples_shown(self) -> int:
        """How many of them a reader of ours looks at."""
        if self.first(_PHOTOMETRY) == _RGB:
            return 3
        return self.samples - sum(kind != 0 for kind in self.kept.get(_EXTRA, ()))

    @property
    def overhangs(self) -> bool:
        """Whether tiles reach over the edge of the picture, or rows end within a byte: what lies there nobody sees."""
        rows, columns = self.first(_TILE_HEIGHT), self.first(_TILE_WIDTH)
        height, width = self.size_hw
        together = 1 if self.first(_PLANAR) == _BY_PLANE else self.samples
        row_bits = (columns if self.tags == _TILES else width) * together * self.first(_BITS)
        return bool(height % rows or width % columns or row_bits % 8)


def is_reduced(view: memoryview, entries: Mapping[int, Entry], form: Form) -> bool:
    """Whether a directory is that of a thumbnail."""
    kinds = (numbers(view, entries[tag], form)[:1] if tag in entries else () for tag in (_KIND, _OLD_KIND))
    new, old = kinds
    return bool(new and new[0] & 1) or old == (2,)


def page_of(view: memoryview, entries: Mapping[int, Entry], form: Form, tally: Tally) -> Page:
    """What stays of a directory; `tally` learns which tags go.

    Raises:
        UnreadableScan: when it is truncated or does not say where its pixels lie.
        UnsupportedScan: values that no reader of ours knows.
    """
    offsets, sizes = tags = _TILES if _TILES[0] in entries else _STRIPS
    for tag in entries.keys() - _ALLOWED.keys() - {*tags, DESCRIPTION, _KIND, _OLD_KIND}:
        tally[place_of(tag), "removed"] += 1
    wanted = _ALLOWED.keys() & entries.keys() - (_OF_STRIPS if tags == _TILES else _OF_TILES)
    kept = {tag: numbers(view, entries[tag], form) for tag in wanted}
    if not {_WIDTH, _HEIGHT, *tags} <= entries.keys():
        raise UnreadableScan("a TIFF page states its size and its strips", "one without", "export the file again")
    _check(kept)
    if _ROWS in kept:  # any larger number says the same, and could be four letters
        kept[_ROWS] = (min(kept[_ROWS][0], kept[_HEIGHT][0]),)
    page = Page(kept, tags, ())
    found = list(zip(numbers(view, entries[offsets], form), numbers(view, entries[sizes], form), strict=True))
    return Page(kept, tags, tuple(_strips(page, found, len(view))))


def _check(kept: Mapping[int, Numbers]) -> None:
    """Refuse values that are not on the list, more than one where one is enough, and unequal ones: they could be text.

    Samples have one size and one format, stated once or for each.
    """
    for tag, values in kept.items():
        most = kept.get(_SAMPLES, (1,))[0] if tag in (_BITS, _FORMAT, _EXTRA) else 1
        alike = tag == _EXTRA or len(set(values)) == 1
        if len(values) > most or not alike or any(value not in _ALLOWED[tag] for value in values):
            raise UnsupportedScan(
                "TIFF tags say what a reader knows", f"{place_of(tag)} with something else", "convert it"
            )


def _strips(page: Page, found: Sequence[tuple[int, int]], file_bytes: int) -> Iterator[Strip]:
    """Each strip or tile, an uncompressed one cut behind its last row."""
    planes, together = (page.samples, 1) if page.first(_PLANAR) == _BY_PLANE else (1, page.samples)
    tiled = page.tags == _TILES
    height, width = page.size_hw
    columns = page.first(_TILE_WIDTH, 0) if tiled else width
    rows = page.first(_TILE_HEIGHT, 0) if tiled else page.first(_ROWS, height)
    if not rows or not columns or len(found) != math.ceil(height / rows) * math.ceil(width / columns) * planes:
        raise truncated("a TIFF page with another number of strips than its rows make up")
    row_bytes = math.ceil(columns * together * page.first(_BITS) / 8)
    down = math.ceil(height / rows)
    for index, (begin, size) in enumerate(found):
        if begin < 1 or size < 1 or begin + size > file_bytes:
            raise truncated("TIFF strips that lie outside the file or are empty")
        last = not tiled and index % down == down - 1
        unpacked = row_bytes * (height - rows * (down - 1) if last else rows)
        if page.compression == 1 and size < unpacked:
            raise truncated("a TIFF strip that ends before its last row")
        yield Strip(begin, unpacked if page.compression == 1 else size, unpacked)


def place_of(tag: int) -> str:
    """A tag by number and name; private ones that nobody registered have none."""
    return f"TIFF {tag} {tifffile.TIFF.TAGS.get(tag, 'of another kind')}"
