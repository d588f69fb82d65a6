"""Whether anything can be judged from a view: measured, and said in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from imaging.errors import UnusableScan
from imaging.lines import DetectorAxis, by_element
from imaging.profile import ScannerProfile
from imaging.quality.not_a_scan import is_noise, is_page, neighbour_likeness
from imaging.quality.torn import LostLines, lost_lines
from imaging.scan import FloatImage, Quantity, View

Reason = Literal["silent", "opaque", "blank", "saturated", "torn", "not_a_scan"]

OPAQUE_TRANSMISSION = 5e-4  # under it a scanner sees its own floor; a profile may state its own level
_LEAST_CONTRAST = 0.02  # of full scale, after averaging 5x5: above air noise, below a sheet of cardboard
_LEAST_DISPLAY_CONTRAST = 2 / 255
_MOST_OPAQUE = 0.999
_MOST_SILENT = 0.05
_MOST_SATURATED = 0.5
_ABOVE_AIR = 1.05  # transmission; air that a scanner cuts at the end of its scale reads 1
_MOST_LOST = 0.02
_UNDER_AIR = 0.9  # transmission; a scanner may cut off its air, whose lines are then equal
_NO_LOSS = LostLines(0.0, 0.0, 0)


@dataclass(frozen=True, slots=True)
class Measurements:
    """What a verdict rests on: shares (0 to 1) of pixels or lines, contrast over full scale, likeness -1 to 1.

    `saturated_share` counts pixels at the top of an integer type where the stated air lies under it; `slip_elements`
    is the jump at a tear.
    """

    silent_share: float
    opaque_share: float
    contrast: float
    saturated_share: float
    repeated_lines: float
    empty_lines: float
    slip_elements: int
    neighbour_likeness: float
    page: bool


@dataclass(frozen=True, slots=True)
class QualityReport:
    """`ok`, or `unusable` with the first reason that holds: the rule, what was found, and what to do."""

    verdict: Literal["ok", "unusable"]
    reason: Reason | None
    rule: str
    found: str
    remedy: str
    measured: Measurements


def scan_quality(
    view: View, profile: ScannerProfile | None = None, *, detector: DetectorAxis = "rows"
) -> QualityReport:
    """Whether anything can be judged from a view.

    Unusable: more than 5 % of it holds no number (`silent`); nothing gets through anywhere (`opaque`); no contrast
    (`blank`); half of it at the end of the scale, above air (`saturated`); 2 % of its lines empty or repeated, or the
    picture slipped sideways half-way (`torn`); noise, or a page of text (`not_a_scan`).

    Not told: lines that are simply missing, or white; a photograph; a screenshot. A rendered picture (DISPLAY) is
    never called torn, as padding looks the same; nor are empty lines looked for where zero has no stated meaning.

    Args:
        view: a radiograph or a volume; of a volume only silence, opacity and contrast are judged.
        profile: for the level at which its scanner is opaque.
        detector: axis of the stored picture that runs along the detector.

    Raises:
        NoPhysics: for counts without an air level.
    """
    level = (profile.opaque_transmission if profile is not None else None) or OPAQUE_TRANSMISSION
    signal = view.signal()
    measured = _measure(view, signal, level, detector)
    reason = _reason(view, measured)
    words = (
        ("a scan can be judged", "nothing against it", "go on") if reason is None else _words(reason, view, measured)
    )
    return QualityReport("ok" if reason is None else "unusable", reason, *words, measured)


def check_usable(view: View, profile: ScannerProfile | None = None) -> None:
    """Refuse a view from which nothing can be judged; see `scan_quality`.

    Raises:
        UnusableScan: when it is silent, opaque, blank, saturated, torn, or not a scan.
        NoPhysics: for counts without an air level.
    """
    report = scan_quality(view, profile)
    if report.reason is not None:
        raise UnusableScan(report.rule, report.found, report.remedy)


def _measure(view: View, signal: FloatImage, level: float, detector: DetectorAxis) -> Measurements:
    flat_view = signal.ndim == 3
    lost, likeness, page = _NO_LOSS, 1.0, False
    if flat_view:
        likeness, page = neighbour_likeness(signal), is_page(signal)
    if flat_view and view.quantity is not Quantity.DISPLAY:
        lost = lost_lines(by_element(view.pixels, detector), by_element(signal, detector), _empty_level(view))
    return Measurements(
        silent_share=0.0 if view.valid is None else 1.0 - float(view.valid.mean()),
        opaque_share=_opaque_share(signal, level) if view.quantity.physical else 0.0,
        contrast=max(_contrast(plane) for plane in signal.reshape(-1, *signal.shape[-2:])),
        saturated_share=_saturated_share(view, signal),
        repeated_lines=lost.repeated_share,
        empty_lines=lost.empty_share,
        slip_elements=lost.slip_elements,
        neighbour_likeness=likeness,
        page=page,
    )


def _reason(view: View, measured: Measurements) -> Reason | None:
    least = _least_contrast(view)
    checks: tuple[tuple[Reason, bool], ...] = (
        ("silent", measured.silent_share > _MOST_SILENT),
        ("opaque", measured.opaque_share > _MOST_OPAQUE),
        ("blank", measured.contrast < least),
        ("saturated", measured.saturated_share > _MOST_SATURATED),
        ("torn", max(measured.repeated_lines, measured.empty_lines) > _MOST_LOST or measured.slip_elements != 0),
        ("not_a_scan", is_noise(measured.neighbour_likeness) or measured.page),
    )
    return next((reason for reason, holds in checks if holds), None)


def _words(reason: Reason, view: View, measured: Measurements) -> tuple[str, str, str]:
    """Rule, finding and remedy."""
    again = "check the detector, scan again"
    stranger = "a page of text" if measured.page else "noise: neighbouring pixels know nothing of one another"
    said: dict[Reason, tuple[str, str, str]] = {
        "silent": ("at most 5 % of a view holds no number", f"{100 * measured.silent_share:.1f} %", again),
        "opaque": ("the beam gets through somewhere", "an opaque view", "use more energy, or open the unit"),
        "blank": (
            f"a view has a contrast of {_least_contrast(view):.3f} of full scale",
            f"{measured.contrast:.4f}",
            "check that a unit was in the beam",
        ),
        "saturated": (
            "at most half of a view lies at the end of its scale, above air",
            f"{100 * measured.saturated_share:.0f} %",
            "check the detector's gain and the air level of the profile",
        ),
        "torn": (
            "a scan is whole: each line its own, none empty, all in one place",
            f"{100 * measured.repeated_lines:.1f} % repeated and {100 * measured.empty_lines:.1f} % empty lines, "
            f"a slip of {measured.slip_elements} elements",
            "scan again",
        ),
        "not_a_scan": ("a scan is a picture that a scanner made", stranger, "take the file out of the folder"),
    }
    return said[reason]


def _empty_level(view: View) -> float | None:
    """Signal up to which a line of equal values holds no reading: goods are noisy, but what was computed may be even.

    None where the numbers have no stated meaning: there, padding may be zero.
    """
    if not view.quantity.physical:
        return None
    return _UNDER_AIR if np.issubdtype(view.pixels.dtype, np.integer) else 0.0


def _least_contrast(view: View) -> float:
    return _LEAST_CONTRAST if view.quantity.physical else _LEAST_DISPLAY_CONTRAST


def _opaque_share(signal: FloatImage, level: float) -> float:
    return float((signal <= level).all(axis=0).mean())


def _saturated_share(view: View, signal: FloatImage) -> float:
    """Share of pixels at the largest value of an integer type, in any channel, where air is stated to be lower."""
    linear = view.quantity in (Quantity.COUNTS, Quantity.TRANSMISSION)
    if not linear or view.air is None or not np.issubdtype(view.pixels.dtype, np.integer):
        return 0.0
    full = view.pixels == np.iinfo(str(view.pixels.dtype)).max
    return float((full & (signal > _ABOVE_AIR)).any(axis=0).mean())


def _contrast(plane: FloatImage) -> float:
    smooth = cv2.blur(np.ascontiguousarray(plane), (5, 5))
    return float(smooth.max()) - float(smooth.min())
