"""What a trader says is in a unit, and what a check answers. Pydantic models; unknown keys are refused."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Kilograms = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Strict(BaseModel):
    """Frozen, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Package(Strict):
    """How many packages of which type (UN/ECE Recommendation 21 code or a word such as `carton`)."""

    count: Annotated[int, Field(ge=0)]
    type: str


class Line(Strict):
    """One commodity line. `commodity_code` stays a string: leading zeros count, national codes have 8 to 10 digits."""

    line_no: Annotated[int, Field(ge=1)]
    commodity_code: Annotated[str, Field(pattern=r"^[0-9]{2,10}$")]
    nomenclature: str = "HS2022"
    description: str = ""
    language: str | None = None
    gross_mass_kg: Kilograms | None = None
    net_mass_kg: Kilograms | None = None
    packages: tuple[Package, ...] = ()
    origin: str | None = None


class Declaration(Strict):
    """The lines that one declaration makes."""

    declaration_id: str
    version: Annotated[int, Field(ge=1)] = 1
    lines: tuple[Line, ...]


class DeclaredPart(Strict):
    """The part of a declaration that is in one unit; `line_nos` None means every line."""

    declaration_id: str
    line_nos: tuple[int, ...] | None = None
    gross_mass_kg: Kilograms | None = None


class UnitClaim(Strict):
    """Everything that was declared of one unit, gathered for the checks; `problem` says why nothing could be linked.

    `lines_shared` says that the lines speak of other units as well and nobody stated this unit's share: a line's goods
    need not be here, and its masses are not this unit's.
    """

    unit_id: str
    kind: str = "container"
    region_xyxy: tuple[float, float, float, float] | None = None
    tare_kg: Kilograms | None = None
    declared_empty: bool | None = None
    declaration_ids: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    gross_mass_kg: Kilograms | None = None
    lines_shared: bool = False
    problem: str | None = None


class Verdict(StrEnum):
    """What a check, or all checks of a unit, came to."""

    CONSISTENT = "consistent"
    MISMATCH = "mismatch"
    CANNOT_TELL = "cannot_tell"
    NONE = "none"  # nothing was declared that could be linked


class Observed(Strict):
    """A measured value with its interval, or a one-sided bound where one end is None."""

    value: float | None
    lower: float | None = None
    upper: float | None = None
    unit: str


class Check(Strict):
    """One comparison of evidence with a declaration.

    `p_value` is the share of honest calibration units at least as odd as this one; None when it cannot be said.
    `fine_p_value` lies between `p_value` and its next lower step: it breaks ties of a ranking, promises nothing, and
    is never written out.
    """

    name: str
    verdict: Verdict
    p_value: float | None = None
    declared: str | None = None
    observed: Observed | None = None
    region: tuple[float, float, float, float] | None = None
    reason: str
    fine_p_value: float | None = Field(default=None, exclude=True, repr=False)
