"""What each detector element reads with an empty beam and without one, from reference scans."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imaging.calibration.robust import Floats, clipped_mean
from imaging.errors import ProfileError, UnusableScan
from imaging.lines import DetectorAxis, linear_CEL
from imaging.scan import View

_LEAST_LINES = 16


@dataclass(frozen=True, eq=False, slots=True)
class AirDark:
    """Air and dark level of each detector element, float64 (channels, elements), in stored units.

    `*_error_CE` are standard errors of the levels; `*_noise_CE` the standard deviation of a single line, from which
    the noise of every transmission follows.
    """

    channel_names: tuple[str, ...]
    detector: DetectorAxis
    air_CE: Floats
    air_error_CE: Floats
    air_noise_CE: Floats
    dark_CE: Floats
    dark_error_CE: Floats
    dark_noise_CE: Floats

    def swing_CE(self) -> Floats:
        """Air less dark; NaN where an element does not see the beam."""
        swing = self.air_CE - self.dark_CE
        return np.where(swing > 0, swing, np.nan)


def air_dark(air: View, dark: View | None = None, *, detector: DetectorAxis = "rows") -> AirDark:
    """Levels from a scan of the empty beam and one with the beam off, each over all of its lines.

    Lines farther than four robust sigma from an element's median are left out; up to half of them may be wild (a
    vehicle that drove through). Without a dark scan the dark level is 0: the scanner has taken it off.

    Args:
        air: at least 16 lines with nothing in the beam.
        dark: at least 16 lines without a beam; the number of lines may differ.
        detector: axis of the stored pictures that runs along the detector.

    Raises:
        NoPhysics: when a reference is not counts or transmission.
        ProfileError: when the two are not of one detector (channels, elements).
        UnusableScan: with too few lines, values that are no numbers, or an air level not above the dark level.
    """
    level, error, noise = _levels(air, detector)
    if dark is None:
        zero = np.zeros_like(level)
        return _checked(AirDark(air.channel_names, detector, level, error, noise, zero, zero, zero))
    dark_level, dark_error, dark_noise = _levels(dark, detector)
    if dark_level.shape != level.shape or dark.channel_names != air.channel_names:
        raise ProfileError(
            "air and dark reference are scans of one detector",
            f"{level.shape[1]} elements of {air.channel_names} and {dark_level.shape[1]} of {dark.channel_names}",
            "take both references with the scanner that made the scan",
        )
    return _checked(AirDark(air.channel_names, detector, level, error, noise, dark_level, dark_error, dark_noise))


def check_fits(reference: AirDark, view: View) -> None:
    """Refuse a reference of another detector.

    Raises:
        ProfileError: when channels or number of elements differ.
    """
    elements = view.size_hw[0 if reference.detector == "rows" else 1]
    if reference.air_CE.shape[1] != elements or reference.channel_names != view.channel_names:
        raise ProfileError(
            f"the reference speaks of {reference.air_CE.shape[1]} detector elements of {reference.channel_names} "
            f"along the {reference.detector}",
            f"{elements} of {view.channel_names} in view {view.view_id!r}",
            "use the reference of the scanner that made the scan",
        )


def _levels(view: View, detector: DetectorAxis) -> tuple[Floats, Floats, Floats]:
    values_CEL = linear_CEL(view, detector)
    if not values_CEL.size or values_CEL.shape[-1] < _LEAST_LINES or not np.isfinite(values_CEL).all():
        raise UnusableScan(
            f"a reference has elements and at least {_LEAST_LINES} lines, all of them numbers",
            f"{values_CEL.shape[-1]} lines, {np.count_nonzero(~np.isfinite(values_CEL))} values that are none",
            "record it again, for a second or more",
        )
    return clipped_mean(values_CEL, step=0.5 if np.issubdtype(view.pixels.dtype, np.integer) else 0.0)


def _checked(reference: AirDark) -> AirDark:
    seeing = float(np.isfinite(reference.swing_CE()).mean())
    if seeing < 0.5:
        raise UnusableScan(
            "air is brighter than dark",
            f"{100 * (1 - seeing):.0f} % of the elements for which it is not",
            "check that the two references are not exchanged, and that the beam was on",
        )
    return reference
