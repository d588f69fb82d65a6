"""Scanner profiles: a YAML file that says what the numbers of one scanner mean."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from imaging.errors import ProfileError, ScanTooLarge, UnreadableScan
from imaging.formats.content import read_content
from imaging.formats.raw import RawLayout
from imaging.join import JoinRule
from imaging.scan import Channel, Geometry, Quantity

_MOST_BYTES = 1 << 20  # a profile has a few thousand
Positive = Annotated[float, Field(gt=0)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ChannelEntry(_Strict):
    """A channel's name and, where known, the beam energy behind it in kV (160 for a tube, 6000 for 6 MV)."""

    name: Literal["low", "high", "single", "red", "green", "blue"]
    energy_kv: Positive | None = None


class GeometryEntry(_Strict):
    """Distances in millimetres; leave out what is not known."""

    source_detector_mm: Positive | None = None
    source_object_mm: Positive | None = None
    source_height_mm: float | None = None
    fan_deg: Positive | None = None
    object_depth_mm: Positive | None = None


class DetectorEntry(_Strict):
    """How noisy and how sharp one pixel is; lists hold a value for each channel of the profile.

    `quanta`: equal quanta that a pixel of air detects, so that a transmission T has the variance T / quanta.
    `electronic`: standard deviation of the transmission of a pixel in the dark (air = 1). `point_spread_px`: sigma of
    the Gaussian point spread. `interlace_px`: columns by which the low channel is taken later than the high one.
    """

    quanta: list[Positive]
    electronic: list[Annotated[float, Field(ge=0)]]
    point_spread_px: Annotated[float, Field(ge=0)] = 0.0
    interlace_px: Annotated[float, Field(ge=0, le=1)] = 0.0


class MaterialCurve(_Strict):
    """Attenuation -ln T of one material against its areal density, as this scanner measures it (scatter included).

    `areal_density_g_cm2` rises from 0; `attenuation` holds one list for each channel of the profile.
    """

    areal_density_g_cm2: list[Annotated[float, Field(ge=0)]]
    attenuation: dict[str, list[float]]

    @model_validator(mode="after")
    def _same_lengths(self) -> MaterialCurve:
        lengths = {name: len(values) for name, values in self.attenuation.items()}
        if any(length != len(self.areal_density_g_cm2) for length in lengths.values()):
            raise ValueError(f"every curve has {len(self.areal_density_g_cm2)} points like its densities: {lengths}")
        if sorted(set(self.areal_density_g_cm2)) != self.areal_density_g_cm2:
            raise ValueError("areal densities rise strictly")
        return self


class LogEntry(_Strict):
    """How a logarithm of the beam is written: stored = air + scale x log_base(I0 / I), or the other way round.

    `falling` where the logarithm of the counts themselves is written: air is bright, cargo reads less.
    """

    scale: Positive
    base: Annotated[float, Field(gt=1)] = math.e
    falling: bool = False

    def per_attenuation(self) -> float:
        """Stored units for each unit of -ln T; negative where cargo reads less than air."""
        return (-1 if self.falling else 1) * self.scale / math.log(self.base)


class RegionEntry(_Strict):
    """A rectangle that lies at the same place in every picture of a scanner: x0, y0, x1, y1, ends not included.

    In `px`, numbers count from the far edge where they are negative, and an end of 0 is that edge: [-200, 0, 0, 30] is
    the upper right corner of a picture of any width. In `fraction`, of its width and height, they are 0 to 1.
    """

    box: tuple[float, float, float, float]
    unit: Literal["px", "fraction"] = "px"

    @model_validator(mode="after")
    def _lies_in_a_picture(self) -> RegionEntry:
        if self.unit == "fraction" and not all(0 <= value <= 1 for value in self.box):
            raise ValueError(f"fractions lie between 0 and 1, found {self.box}")
        x0, y0, x1, y1 = self.box
        for start, end in ((x0, x1), (y0, y1)):
            same_edge = self.unit == "fraction" or (start < 0) == (end <= 0)
            if not all(map(math.isfinite, self.box)) or (same_edge and start >= end):
                raise ValueError(f"a region ends to the right of and below where it begins, found {self.box}")
        return self

    def box_px(self, size_hw: tuple[int, int]) -> tuple[float, float, float, float]:
        """The rectangle in pixels of a picture of this size, as far as it lies in it; of no area where none does."""
        height, width = size_hw
        sides = (width, height, width, height)
        if self.unit == "fraction":
            x0, y0, x1, y1 = (value * side for value, side in zip(self.box, sides, strict=True))
        else:
            from_far = (self.box[0] < 0, self.box[1] < 0, self.box[2] <= 0, self.box[3] <= 0)
            x0, y0, x1, y1 = (
                min(max(value + side * far, 0), side)
                for value, side, far in zip(self.box, sides, from_far, strict=True)
            )
        return x0, y0, max(x0, x1), max(y0, y1)


class ScannerProfile(_Strict):
    """What one scanner's numbers mean.

    Attributes:
        name: Name of the scanner; the same as that of the file.
        quantity: What a pixel is, once `gamma` or `log` is undone.
        channels: In the order of the planes of a file.
        air: What an empty beam reads, in stored units, for each channel; or for each channel a list with a value for
            each detector element along `detector_axis`.
        dark: What no beam reads, likewise.
        detector_axis: Whether those lists run down the `rows` or along the `columns` of the picture.
        gamma: Beam = ((stored - dark) / (air - dark)) ** gamma; for counts and transmission.
        log: How attenuation is written, for integers and for floating point in other units than -ln T.
        spacing_mm: Pitch (row, column) at the object; volumes (slice, row, column). Goes before what a file states.
        geometry: Distances of the machine. Goes before what a file states.
        pages: What several planes of one file are, where the file does not say so itself.
        raw: How dumps without a header are laid out.
        join: Which files are one scan, where names do not end in `_low` and `_high`.
        detector: Its noise and sharpness, at the pitch of `spacing_mm`.
        opaque_transmission: Level at and under which the scanner cannot tell more cargo from less.
        material_curves: What materials read, for areal density and mass.
        burnt_in: Where the scanner burns text into its pictures; blanked whenever a scan is anonymised.
        cab: Where the cab of a vehicle stands, on scanners that always show it at the same place; masked likewise.
        source: Where these figures come from.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
    quantity: Quantity
    channels: list[ChannelEntry]
    air: list[Positive | list[Positive]] | None = None
    dark: list[float | list[float]] | None = None
    detector_axis: Literal["rows", "columns"] = "rows"
    gamma: Annotated[float, Field(ge=0.2, le=5)] = 1.0
    log: LogEntry | None = None
    spacing_mm: list[Positive] | None = None
    geometry: GeometryEntry | None = None
    pages: Literal["channels", "volume"] = "channels"
    raw: RawLayout | None = None
    join: JoinRule | None = None
    detector: DetectorEntry | None = None
    opaque_transmission: Annotated[float, Field(gt=0, lt=1)] | None = None
    material_curves: dict[str, MaterialCurve] = Field(default_factory=dict)
    burnt_in: list[RegionEntry] = Field(default_factory=list)
    cab: list[RegionEntry] = Field(default_factory=list)
    source: str = ""

    @model_validator(mode="after")
    def _fits_itself(self) -> ScannerProfile:
        names = [channel.name for channel in self.channels]
        if len(set(names)) != len(names) or not names:
            raise ValueError(f"channels are named once each, found {names}")
        for what, levels in (("air", self.air), ("dark", self.dark)):
            if levels is not None and len(levels) != len(names):
                raise ValueError(f"{what} has one value per channel, found {len(levels)} for {names}")
        noise = self.detector
        if noise is not None and {len(noise.quanta), len(noise.electronic)} != {len(names)}:
            raise ValueError(
                f"detector has one value per channel, found {noise.quanta}, {noise.electronic} for {names}"
            )
        for material, curve in self.material_curves.items():
            if set(curve.attenuation) != set(names):
                raise ValueError(f"curve {material!r} speaks of {sorted(curve.attenuation)}, the channels are {names}")
        if self.join is not None and self.join.energies and set(self.join.energies.values()) != set(names):
            raise ValueError(
                f"join.energies names {sorted(set(self.join.energies.values()))}, the channels are {names}"
            )
        if self.pages == "volume" and len(names) != 1:
            raise ValueError(f"pages are slices where there is one channel, found {names}")
        return self

    @model_validator(mode="after")
    def _law_fits_quantity(self) -> ScannerProfile:
        linear = self.quantity in (Quantity.COUNTS, Quantity.TRANSMISSION)
        if not linear and (self.gamma != 1 or self.dark is not None):
            raise ValueError(f"dark and gamma belong to counts and transmission, found {self.quantity.value}")
        if self.log is not None and self.quantity is not Quantity.ATTENUATION:
            raise ValueError(f"log belongs to attenuation, found {self.quantity.value}")
        if self.log is not None and self.log.falling and self.air is None:
            raise ValueError("a falling log needs air: what an empty beam reads")
        for dark, air in zip(self.dark or (), self.air or (), strict=False):
            if _extreme(max, dark) >= _extreme(min, air):
                raise ValueError("dark lies under air in every channel")
        return self

    def view_channels(self) -> tuple[Channel, ...]:
        """The channels as a view carries them."""
        return tuple(Channel(entry.name, entry.energy_kv) for entry in self.channels)

    def view_geometry(self) -> Geometry | None:
        """The geometry as a view carries it."""
        return None if self.geometry is None else Geometry(**self.geometry.model_dump())


def read_profile(path: Path) -> ScannerProfile:
    """Read and check a profile.

    Raises:
        ProfileError: when it is no regular file, or too large, is not YAML, or breaks a rule of the schema.
    """
    rule = "a scanner profile is a YAML file of the documented keys"
    try:
        return ScannerProfile.model_validate(yaml.safe_load(bytes(read_content(path, _MOST_BYTES))))
    except (UnreadableScan, ScanTooLarge) as error:
        raise ProfileError(rule, f"{error.found} ({error.rule})", "name a readable file") from error
    except yaml.YAMLError as error:
        raise ProfileError(rule, f"{path}: {error}", "mend the YAML") from error
    except ValidationError as error:
        raise ProfileError(rule, f"{path}: {_first_problem(error)}", "see configs/scanners/ for examples") from error


def _extreme(which: Callable[[list[float]], float], level: float | list[float]) -> float:
    return which(level) if isinstance(level, list) else level


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'profile'}: {first['msg']}"
