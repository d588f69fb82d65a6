"""Pixels of checked TIFF pages: a view of the file's bytes where they lie in order, else decoded strip by strip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from imaging.formats.content import Content
from imaging.formats.rearrange import channels_first
from imaging.formats.tiff_segments import decoded_page
from imaging.scan import Pixels

_RGB, _INTERLEAVED, _UNPACKED = 2, 1, 1
_ALPHA = (1, 2)


def page_planes(pages: Sequence[Any], content: Content) -> Pixels:
    """Planes of tifffile pages of one shape and dtype, in their order: CHW, native byte order, alpha dropped."""
    if (stored := _stored_in_order(pages, content)) is not None:
        return _planes(stored, pages[0])
    first = _planes(decoded_page(pages[0], content)[None], pages[0])
    if len(pages) == 1:
        return first
    planes = np.empty((len(pages), *first.shape), first.dtype)
    for place, page in zip(planes, pages, strict=True):
        place[:] = _planes(decoded_page(page, content)[None], page)
    return planes.reshape(-1, *first.shape[1:])


def _stored_in_order(pages: Sequence[Any], content: Content) -> Pixels | None:
    """Uncompressed pages one behind the other, as (pages, *page shape) without a copy; None where they are not so."""
    page = pages[0]
    dtype = np.dtype(page.dtype).newbyteorder(page.parent.byteorder)
    samples = math.prod(page.shape)
    if not all(_one_block(each, samples * dtype.itemsize) for each in pages):
        return None
    starts = [each.dataoffsets[0] for each in pages]
    if any(start != starts[0] + number * samples * dtype.itemsize for number, start in enumerate(starts)):
        return None
    return np.frombuffer(content, dtype, samples * len(pages), starts[0]).reshape(len(pages), *page.shape)


def _one_block(page: Any, size: int) -> bool:
    """Whether the numbers of a checked page lie in the file as they do in memory."""
    if int(page.compression) != _UNPACKED or page.fillorder != 1 or page.is_tiled:
        return False
    strips = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    follow = all(here + count == there for (here, count), (there, _) in pairwise(strips))
    return (
        follow
        and page.bitspersample == 8 * page.dtype.itemsize
        and (len(strips) == 1 or sum(page.databytecounts) == size)
    )


def _planes(stored: Pixels, page: Any) -> Pixels:
    """Samples (pages, *page shape) as planes; copied only where order, alpha or alignment ask for it."""
    if len(page.shape) == 2:
        planes = stored
    else:
        wanted = (
            3 if page.photometric == _RGB else page.samplesperpixel - sum(int(s) in _ALPHA for s in page.extrasamples)
        )
        if int(page.planarconfig) == _INTERLEAVED:
            of_pages = [channels_first(pixels)[:wanted] for pixels in stored]
            planes = of_pages[0] if len(of_pages) == 1 else np.concatenate(of_pages)
        else:
            planes = stored[:, :wanted].reshape(-1, *stored.shape[2:])
    return np.require(planes, planes.dtype.newbyteorder("="), ["C_CONTIGUOUS", "ALIGNED"])
