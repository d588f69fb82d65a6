"""Pixels of a pool -> a table of what they are like: shape, range, how much of them is at an end of the scale."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np

from datasets.checks.facts import Facts
from datasets.duplicates import view_print
from datasets.readings import Reading
from datasets.verbs.outcome import Track
from imaging import ScanError, ScannerProfile, read_scan
from imaging.scan import Pixels


class _Looked(Reading):
    """What a view is like, in the order of the table `looked`; or why it can not be read."""

    problem: str | None = None
    height: int | None = None
    width: int | None = None
    channels: str | None = None
    dtype: str | None = None
    low: float | None = None
    high: float | None = None
    flat: bool | None = None
    bottom_share: float | None = None
    top_share: float | None = None
    depth_used: int | None = None
    print_: bytes | None = None


def look_at_pixels(facts: Facts, *, track: Track) -> None:
    """Decode every view whose files are there, and fill `looked`."""
    profiles = {profile.name: profile for profile in facts.info.scanners}
    (total,) = next(facts.rows("SELECT count(*) FROM views"))
    views = facts.rows(
        "SELECT v.scan_id, v.view_id, s.scanner, group_concat(f.path, char(0)) FROM views v "
        "JOIN scans s USING (scan_id) JOIN files f ON f.scan_id = v.scan_id AND f.view_id = v.view_id "
        "AND f.kind = 'image' WHERE NOT EXISTS (SELECT 1 FROM files g LEFT JOIN stored t ON t.path = g.path "
        "WHERE g.scan_id = v.scan_id AND g.view_id = v.view_id AND t.path IS NULL) "
        "GROUP BY v.number ORDER BY v.number"
    )
    for scan_id, view_id, scanner, paths in track(views, "looking at pixels", total=total):
        files = [facts.root / path for path in paths.split("\0")]
        look = partial(_look, files, profiles.get(scanner), scan_id)
        found = facts.readings.of(json.dumps(["pixels", scan_id, scanner]), files, _Looked, look)
        facts.add("looked", scan_id, view_id, *(value for _, value in found))


def _look(files: list[Path], profile: ScannerProfile | None, scan_id: str) -> _Looked:
    try:
        view = read_scan(files, profile, scan_id=scan_id).view
    except ScanError as error:
        return _Looked(problem=str(error))
    low, high, bottom, top, flat, depth = _range(view.pixels)
    height, width = view.size_hw
    return _Looked(
        height=height,
        width=width,
        channels=json.dumps(view.channel_names),
        dtype=str(view.pixels.dtype),
        low=low,
        high=high,
        flat=flat,
        bottom_share=bottom,
        top_share=top,
        depth_used=depth,
        print_=view_print(view),
    )


def _range(pixels: Pixels) -> tuple[float, float, float, float, bool, int]:
    """Least and greatest value, share at either end of the dtype, whether a channel is one value, bits in use.

    Values that are no numbers are left out; a picture of nothing else is flat and runs from 0 to 0.
    """
    is_float = np.issubdtype(pixels.dtype, np.floating)
    finite = pixels[np.isfinite(pixels)] if is_float else pixels
    if finite.size == 0:
        return 0.0, 0.0, 0.0, 0.0, True, 0
    low, high = float(finite.min()), float(finite.max())
    channels = pixels.reshape(len(pixels), -1)
    flat = bool((channels == channels[:, :1]).all(axis=1).any())
    if is_float:
        return low, high, 0.0, 0.0, flat, 0
    limits = np.iinfo(str(pixels.dtype))
    bottom, top = (float(np.count_nonzero(pixels == end)) / pixels.size for end in (limits.min, limits.max))
    return low, high, bottom, top, flat, _depth_used(pixels)


def _depth_used(pixels: Pixels) -> int:
    """Bits that tell the values apart: 8 where 16-bit values are 8-bit ones, as they were or spread over the scale."""
    bits = pixels.dtype.itemsize * 8
    if bits <= 8 or int(pixels.min()) < 0:
        return bits
    spread = any(not np.any(pixels % step) for step in (256, 257))
    return 8 if spread or int(pixels.max()) < 256 else bits
