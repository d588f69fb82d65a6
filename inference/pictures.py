"""What an officer looks at: each view with its marks, and a small picture for the list."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging import Mark, Scan, ScannerProfile, View, draw_marks, pseudo_colour, write_png
from inference.findings import Box

ANNOTATED, THUMBNAILS = "annotated", "report/thumbnails"
LONGEST_SIDE = 2400
"""Pixels of the longer side of an annotated picture: finer than a screen; the scan itself keeps every pixel."""

THUMBNAIL_SIDE = 220
FEW = 5
"""Findings that are shown where nothing says which of them is an alarm."""

_LONGEST_BANNER = 200
_ALARM, _RIM = (213, 94, 0), (255, 255, 255)
Picture = NDArray[np.uint8]
Line = dict[str, Any]


def picture_name(scan_id: str, view_id: str) -> str:
    """A file name that is safe on any system whatever the scan is called, and its own: a hash tells twins apart."""
    whole = f"{scan_id}#{view_id}".encode("utf-8", "surrogatepass")
    plain = re.sub(r"[^A-Za-z0-9._-]+", "_", scan_id)[-60:].strip("._-") or "scan"
    return f"{plain}-{hashlib.sha256(whole).hexdigest()[:12]}.png"


def thumbnail_of(annotated: str) -> str:
    """The small picture that belongs to an annotated one; both relative to the output folder."""
    return annotated.replace(ANNOTATED, THUMBNAILS, 1)


def worth_showing(findings: Sequence[Line], *, alarms_known: bool) -> list[Line]:
    """The findings worth an officer's time: the alarms, or the strongest few where no alarm can be promised."""
    strongest_first = sorted(findings, key=lambda finding: -float(finding["score"]))
    return [finding for finding in strongest_first if finding["alarm"]] if alarms_known else strongest_first[:FEW]


def draw(out: Path, line: Line, scan: Scan, profile: ScannerProfile | None, *, alarms_known: bool) -> list[str]:
    """Write the annotated picture and the thumbnail of each view into their folders, which exist.

    Args:
        out: Output folder.
        line: The scan's line of results.
        scan: Its pixels.
        profile: What the scanner's numbers mean.
        alarms_known: Whether a frozen threshold says what an alarm is.

    Returns:
        The annotated pictures, relative to `out`, in the order of the views.
    """
    names = []
    for place, view in enumerate(scan.views):
        name = f"{ANNOTATED}/{picture_name(line['scan_id'], view.view_id)}"
        here = [finding for finding in line["findings"] if finding["view_id"] == view.view_id]
        shown = worth_showing(here, alarms_known=alarms_known)
        picture, scale = _shrunk(pseudo_colour(view, profile), LONGEST_SIDE)
        marks = [_mark(finding, scale) for finding in shown]
        marks += _mismatches(line, scale) if place == 0 else []  # regions of units are those of the first view
        write_png(out / name, draw_marks(picture, marks, _banner(line), _spacing(view, scale)))
        small, small_scale = _shrunk(picture, THUMBNAIL_SIDE)
        write_png(out / thumbnail_of(name), _outlined(small, shown, scale * small_scale))
        names.append(name)
    return names


def _mark(finding: Line, scale: float) -> Mark:
    text = f"{finding['label']} {finding['score']:.2f}"
    return Mark(_times(finding["box_xyxy"], scale), text, "alarm" if finding["alarm"] else "finding")


def _mismatches(line: Line, scale: float) -> list[Mark]:
    marks = []
    for unit in line["units"]:
        region = next((check["region"] for check in unit["checks"] if check["region"]), None)
        if unit["verdict"] == "mismatch" and region is not None:
            marks.append(Mark(_times(region, scale), "not as declared", "mismatch"))
    return marks


def _banner(line: Line) -> str:
    text = f"{line['lane'].upper()}: {line['reason'] or 'nothing flagged'} | {line['scan_id']}"
    return text if len(text) <= _LONGEST_BANNER else text[: _LONGEST_BANNER - 1] + "…"


def _spacing(view: View, scale: float) -> tuple[float, float] | None:
    """Pitch (row, column) in millimetres of the shown pixels, where it is known."""
    if view.spacing_mm is None:
        return None
    row_mm, column_mm = view.spacing_mm[-2:]
    return row_mm / scale, column_mm / scale


def _shrunk(picture: Picture, longest: int) -> tuple[Picture, float]:
    height, width = picture.shape[:2]
    if max(height, width) <= longest:
        return picture, 1.0
    scale = longest / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _outlined(small: Picture, findings: Sequence[Line], scale: float) -> Picture:
    canvas = np.ascontiguousarray(small.copy())
    for finding in findings:
        left, top, right, bottom = (round(edge) for edge in _times(finding["box_xyxy"], scale))
        for colour, thickness in ((_RIM, 4), (_ALARM, 2)):
            cv2.rectangle(canvas, (left - 1, top - 1), (right, bottom), colour, thickness)
    return canvas


def _times(box_xyxy: Sequence[float], scale: float) -> Box:
    left, top, right, bottom = (edge * scale for edge in box_xyxy)
    return left, top, right, bottom
