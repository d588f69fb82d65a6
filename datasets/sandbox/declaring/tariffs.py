"""National tariffs: the code that a country has for goods of an HS subheading."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import yaml
from pydantic import Field

from datasets.sandbox.declaring.wording import Language
from declarations.schema import Strict

_FILE = Path(__file__).with_name("tariffs.yaml")
_STREAM = 0x7A61  # keeps these draws apart from those of any other seed made of two numbers
# National splits mostly run 00, 10, 20 ... with 90 for the rest.
_PAIRS = ("00", "10", "20", "30", "90", "11", "19", "99")
_SHARES = (0.36, 0.16, 0.1, 0.07, 0.16, 0.05, 0.05, 0.05)


class Tariff(Strict):
    """A nomenclature as one country files it: digits of its codes, and the languages of its traders."""

    country: str
    nomenclature: str
    digits: Literal[6, 8, 10]
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]


@cache
def all_tariffs() -> tuple[Tariff, ...]:
    """All tariffs, in the order of the file."""
    return tuple(Tariff.model_validate(entry) for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def national_code(hs6: str, tariff: Tariff) -> str:
    """The tariff's code for an HS subheading of six digits: the same at any time, for any trader and any seed.

    Made up beyond the sixth digit. Stays text, so that chapters 01 to 09 keep their zero.
    """
    stream = np.random.SeedSequence([_STREAM, int.from_bytes(tariff.country.encode()), int(hs6)])
    pairs = np.random.default_rng(stream).choice(_PAIRS, size=2, p=_SHARES)
    return (hs6 + "".join(pairs.tolist()))[: tariff.digits]
