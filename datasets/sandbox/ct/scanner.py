"""A virtual baggage CT: grid, views, dose. Every magnitude is an estimate unless its line says otherwise."""

from __future__ import annotations

from dataclasses import dataclass

CHANNELS = ("low", "high")
DEFAULT_CT = "tunnel_ct_160"


@dataclass(frozen=True, slots=True, kw_only=True)
class CtScanner:
    """A parallel-beam CT that measures each slice alone.

    Attributes:
        name: of its profile.
        pixels: rows and columns of a slice.
        pitch_mm: of pixels, and of the elements of the detector.
        slice_mm: from slice to slice, and their thickness.
        views: over 180 degrees, a multiple of 4.
        quanta: detected in air by one element in one view, for (low, high). Estimate.
        electronic_quanta: standard deviation of the electronics, in quanta. Estimate.
        air_reads: views averaged for the air calibration. Estimate.
        gain_drift: how much an element's gain has moved since calibration; it makes rings. Estimate.
        hann: cut-off of the Hann window over Nyquist, 0 for none. 1 halves the response at half of Nyquist.
    """

    name: str = DEFAULT_CT
    pixels: int = 192
    pitch_mm: float = 2.5
    slice_mm: float = 2.5
    views: int = 288
    quanta: tuple[float, float] = (1.0e5, 1.5e5)
    electronic_quanta: float = 4.0
    air_reads: int = 400
    gain_drift: float = 1.0e-4
    hann: float = 1.0

    def __post_init__(self) -> None:
        if self.pixels < 2 or self.views < 4 or self.views % 4:
            raise ValueError(
                f"a CT has 2 or more pixels and a multiple of 4 views; found {self.pixels} pixels, {self.views} views; "
                "choose such numbers"
            )
        if min(self.pitch_mm, self.slice_mm, *self.quanta) <= 0 or self.electronic_quanta < 0 or self.air_reads < 1:
            raise ValueError(
                "pitches, quanta and air reads are positive, electronics not negative; found "
                f"{self.pitch_mm}, {self.slice_mm}, {self.quanta}, {self.air_reads}, {self.electronic_quanta}; "
                "mend them"
            )


def read_ct_scanner(name: str) -> CtScanner:
    """The CT of a name.

    Raises:
        ValueError: when there is none of that name.
    """
    if name != DEFAULT_CT:
        raise ValueError(f"there is one CT, {DEFAULT_CT}; found {name!r}; leave --scanner out")
    return CtScanner()
