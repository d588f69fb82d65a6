"""The records of `model.json`: frozen pydantic models, unknown keys refused."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

SCHEMA_VERSION: Literal[1] = 1
Role = Literal["detector", "goods", "anomaly"]
Rate = Annotated[float, Field(gt=0, lt=1)]


class Strict(BaseModel):
    """Frozen, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ComponentSpec(Strict):
    """One network of a package.

    `channels` and `quantity` say which views it fits; `fill` pads a batch; `long_side` scales larger views down, None
    keeps every pixel; `tile` None looks at a view whole. `labels` are contraband labels or goods groups by output.
    """

    role: Role
    family: str
    arguments: dict[str, Any]
    file: str
    sha256: str = ""
    channels: tuple[str, ...]
    quantity: Literal["physical", "display"]
    normalisation: Literal["attenuation", "colour"]
    long_side: int | None = None
    tile: int | None = None
    fill: float = 1.0
    labels: tuple[str, ...]


class OperatingPoint(Strict):
    """A threshold on a scan's highest finding, frozen on named clean scans; None where they were too few."""

    name: Literal["strict", "loose"]
    rate: Rate
    threshold: float | None
    n_clean: int
    clean_scans: tuple[str, ...]
    reason: str = ""


class TableRecord(Strict):
    """Oddness scores of honest units for one check under one scanner, sorted."""

    check: str
    scanner: str
    n: int
    scores: tuple[float, ...]


class PackageSpec(Strict):
    """`model.json`."""

    schema_version: Literal[1] = SCHEMA_VERSION
    name: str
    components: tuple[ComponentSpec, ...]
    operating_points: tuple[OperatingPoint, ...] = ()
    calibration: tuple[TableRecord, ...] = ()
    strict_rate: Rate = 0.01
    loose_rate: Rate = 0.05
    pool_hash: str = ""
    calibration_pool_hash: str = ""
    rights: tuple[str, ...] = ()
    code_version: str = ""

    @property
    def package_sha256(self) -> str:
        """Identity of the package: its description names the hash of every weight."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def component(self, role: Role) -> ComponentSpec | None:
        """The component of a role, where the package has one."""
        return next((component for component in self.components if component.role == role), None)

    def operating_point(self, name: str) -> OperatingPoint | None:
        """The operating point of a name, where one was frozen."""
        return next((point for point in self.operating_points if point.name == name), None)

    @property
    def labels(self) -> tuple[str, ...]:
        """Contraband labels that the detector knows."""
        detector = self.component("detector")
        return detector.labels if detector else ()

    @property
    def goods_groups(self) -> tuple[str, ...]:
        """Goods groups that the goods network knows."""
        goods = self.component("goods")
        return goods.labels if goods else ()
