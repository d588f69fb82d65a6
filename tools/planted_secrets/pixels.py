"""Whether burnt-in text is gone, and whether any pixel has changed outside of the areas that the audit names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from datasets.pool import read_pool
from tools.planted_secrets.plant import Planted

_MOST_LEVELS = 2  # a blanked line lies in one area, or where two meet
_NEEDLESS = 4.0  # heights of the text by which a blanked area may go beyond it


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture in the pool, and which of its pixels the audit says were blanked."""

    picture_HW: NDArray[np.generic]
    blanked_HW: NDArray[np.bool_]


@dataclass(frozen=True)
class PixelFigures:
    """Pictures in the pool, and names of those with text left, changed outside of blanked areas, blanked without need.

    `blanked_share` is the mean share of pixels that were blanked, of pictures with text.
    """

    kept: int
    legible: tuple[str, ...]
    changed: tuple[str, ...]
    needless: tuple[str, ...]
    blanked_share: float


def compare(planted: Sequence[Planted], pool: Path) -> PixelFigures:
    """Compare what is in the pool with what was planted; pictures are known by their width."""
    kept = _by_width(pool)
    there = [(one, kept[one.width]) for one in planted if one.width in kept]
    with_text = [(one, shown) for one, shown in there if one.strokes_HW is not None]
    shares = [float(shown.blanked_HW.mean()) for _, shown in with_text]
    return PixelFigures(
        len(there),
        tuple(one.path.name for one, shown in with_text if _is_legible(one, shown.picture_HW)),
        tuple(
            one.path.name for one, shown in there if ((shown.picture_HW != one.picture_HW) & ~shown.blanked_HW).any()
        ),
        tuple(one.path.name for one, shown in there if (shown.blanked_HW & ~_near_text(one)).any()),
        float(np.mean(shares or [0])),
    )


def _is_legible(planted: Planted, shown_HW: NDArray[np.generic]) -> bool:
    """Whether more than a flat area is where the text was."""
    assert planted.strokes_HW is not None
    return len(np.unique(shown_HW[_bounds(planted.strokes_HW)])) > _MOST_LEVELS


def _near_text(planted: Planted) -> NDArray[np.bool_]:
    near = np.zeros(planted.picture_HW.shape, bool)
    if planted.strokes_HW is not None:
        rows, columns = _bounds(planted.strokes_HW)
        reach = int(_NEEDLESS * min(rows.stop - rows.start, columns.stop - columns.start))
        near[max(rows.start - reach, 0) : rows.stop + reach, max(columns.start - reach, 0) : columns.stop + reach] = (
            True
        )
    return near


def _bounds(mask_HW: NDArray[np.bool_]) -> tuple[slice, slice]:
    rows, columns = (np.flatnonzero(mask_HW.any(axis)) for axis in (1, 0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def _by_width(root: Path) -> Mapping[int, Shown]:
    pool = read_pool(root)
    audit = json.loads(root.with_name(f"{root.name}.audit.json").read_text(encoding="utf-8"))
    areas = {file["path"]: file["blanked"] for entry in audit["entries"] for file in entry["files"]}
    shown = {}
    for scan in pool.scans:
        pixels = np.asarray(pool.read_scan(scan).view.pixels[0])
        picture_HW = pixels.reshape(pixels.shape[-2:])
        blanked_HW = np.zeros(picture_HW.shape, bool)
        for x0, y0, x1, y1 in areas[scan.views[0].files[0].path]:
            blanked_HW[y0:y1, x0:x1] = True
        shown[picture_HW.shape[1]] = Shown(picture_HW, blanked_HW)
    return shown
