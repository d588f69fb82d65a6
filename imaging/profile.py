"""Scanner profiles: a YAML file that says what the numbers of one scanner mean."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from imaging.errors import ProfileError
from imaging.scan import Channel, Geometry, Quantity

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


class ScannerProfile(_Strict):
    """What one scanner's numbers mean.

    `opaque_transmission` is the level at and under which the scanner cannot tell more cargo from less.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
    quantity: Quantity
    channels: list[ChannelEntry]
    air: list[Positive] | None = None
    spacing_mm: list[Positive] | None = None
    geometry: GeometryEntry | None = None
    opaque_transmission: Annotated[float, Field(gt=0, lt=1)] | None = None
    material_curves: dict[str, MaterialCurve] = Field(default_factory=dict)
    source: str = ""

    @model_validator(mode="after")
    def _fits_itself(self) -> ScannerProfile:
        names = [channel.name for channel in self.channels]
        if len(set(names)) != len(names) or not names:
            raise ValueError(f"channels are named once each, found {names}")
        if self.air is not None and len(self.air) != len(names):
            raise ValueError(f"air has one value per channel, found {len(self.air)} for {names}")
        for material, curve in self.material_curves.items():
            if set(curve.attenuation) != set(names):
                raise ValueError(f"curve {material!r} speaks of {sorted(curve.attenuation)}, the channels are {names}")
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
        ProfileError: when the file is not there, is not YAML, or breaks a rule of the schema.
    """
    rule = "a scanner profile is a YAML file of the documented keys"
    try:
        return ScannerProfile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ProfileError(rule, f"{path}: {error.strerror}", "name a readable file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProfileError(rule, f"{path}: {error}", "mend the YAML") from error
    except ValidationError as error:
        raise ProfileError(rule, f"{path}: {_first_problem(error)}", "see configs/scanners/ for examples") from error


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"{'.'.join(str(part) for part in first['loc']) or 'profile'}: {first['msg']}"
