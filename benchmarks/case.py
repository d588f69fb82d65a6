"""What one case of the bench is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """Calls by name, `ours` among them; `amount` of `unit` is done by one call; `limit` where one is known."""

    name: str
    unit: str
    amount: float
    calls: dict[str, Callable[[], object]]
    limit: float | None = None
    higher_is_better: bool = True
