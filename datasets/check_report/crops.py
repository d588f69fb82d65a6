"""Objects cut out of their scans, as small pictures inside the report."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.checks.facts import Facts
from datasets.pool.contact_sheet import plane_of
from imaging import ScanError, pseudo_colour, read_scan

_TILE_PX, _LEAST_PX, _MARGIN = 168, 40, 0.6
_QUALITY = 88
_FRAME = (230, 30, 110)  # RGB: no palette of scans has it
Picture = NDArray[np.uint8]
_OWNED = (
    "FROM boxes b JOIN images i ON i.id = b.image_id JOIN categories c ON c.id = b.category_id "
    "JOIN scans s ON s.scan_id = i.scan_id WHERE "
)
_OF_BOX = f"SELECT b.x, b.y, b.w, b.h, c.name, i.scan_id, i.view_id, s.scanner {_OWNED} b.id = ?"


@dataclass(frozen=True)
class Crop:
    """An object: where it is, what is said of it, and its picture as a `data:` URI (empty where it can not be read)."""

    scan_id: str
    caption: str
    uri: str


def crop_of(facts: Facts, box_id: int, what: str = "") -> Crop:
    """Cut the object of an annotation out of its scan, with what is around it and its box drawn.

    The caption says `what` is odd about it and its label, where there is something odd; and its size.
    """
    x, y, w, h, label, scan_id, view_id, scanner = next(facts.rows(_OF_BOX, box_id))
    words = (what, label) if what else ()
    picture = _picture(facts, scan_id, view_id, scanner)
    uri = "" if picture is None else _uri(_tile(picture, (x, y, x + w, y + h)))
    return Crop(scan_id, ", ".join((*words, f"{w:.0f} x {h:.0f} px")), uri)


def sampled(facts: Facts, label: str, count: int) -> Iterator[int]:
    """Annotations of a label, `count` at most, evenly from all over the pool."""
    (total,) = next(facts.rows(f"SELECT count(*) {_OWNED} c.name = ?", label))
    step = max(1, -(-total // count))
    numbered = f"SELECT b.id, row_number() OVER (ORDER BY b.id) - 1 AS place {_OWNED} c.name = ?"
    for (box_id,) in facts.rows(f"SELECT id FROM ({numbered}) WHERE place % ? = 0", label, step):  # noqa: S608
        yield box_id


def _picture(facts: Facts, scan_id: str, view_id: str, scanner: str) -> Picture | None:
    profile = next((profile for profile in facts.info.scanners if profile.name == scanner), None)
    question = (
        "SELECT f.path FROM files f JOIN stored t ON t.path = f.path "
        "WHERE f.scan_id = ? AND f.view_id = ? AND f.kind = 'image'"
    )
    files = [facts.root / path for (path,) in facts.rows(question, scan_id, view_id)]
    try:
        return pseudo_colour(plane_of(read_scan(files, profile, scan_id=scan_id).view), profile) if files else None
    except ScanError:
        return None


def _tile(picture: Picture, box_xyxy: tuple[float, float, float, float]) -> Picture:
    """The box with what is around it on a square of paper; a box that is nowhere gives the whole picture."""
    height, width = picture.shape[:2]
    x1, y1, x2, y2 = (float(np.clip(value, -1e6, 1e6)) for value in box_xyxy)
    edge = max(_LEAST_PX, (1 + _MARGIN) * max(abs(x2 - x1), abs(y2 - y1)))
    left, top = (int(np.clip(0.5 * (a + b - edge), 0, size - 1)) for a, b, size in ((x1, x2, width), (y1, y2, height)))
    right, bottom = (min(size, int(start + edge) + 1) for start, size in ((left, width), (top, height)))
    part = picture[top:bottom, left:right]
    scale = _TILE_PX / max(part.shape[:2])
    size_wh = tuple(max(1, round(scale * side)) for side in (part.shape[1], part.shape[0]))
    shrunk = cv2.resize(part, size_wh, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    corners = [round(scale * value) for value in (x1 - left, y1 - top, x2 - left, y2 - top)]
    cv2.rectangle(shrunk, corners[:2], corners[2:], _FRAME, 1)
    tile = np.full((_TILE_PX, _TILE_PX, 3), 255, np.uint8)
    tile[: shrunk.shape[0], : shrunk.shape[1]] = shrunk
    return tile


def _uri(picture: Picture) -> str:
    _, encoded = cv2.imencode(".jpg", picture[..., ::-1], (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))
    return "data:image/jpeg;base64," + base64.b64encode(encoded.tobytes()).decode()
