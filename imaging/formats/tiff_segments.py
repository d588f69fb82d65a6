"""Strips and tiles of a TIFF page straight into their place, for the usual compressions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, cast

import imagecodecs
import numpy as np

from imaging.errors import UnreadableScan
from imaging.formats.content import Content
from imaging.scan import Pixels

_NONE, _LZW, _HORIZONTAL = 1, 5, 2
# They fill the room they are given and refuse to pass it; libdeflate also compares the checksum.
_CODECS: dict[int, Callable[..., Any]] = {
    8: imagecodecs.deflate_decode,
    32946: imagecodecs.deflate_decode,
    50000: imagecodecs.zstd_decode,
}


def decoded_page(page: Any, content: Content) -> Pixels:
    """Samples of one checked tifffile page, shape of the page, byte order native or that of the file.

    Raises:
        UnreadableScan: when a strip is damaged or holds less than its rows.
    """
    plain = page.fillorder == 1 and page.bitspersample == 8 * page.dtype.itemsize
    compression = int(page.compression)
    if plain and compression == _LZW and page.predictor in (1, _HORIZONTAL):
        room: Pixels = np.empty(page.shape, page.dtype)  # given, so that no other reading of the header sizes it
        # libtiff: twice as fast as tifffile, for LZW alone. It takes views too, which its stub does not say.
        imagecodecs.tiff_decode(cast("bytes", content), index=page.index, out=room)
        return room
    horizontal = page.predictor in (1, _HORIZONTAL)
    if plain and horizontal and (compression in _CODECS or (compression == _NONE and page.is_tiled)):
        return _segments(page, content)
    slowly: Pixels = page.asarray()
    return slowly


def _segments(page: Any, content: Content) -> Pixels:
    planes, _, height, width, samples = page.shaped
    rows, columns = (page.tilelength, page.tilewidth) if page.is_tiled else (min(page.rowsperstrip, height), width)
    across, down = math.ceil(width / columns), math.ceil(height / rows)
    stored = np.dtype(page.dtype).newbyteorder(page.parent.byteorder)
    picture = np.empty((planes, height, width, samples), page.dtype)
    scratch = np.empty((rows, columns, samples), stored)
    codec, view = _CODECS.get(int(page.compression)), memoryview(content)
    for index, (offset, count) in enumerate(zip(page.dataoffsets, page.databytecounts, strict=True)):
        plane, place = divmod(index, down * across)
        top, left = (place // across) * rows, (place % across) * columns
        room = picture[plane, top : top + rows, left : left + columns]
        block = room if columns == width and stored.isnative else scratch[: rows if page.is_tiled else len(room)]
        block = _block(view[offset : offset + count], block, codec)
        if page.predictor == _HORIZONTAL:
            block = imagecodecs.delta_decode(block.astype(page.dtype, copy=False), axis=-2)
        if block is not room:
            room[:] = block[: len(room), : room.shape[1]]
    return picture.reshape(page.shape)


def _block(data: memoryview, block: Pixels, codec: Callable[..., Any] | None) -> Pixels:
    """The samples of one strip or tile: unpacked into the block, or a view of the bytes where they are not packed."""
    room = block.reshape(-1).view(np.uint8)
    decoded = data if codec is None else codec(data, out=room)
    if len(decoded) < room.size:
        raise UnreadableScan(
            "a TIFF strip holds all of its rows",
            f"{len(decoded)} of {room.size} bytes",
            "copy or export the file again",
        )
    return block if codec is not None else np.frombuffer(data, block.dtype, block.size).reshape(block.shape)
