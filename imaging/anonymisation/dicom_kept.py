"""Elements of a DICOM file that a reader of pixels needs, and what each of them may say. All others go.

`dicom_kept.csv` is that list. A value passes only when its check knows all of it: a name in the place of a number, of
a word or of a class is a name still.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydicom import DataElement, Dataset, config
from pydicom.datadict import dictionary_VM, dictionary_VR, tag_for_keyword
from pydicom.uid import UID

from imaging.formats.dicom.values import DAMAGED, shorts

_LIST = Path(__file__).with_name("dicom_kept.csv")
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*")
_MOST_NUMBERS, _MOST_CHARACTERS = 9, 26


@dataclass(frozen=True, slots=True)
class Kept:
    """What an element may say: its check (`number`, `words`, `class`, `table`, `date`, `items`), and the words."""

    check: str
    words: frozenset[str]


@cache
def kept_elements() -> dict[int, Kept]:
    """The list, by tag."""
    with _LIST.open(encoding="utf-8", newline="") as file:
        rows = [(tag_for_keyword(row["keyword"]), row) for row in csv.DictReader(file)]
    return {tag: Kept(row["check"], frozenset(row["words"].split("|"))) for tag, row in rows if tag is not None}


def element_of(dataset: Dataset, tag: int) -> DataElement | None:
    """An element with its value converted, of the type that the dictionary says; None when it is damaged.

    DICOS writers give some elements of DICOM other types: their numbers are numbers all the same.
    """
    try:
        element = dataset[tag]
        known = dictionary_VR(tag)
        return element if element.VR in (known, *known.split(" or ")) else DataElement(tag, known, element.value)
    except DAMAGED:
        return None


def checked(dataset: Dataset, element: DataElement, kept: Kept) -> DataElement | None:
    """A number, word, class or table with what passes of its value; None where nothing does."""
    values = _values(element.value)
    if kept.check == "number":
        return _numbers(dataset, element, values)
    if kept.check == "class":
        return element if is_standard(str(element.value)) else None
    if kept.check == "table":
        return _table(dataset, element)
    words = [word if (word := str(value).strip(" \0")) in kept.words else "" for value in values]
    return DataElement(element.tag, element.VR, words) if any(words) else None


def is_standard(uid: str) -> bool:
    """Whether a UID is one of the standard's own, which names nobody."""
    return UID(uid, config.IGNORE).name != uid


def _numbers(dataset: Dataset, element: DataElement, values: Sequence[Any]) -> DataElement | None:
    most = dictionary_VM(element.tag).split("-")[-1]
    room = int(most) if most.isdigit() else _MOST_NUMBERS
    if isinstance(element.value, bytes):  # 16 bits with or without a sign, where the file does not say which
        words = shorts(dataset, element.keyword)
        return None if words is None or len(words) > room else DataElement(element.tag, "US", words.tolist())
    texts = [str(value) for value in values]
    few = 0 < len(texts) <= room
    return element if few and all(len(text) <= _MOST_CHARACTERS and _NUMBER.fullmatch(text) for text in texts) else None


def _table(dataset: Dataset, element: DataElement) -> DataElement | None:
    """A palette as long as its descriptor says; without one nobody knows how much of it is colours."""
    descriptor = shorts(dataset, element.keyword.replace("Data", "Descriptor"))
    if descriptor is None or len(descriptor) != 3 or not isinstance(element.value, bytes):
        return None
    entries = int(descriptor[0]) or 1 << 16
    packed = descriptor[2] == 8 and len(element.value) // 2 < entries
    return DataElement(element.tag, element.VR, element.value[: entries + entries % 2 if packed else 2 * entries])


def _values(value: Any) -> Sequence[Any]:
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return [] if value in (None, "") else [value]
    return list(value)
