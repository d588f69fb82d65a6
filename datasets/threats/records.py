"""The lines of a threat library's files, as frozen pydantic models: unknown keys are refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from datasets.pool.records import Operation, Rights
from declarations.schema import Strict

SCHEMA_VERSION: Literal[1] = 1
MassShares = dict[Annotated[int, Field(ge=1, le=100)], Annotated[float, Field(gt=0, le=1)]]


class LibraryInfo(Strict):
    """`library.json`: the materials by name, each with the mass share of its elements by atomic number."""

    schema_version: Literal[1] = SCHEMA_VERSION
    name: str
    labels: tuple[str, ...]
    materials: dict[str, MassShares]
    content_hash: str = ""
    history: tuple[Operation, ...] = ()

    @model_validator(mode="after")
    def _shares_sum_to_one(self) -> LibraryInfo:
        for name, shares in self.materials.items():
            if abs(sum(shares.values()) - 1) > 1e-3:
                raise ValueError(f"mass shares of a material sum to 1; those of {name!r} to {sum(shares.values()):.4f}")
        return self


class ThreatRecord(Strict):
    """A line of `threats.jsonl`: one object in one pose.

    `layers` names the material of each plane of its areal density. Poses of one object share a `group`, so that a split
    keeps them together. `basis` says whether it was simulated or scanned.
    """

    threat_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    group: str
    label: str
    item: str
    basis: Literal["simulated", "scan"]
    layers: Annotated[tuple[str, ...], Field(min_length=1)]
    pitch_mm: Annotated[float, Field(gt=0)]
    mass_kg: Annotated[float, Field(gt=0)]
    rights: Rights
