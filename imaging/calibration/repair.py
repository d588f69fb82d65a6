"""Values of bad detector elements from their neighbours: marked where done, refused where too much is bad."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from imaging.calibration.bad_elements import ElementReport, Reason, runs
from imaging.errors import ProfileError, UnusableScan
from imaging.lines import by_element
from imaging.scan import Pixels, View

MENDED: tuple[Reason, ...] = ("dead", "noisy")
"""What is replaced unless asked otherwise; an element that is merely off in gain has a signal that flat field keeps."""

_MOST_SHARE = 0.05
_WIDEST = 3  # elements side by side across which a line still stands for what was there


@dataclass(frozen=True, eq=False, slots=True)
class Repair:
    """A view with some elements replaced; `repaired_CHW` (bool) says where its numbers were not measured.

    The view's `valid` mask is False over more than three bad elements side by side.
    """

    view: View
    repaired_CHW: NDArray[np.bool_]
    report: ElementReport


def repair(
    view: View, report: ElementReport, *, reasons: Collection[Reason] = MENDED, most_share: float = _MOST_SHARE
) -> Repair:
    """Replace bad elements on every line by the straight line between the nearest good ones; keeps the dtype.

    Args:
        view: the view that the report is about.
        report: from `find_bad_elements`.
        reasons: which kinds are replaced.
        most_share: the largest share (0 to 1) of a channel's elements that may be bad.

    Raises:
        ProfileError: when the report is of another detector.
        UnusableScan: when a larger share of a channel's elements is bad.
    """
    elements = view.size_hw[0 if report.detector == "rows" else 1]
    if report.elements != elements:
        raise ProfileError(
            "a report of bad elements belongs to its own scan",
            f"{report.elements} elements for {elements} in view {view.view_id!r}",
            "find the bad elements of this scan",
        )
    bad_CE = np.zeros((len(view.channels), elements), np.bool_)
    for one in report.bad:
        if one.reason in reasons:
            bad_CE[view.channel_names.index(one.channel), one.element] = True
    worst = float(bad_CE.mean(axis=1).max())
    if worst > most_share or worst == 1:
        raise UnusableScan(
            f"at most {100 * most_share:g} % of a detector's elements are bad",
            f"{100 * worst:.1f} % of a channel of view {view.view_id!r}",
            "have the detector serviced, scan again",
        )
    pixels_CEL = by_element(view.pixels, report.detector).copy()
    for channel, bad_E in enumerate(bad_CE):
        _interpolate(pixels_CEL[channel], bad_E)
    repaired_CEL = np.broadcast_to(bad_CE[..., None], pixels_CEL.shape)
    pixels = np.ascontiguousarray(by_element(pixels_CEL, report.detector))
    repaired = np.ascontiguousarray(by_element(repaired_CEL, report.detector))
    return Repair(replace(view, pixels=pixels, valid=_valid(view, bad_CE, report)), repaired, report)


def _interpolate(plane_EL: Pixels, bad_E: NDArray[np.bool_]) -> None:
    good = np.flatnonzero(~bad_E)
    for element in np.flatnonzero(bad_E):
        place = int(np.searchsorted(good, element))
        above, below = int(good[max(place - 1, 0)]), int(good[min(place, good.size - 1)])
        weight = 0.5 if above == below else (element - above) / (below - above)
        between = (1 - weight) * plane_EL[above].astype(np.float64) + weight * plane_EL[below].astype(np.float64)
        integer = np.issubdtype(plane_EL.dtype, np.integer)
        plane_EL[element] = (np.rint(between) if integer else between).astype(plane_EL.dtype)


def _valid(view: View, bad_CE: NDArray[np.bool_], report: ElementReport) -> NDArray[np.bool_] | None:
    wide = [run for bad_E in bad_CE for run in runs(np.flatnonzero(bad_E)) if len(run) > _WIDEST]
    if not wide:
        return view.valid
    lost_E = np.zeros(bad_CE.shape[1], np.bool_)
    lost_E[np.concatenate(wide)] = True
    if report.detector == "rows":
        kept = np.broadcast_to(~lost_E[:, None], view.size_hw)
    else:
        kept = np.broadcast_to(~lost_E[None, :], view.size_hw)
    return kept.copy() if view.valid is None else view.valid & kept
