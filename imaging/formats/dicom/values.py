"""Values of a data set by keyword, whatever a scanner wrote there. Call them inside `quiet()`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.datadict import tag_for_keyword
from pydicom.errors import BytesLengthException
from pydicom.tag import BaseTag

from imaging.errors import UnreadableScan

# What converting a damaged value raises: wrong text, wrong length, an impossible number, a wrong type.
DAMAGED = (
    ValueError,
    TypeError,
    OverflowError,
    AttributeError,
    KeyError,
    NotImplementedError,
    EOFError,
    OSError,
    BytesLengthException,
)


def text(dataset: Dataset, keyword: str) -> str:
    """A value as text without padding; empty when missing or damaged."""
    value = _value(dataset, keyword)
    return "" if value is None else str(value).strip(" \0")


def texts(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """All values as text without padding."""
    value = _value(dataset, keyword)
    return tuple(str(part).strip(" \0") for part in _parts(value))


def numbers(dataset: Dataset, keyword: str, count: int) -> tuple[float, ...] | None:
    """Exactly `count` finite numbers; None when missing or damaged."""
    try:
        found = tuple(float(part) for part in _parts(_value(dataset, keyword)))
    except DAMAGED:
        return None
    return found if len(found) == count and all(map(math.isfinite, found)) else None


def number(dataset: Dataset, keyword: str) -> float | None:
    """One finite number; None when missing or damaged."""
    found = numbers(dataset, keyword, 1)
    return None if found is None else found[0]


def shorts(dataset: Dataset, keyword: str, *, little_endian: bool = True) -> NDArray[np.int64] | None:
    """Whole numbers of 16 bits: stated as such, or as bytes where the file leaves the type open; None when missing."""
    value = _value(dataset, keyword)
    if isinstance(value, bytes):
        value = np.frombuffer(value, "<u2" if little_endian else ">u2", len(value) // 2)
    try:
        found = np.array([int(part) for part in _parts(value)], np.int64)
    except DAMAGED:
        return None
    return found if found.size else None


def whole(dataset: Dataset, keyword: str, default: int | None = None) -> int:
    """A whole number.

    Raises:
        UnreadableScan: when it is damaged, or missing where there is no default.
    """
    if default is not None and keyword not in dataset:
        return default
    found = number(dataset, keyword)
    if found is None or found != int(found):
        raise UnreadableScan(
            f"a DICOM picture states {keyword} as a whole number",
            f"{text(dataset, keyword)!r}",
            "export the file again",
        )
    return int(found)


def items(dataset: Dataset, keyword: str) -> Sequence[Dataset]:
    """Items of a sequence; none when it is missing, empty or no sequence."""
    value = _value(dataset, keyword)
    return [item for item in _parts(value) if isinstance(item, Dataset)]


def _value(dataset: Dataset, keyword: str) -> Any:
    tag = _tag(keyword)
    if tag not in dataset:  # most keywords: `Dataset.get` would raise and catch for each
        return None
    try:
        return dataset[tag].value
    except DAMAGED:
        return None


@cache
def _tag(keyword: str) -> BaseTag:
    tag = tag_for_keyword(keyword)
    if tag is None:
        raise LookupError(f"{keyword} is a keyword of DICOM's dictionary")
    return BaseTag(tag)


def _parts(value: Any) -> Iterable[Any]:
    if value is None or (isinstance(value, str | bytes) and not value):
        return ()
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        return (value,)
    return value
