"""What goods and packages are called, in six languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

import yaml
from pydantic import Field, TypeAdapter

from declarations.schema import Strict

Language = Literal["en", "fr", "es", "pt", "ru", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_HERE = Path(__file__).parent
_Names = Annotated[tuple[str, ...], Field(min_length=3)]


class PackageType(Strict):
    """A code of UN/ECE Recommendation 21, the words it stands for, and its short form in each language."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    words: tuple[str, ...]
    loosely: tuple[str, ...]
    en: str
    fr: str
    es: str
    pt: str
    ru: str
    zh: str

    def short(self, language: Language) -> str:
        """Short form, such as CTNS."""
        return str(getattr(self, language))


def synonyms(key: str, language: Language) -> tuple[str, ...]:
    """Trade names of the goods with this key of goods.yaml, three or more.

    Raises:
        ValueError: when the goods have no wording.
    """
    table = _wording()
    if key not in table:
        raise ValueError(f"all goods have trade names in six languages; found none of {key!r}; add it to wording.yaml")
    return table[key][language]


def package_types(word: str) -> tuple[PackageType, ...]:
    """The right type for a package word of goods.yaml, then those that traders use loosely.

    Raises:
        ValueError: when no type stands for the word.
    """
    right = [entry for entry in _packages() if word in entry.words]
    if not right:
        raise ValueError(f"every package word has a Rec 21 code; found none for {word!r}; add it to packages.yaml")
    return (*right, *(entry for entry in _packages() if word in entry.loosely))


@cache
def _wording() -> dict[str, dict[Language, tuple[str, ...]]]:
    table = yaml.safe_load((_HERE / "wording.yaml").read_text(encoding="utf-8"))
    found = TypeAdapter(dict[str, dict[Language, _Names]]).validate_python(table)
    for key, names in found.items():
        if missing := [language for language in LANGUAGES if language not in names]:
            raise ValueError(f"wording.yaml names goods in six languages; found {key!r} without {missing}; add them")
    return found


@cache
def _packages() -> tuple[PackageType, ...]:
    table = yaml.safe_load((_HERE / "packages.yaml").read_text(encoding="utf-8"))
    return tuple(PackageType.model_validate(entry) for entry in table)
