"""Secrets that can be found again: each holds a word that occurs nowhere else."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

_LETTERS = "BCDFGHJKLMNPRSTVWXZ"
_FORMS = (
    "{} LOGISTICS LTD", "OPERATOR {}", "CONTAINER {} 4821337", "DE-{} 77", "{}@example.org", "INVOICE {}", "LANE {}",
    "DRIVER {}", "SEAL {}", "/home/{}/scans",
)  # fmt: skip


@dataclass
class Secrets:
    """Draws secrets and remembers the words in them, each with the place that it was planted in."""

    rng: np.random.Generator
    words: dict[str, str] = field(default_factory=dict)

    def word(self, place: str) -> str:
        """A word of its own, nine letters long."""
        word = "".join(self.rng.choice(list(_LETTERS), 9))
        self.words[word] = place
        return word

    def uid(self, place: str) -> str:
        """A DICOM UID with a number of its own."""
        number = "".join(map(str, self.rng.integers(1, 10, 20)))
        self.words[number] = place
        return f"1.2.826.0.1.{number}"

    def date(self, place: str) -> str:
        """A day that is not the first of its month, as YYYYMMDD."""
        year, month, day = self.rng.integers((1950, 1, 2), (2025, 13, 29)).tolist()
        self.words[date := f"{year}{month:02}{day:02}"] = place
        return date

    def draw(self, place: str) -> str:
        """A sentence around a word of its own."""
        return _FORMS[len(self.words) % len(_FORMS)].format(self.word(place))
