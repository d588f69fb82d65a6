"""The first scans of a pool on one picture, to be looked at: colours, what was found in them, what is declared."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.pool.records import ScanRecord
from datasets.pool.store import Pool
from imaging import Mark, View, draw_marks, pseudo_colour

Picture = NDArray[np.uint8]
_TILE_PX, _MOST_HIGH_PX, _GAP_PX, _PAPER = 640, 560, 8, 255


def contact_sheet(pool: Pool, count: int = 12, columns: int = 3) -> Picture:
    """The first `count` scans of a pool as tiles 640 pixels wide and at most 560 high, an RGB picture, uint8 HW3.

    Objects are boxed where the pool is not sealed; above each scan stand its name and what is declared of it.

    Raises:
        imaging.ScanError: when a file is missing or broken.
        ValueError: when there is nothing to show.
    """
    scans = pool.scans[:count]
    if not scans or columns < 1:
        raise ValueError(
            f"a contact sheet shows a scan or more in a column or more; found {len(scans)} scans, {columns} columns; "
            "name a pool with scans"
        )
    return sheet_of([_captioned(pool, record) for record in scans], columns)


def sheet_of(pictures: Sequence[Picture], columns: int = 3) -> Picture:
    """RGB pictures of any sizes as tiles 640 pixels wide and at most 560 high, in rows, on paper."""
    tiles = [_tile(picture) for picture in pictures]
    rows = [tiles[start : start + columns] for start in range(0, len(tiles), columns)]
    heights = [max(len(tile) for tile in row) for row in rows]
    columns = min(columns, len(tiles))
    sheet = np.full(
        (sum(heights) + _GAP_PX * (len(rows) + 1), columns * (_TILE_PX + _GAP_PX) + _GAP_PX, 3), _PAPER, np.uint8
    )
    top = _GAP_PX
    for row, height in zip(rows, heights, strict=True):
        for place, tile in enumerate(row):
            left = _GAP_PX + place * (_TILE_PX + _GAP_PX)
            sheet[top : top + len(tile), left : left + _TILE_PX] = tile
        top += height + _GAP_PX
    return sheet


def _captioned(pool: Pool, record: ScanRecord) -> Picture:
    picture = pseudo_colour(plane_of(pool.read_scan(record).view), pool.profile(record))
    return draw_marks(picture, _marks(pool, record), _caption(pool, record))


def _tile(marked: Picture) -> Picture:
    scale = min(_TILE_PX / marked.shape[1], _MOST_HIGH_PX / marked.shape[0])
    width, height = (max(1, round(edge * scale)) for edge in (marked.shape[1], marked.shape[0]))
    tile = np.full((height, _TILE_PX, 3), _PAPER, np.uint8)
    tile[:, :width] = cv2.resize(marked, (width, height), interpolation=cv2.INTER_AREA)
    return tile


def plane_of(view: View) -> View:
    """A volume as the mean of its slices: boxes hold all slices, so what is in them shows."""
    if view.pixels.ndim == 3:
        return view
    spacing_mm = None if view.spacing_mm is None else view.spacing_mm[-2:]
    mean_CHW = view.pixels.mean(axis=1, dtype=np.float64).astype(np.float32)
    return replace(view, pixels=mean_CHW, valid=None, spacing_mm=spacing_mm)


def _marks(pool: Pool, record: ScanRecord) -> list[Mark]:
    if pool.annotations is None:
        return []
    names = {category.id: category.name for category in pool.annotations.categories}
    found = pool.annotations_by_view[record.scan_id, record.views[0].view_id]
    return [Mark(_corners(one.bbox), names[one.category_id], "finding") for one in found]


def _corners(bbox: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x, y, width, height = bbox
    return x, y, math.fsum((x, width)), math.fsum((y, height))


def _caption(pool: Pool, record: ScanRecord) -> str:
    lines = [line for claim in pool.claims(record) for line in claim.lines]
    declared = "; ".join(dict.fromkeys(line.description for line in lines)) or "nothing"
    return f"{record.scan_id}. Declared: {declared}"
