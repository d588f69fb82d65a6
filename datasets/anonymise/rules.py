"""How far what is kept is made coarser, and the site and key of the pseudonyms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from datasets.pool.errors import PoolError
from imaging.anonymisation.pseudonym import Pseudonyms


@dataclass(frozen=True)
class Rules:
    """Fields as in the options of `pool.py anonymise`.

    Raises:
        PoolError: for digits of a code or a step of masses that can not be.
    """

    pseudonyms: Pseudonyms
    text: Literal["find", "none"] = "find"
    people: Literal["find", "none"] = "find"
    dates: Literal["month", "shift"] = "month"
    code_digits: int = 6
    mass_step_kg: float = 10.0
    origin: Literal["region", "country", "none"] = "region"
    descriptions: Literal["keep", "none"] = "none"

    def __post_init__(self) -> None:
        if not 2 <= self.code_digits <= 10:
            raise PoolError("a commodity code keeps 2 to 10 digits", f"{self.code_digits}", "mend --code_digits")
        if not 0 <= self.mass_step_kg < float("inf"):
            raise PoolError("masses are rounded to a step of 0 kg or more", f"{self.mass_step_kg}", "mend the step")

    def told(self) -> dict[str, str | int | float | bool | None]:
        """What a pool's history and an audit say of them: neither key nor place."""
        return {
            "code_digits": self.code_digits,
            "dates": self.dates,
            "descriptions": self.descriptions,
            "mass_step_kg": self.mass_step_kg,
            "origin": self.origin,
            "people": self.people,
            "text": self.text,
        }
