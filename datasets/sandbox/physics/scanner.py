"""Virtual scanners: each figure stands in a YAML file with its source, or the mark that it is an estimate."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field

from declarations.schema import Strict

FOLDER = Path(__file__).with_name("scanners")
DEFAULT = "sandbox_linac_6_4"

Positive = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Layer = tuple[str, Positive]  # a compound or element of materials.py, and g/cm2 of it


class Figure(Strict):
    """Where a figure comes from: S a source, M measured here, E an estimate."""

    basis: Literal["S", "M", "E"]
    source: str


class PositiveFigure(Figure):
    """A number above zero."""

    value: Positive


class LevelFigure(Figure):
    """A number that may be zero: then the scanner has none of it."""

    value: NotNegative


class LayerFigure(Figure):
    """One layer of matter."""

    value: Layer


class LayersFigure(Figure):
    """Layers, one behind the other."""

    value: tuple[Layer, ...]


class Source(Strict):
    """What makes the beam: a linear accelerator of an endpoint (MV), or a tube of a voltage (kV)."""

    kind: Literal["linac", "tube"]
    voltage: Positive


class ChannelBeam(Strict):
    """One channel: its source, what filters it, and the crystal that reads it behind what stands before."""

    name: Literal["low", "high", "single"]
    source: Source
    filter: LayersFigure
    before: LayersFigure
    crystal: LayerFigure


class Fan(Strict):
    """A fan from a point source, in a plane across the travel; the detector stands upright. Millimetres.

    `source_height_mm` is over the floor of the unit, `source_near_mm` the distance from the source to its near side.
    """

    source_detector_mm: Positive
    source_near_mm: Positive
    source_height_mm: float


class Parallel(Strict):
    """A parallel beam that rises towards the detector."""

    elevation_deg: Annotated[float, Field(ge=0, lt=45)]


class GeometryFigure(Figure):
    """Where the beam comes from."""

    value: Fan | Parallel


class Scanner(Strict):
    """One virtual scanner.

    Attributes:
        name: of the file, and of its profile.
        what: in words.
        channels: one, or low and high.
        geometry: parallel or fan.
        pitch_mm: pixel pitch at the middle of the unit, both ways.
        air_counts: level of the empty beam, of 65,535.
        quanta_per_cm2: detected in air in each channel, per area at the middle of the unit, one pass.
        half_dose_deg: angle off the middle of the fan at which the dose has fallen to half, 0 for an even beam.
        electronic_counts: standard deviation of the electronics, where the dose is full.
        point_spread_px: sigma of the Gaussian point spread, focal spot included.
        scatter: scattered light that reaches a detector behind a uniform load, over the primary, per unit of the
            part of -ln T that scatters.
        scatter_reach_mm: half width at half maximum along the detector, in the middle plane of the unit.
        dose_jitter: left of each pulse's dose after normalising to the reference detector.
        row_gain: left of each element's gain after calibration, fixed for a scan.
        gain_drift: growth of those errors from the first column to the last, as a factor less one.
        dead_share: share of elements that read nothing, others in each scan: a fleet of scanners of one type.
        wobble_px: amplitude of the detector boom's swing, as a shift along the detector.
        wobble_period_mm: its period along the travel.
        interlace_px: columns by which the low channel is taken later than the high one.
        opaque_transmission: level under which cargo can no longer be told from more cargo.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
    what: str
    channels: tuple[ChannelBeam, ...]
    geometry: GeometryFigure
    pitch_mm: PositiveFigure
    air_counts: Positive
    quanta_per_cm2: PositiveFigure
    half_dose_deg: LevelFigure
    electronic_counts: LevelFigure
    point_spread_px: LevelFigure
    scatter: LevelFigure
    scatter_reach_mm: PositiveFigure
    dose_jitter: LevelFigure
    row_gain: LevelFigure
    gain_drift: LevelFigure
    dead_share: LevelFigure
    wobble_px: LevelFigure
    wobble_period_mm: PositiveFigure
    interlace_px: LevelFigure
    opaque_transmission: PositiveFigure

    def at_pitch(self, pitch_mm: float) -> Scanner:
        """The scanner with another pixel pitch, its name saying so.

        Raises:
            ValueError: when it is not between 0.1 and 60 mm.
        """
        if not 0.1 <= pitch_mm <= 60:
            raise ValueError(f"the pixel pitch of a scanner is 0.1 to 60 mm; found {pitch_mm}; choose one in between")
        if pitch_mm == self.pitch_mm.value:
            return self
        pitch = PositiveFigure(value=pitch_mm, basis="E", source="asked for")
        return self.model_copy(update={"pitch_mm": pitch, "name": f"{self.name}_{pitch_mm:g}mm"})


def scanner_names() -> tuple[str, ...]:
    """Names of all virtual scanners."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@cache
def read_scanner(name: str = DEFAULT) -> Scanner:
    """The virtual scanner of a name.

    Raises:
        ValueError: when there is none of that name.
    """
    if name not in scanner_names():
        raise ValueError(f"a virtual scanner is one of {', '.join(scanner_names())}; found {name!r}; choose one")
    return Scanner.model_validate(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))
