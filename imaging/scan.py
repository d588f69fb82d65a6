"""The nouns of imaging: a scan, its views, and what their numbers mean.

Axis letters used in names all over the project: B batch, N objects, C channels, D slices, H rows, W columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imaging.errors import NoPhysics, UnsupportedScan
from imaging.law import LINEAR, Law, Levels, beam_from_linear, beam_from_log, check_levels

Pixels = NDArray[np.generic]
FloatImage = NDArray[np.float32]

DUAL_ENERGY = ("low", "high")
SINGLE = ("single",)
COLOUR = ("red", "green", "blue")


class Quantity(StrEnum):
    """What a pixel value is."""

    COUNTS = "counts"  # proportional to detector signal; `air` says what nothing in the beam gives
    TRANSMISSION = "transmission"  # I / I0, air = 1
    ATTENUATION = "attenuation"  # -ln(I / I0), air = 0; a law may say in which units
    DISPLAY = "display"  # a rendered picture: colours, no physics
    UNKNOWN = "unknown"  # numbers whose meaning nobody stated

    @property
    def physical(self) -> bool:
        """Whether transmission can be computed from it."""
        return self in (Quantity.COUNTS, Quantity.TRANSMISSION, Quantity.ATTENUATION)


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel of a view: `low`, `high`, `single`, `red`, `green` or `blue`, with its beam energy where known."""

    name: str
    energy_kv: float | None = None


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where source, object and detector stand, in millimetres; None where it is not known.

    `source_object_mm` reaches to the middle of the object, `object_depth_mm` is how far it extends along the beam.
    """

    source_detector_mm: float | None = None
    source_object_mm: float | None = None
    source_height_mm: float | None = None
    fan_deg: float | None = None
    object_depth_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Rescale:
    """The line from a stored value to a physical one: value x slope + intercept, in `unit` (`HU`, or as stated)."""

    slope: float
    intercept: float
    unit: str


@dataclass(frozen=True, slots=True)
class Source:
    """The files that a scan was read from, and their format (`png`, `tiff`, `jpeg`)."""

    files: tuple[Path, ...]
    format: str


@dataclass(frozen=True, eq=False)
class View:
    """One projection (CHW) or volume (CDHW) in the scanner's own dtype.

    `air` holds the value of an empty beam in stored units, one per channel, or for CHW an array that broadcasts to it
    (C, H, 1: per detector row); None means 1 for TRANSMISSION, 0 for ATTENUATION, and not known for COUNTS. `law` says
    how numbers stand to the beam where that is not a straight line from 0. `valid` is a bool mask over the spatial
    axes; False where the detector said nothing. `spacing_mm` is (row, column) pitch at the object, volumes (slice,
    row, column). `rescale` is what a CT file states about its numbers; `rescaled()` applies it.
    """

    view_id: str
    pixels: Pixels
    channels: tuple[Channel, ...]
    quantity: Quantity
    air: Levels | None = None
    valid: NDArray[np.bool_] | None = None
    spacing_mm: tuple[float, ...] | None = None
    geometry: Geometry | None = None
    rescale: Rescale | None = None
    law: Law | None = None

    def __post_init__(self) -> None:
        if self.pixels.ndim not in (3, 4) or self.pixels.shape[0] != len(self.channels):
            raise UnsupportedScan(
                "a view is CHW or CDHW with one plane per named channel",
                f"shape {self.pixels.shape} with channels {self.channel_names}",
                "name every channel, first axis first",
            )
        for name, levels in (("air", self.air), ("dark", None if self.law is None else self.law.dark)):
            if levels is not None:
                check_levels(name, levels, self.pixels.shape)

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Names of the channels, in the order of the first axis."""
        return tuple(channel.name for channel in self.channels)

    @property
    def size_hw(self) -> tuple[int, int]:
        """Rows and columns."""
        return int(self.pixels.shape[-2]), int(self.pixels.shape[-1])

    def transmission(self) -> FloatImage:
        """Transmission I / I0 as float32, shape of `pixels`, air = 1; not clipped (noise may exceed 1).

        Raises:
            NoPhysics: for DISPLAY and UNKNOWN views, and for COUNTS without an air level.
        """
        if not self.quantity.physical:
            raise NoPhysics(
                "transmission needs counts, transmission or attenuation",
                f"view {self.view_id!r} of quantity {self.quantity.value}",
                "say what the numbers mean in a scanner profile (a rendered picture has no physics)",
            )
        law = self.law or LINEAR
        if self.quantity is Quantity.ATTENUATION:
            return beam_from_log(self.pixels, self._air_or(0.0), law)
        return beam_from_linear(self.pixels, self._air_or(1.0), law)

    def rescaled(self) -> FloatImage:
        """Stored values on the line of `rescale`, float32 of the shape of `pixels`, in its unit (Hounsfield for CT).

        Raises:
            NoPhysics: when the file stated no such line.
        """
        if self.rescale is None:
            raise NoPhysics(
                "physical values need the rescale slope and intercept of the file",
                f"view {self.view_id!r} without them",
                "read the scan from DICOM, or ask for `pixels`",
            )
        slope, intercept = np.float64(self.rescale.slope), np.float64(self.rescale.intercept)
        return (self.pixels.astype(np.float64) * slope + intercept).astype(np.float32)

    def signal(self) -> FloatImage:
        """What a network is given: transmission where there is physics, else value over the full scale of the dtype.

        Returns float32 of the shape of `pixels`; no level of a 16-bit file is merged with another. A floating-point
        sample that is no number reads 1 (an empty beam): one dead pixel would turn every output of a network to NaN.
        """
        with np.errstate(all="ignore"):  # what leaves the range of float32 is no number either
            signal = self._over_full_scale() if not self.quantity.physical else self.transmission()
        if np.issubdtype(self.pixels.dtype, np.floating):
            signal[~np.isfinite(signal)] = 1.0
        return signal

    def _over_full_scale(self) -> FloatImage:
        if np.issubdtype(self.pixels.dtype, np.integer):
            full_scale = np.float32(np.iinfo(str(self.pixels.dtype)).max)
            return np.divide(self.pixels, full_scale, dtype=np.float32)
        return self.pixels.astype(np.float32)

    def _air_or(self, default: float) -> Levels:
        if self.air is None and self.quantity is Quantity.COUNTS:
            raise NoPhysics(
                "counts become transmission by dividing by the air level",
                f"view {self.view_id!r} without one",
                "state `air` in the scanner profile",
            )
        return self.air if self.air is not None else (default,) * len(self.channels)


@dataclass(frozen=True, eq=False)
class Scan:
    """One inspection: one or more views. `scan_id` is the relative path without suffix and energy token."""

    scan_id: str
    scanner: str
    views: tuple[View, ...]
    source: Source

    @property
    def view(self) -> View:
        """The only view of a scan of one view.

        Raises:
            UnsupportedScan: when the scan has several views.
        """
        if len(self.views) != 1:
            raise UnsupportedScan(
                "`scan.view` and its shortcuts speak of a scan of one view",
                f"{len(self.views)} views in {self.scan_id!r}",
                "go through `scan.views`",
            )
        return self.views[0]

    @property
    def pixels(self) -> Pixels:
        """Pixels of the only view."""
        return self.view.pixels

    @property
    def channel_names(self) -> tuple[str, ...]:
        """Channel names of the only view."""
        return self.view.channel_names

    @property
    def quantity(self) -> Quantity:
        """Quantity of the only view."""
        return self.view.quantity

    def transmission(self) -> FloatImage:
        """Transmission of the only view; see `View.transmission`."""
        return self.view.transmission()
