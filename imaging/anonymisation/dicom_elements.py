"""The data set of a DICOM file by PS3.15: listed elements as the profile says, of the others only what pixels need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydicom import DataElement, Dataset
from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.tag import BaseTag

from imaging.anonymisation.cleaned import Tally
from imaging.anonymisation.dicom_kept import Kept, checked, element_of, is_standard, kept_elements
from imaging.anonymisation.profile_table import action_of
from imaging.anonymisation.pseudonym import Pseudonyms
from imaging.anonymisation.removed import Treatment
from imaging.formats.dicom.values import items, texts

_Treated = tuple[DataElement | None, Treatment | None]

_DATE = "%Y%m%d"
# Texts, and the first moment of 1900, for what the profile wants a dummy for; what else it lists so is removed.
_DUMMIES = {
    **dict.fromkeys(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UT"), "REMOVED"),
    "DA": "19000101",
    "DT": "19000101000000",
    "TM": "000000",
}


@dataclass(frozen=True)
class Rules:
    """How values are replaced. `sealed` when UIDs and dates have been already, by the same key and rules."""

    pseudonyms: Pseudonyms
    dates: Literal["month", "shift"]
    group: str
    sealed: bool = False


def clean_data_set(dataset: Dataset, rules: Rules, tally: Tally) -> Dataset:
    """A new data set with what may stay, also in the items of its sequences; `tally` learns what is gone.

    Call it inside `quiet()`.
    """
    clean = Dataset()
    for tag in sorted(dataset.keys()):
        element, treatment = _treated(dataset, tag, rules, tally)
        if element is not None:
            clean.add(element)
        if treatment is not None:
            tally[_place(tag), treatment] += 1
    return clean


def _treated(dataset: Dataset, tag: BaseTag, rules: Rules, tally: Tally) -> _Treated:
    """What is left of an element, and what was done to it; None where it stays as it was."""
    kept, action = kept_elements().get(tag), action_of(tag)
    if kept is None and action == "Z":
        return _empty(tag), "emptied" if dataset.get_item(tag).value else None
    element = None if kept is None and action not in ("D", "U") else element_of(dataset, tag)
    if element is None:
        return None, "removed"
    return _replaced(dataset, element, rules) if kept is None else _checked(dataset, element, kept, rules, tally)


def _checked(dataset: Dataset, element: DataElement, kept: Kept, rules: Rules, tally: Tally) -> _Treated:
    """What passes of an element that a reader needs."""
    if kept.check == "items":
        return DataElement(element.tag, "SQ", [clean_data_set(item, rules, tally) for item in element.value]), None
    if kept.check == "date":
        return _dated(element, rules)
    left = checked(dataset, element, kept)
    if element.is_empty:
        return None, None
    return left, "removed" if left is None else "emptied" if left.value != element.value else None


def _empty(tag: BaseTag) -> DataElement:
    vr = dictionary_VR(tag)
    return DataElement(tag, vr, [] if vr == "SQ" else None)


def _replaced(dataset: Dataset, element: DataElement, rules: Rules) -> _Treated:
    """A UID as the site's own, a text or time as a dummy."""
    if element.VR == "UI":
        uids = texts(dataset, element.keyword)
        ours = [uid if is_standard(uid) or rules.sealed else rules.pseudonyms.uid(uid) for uid in uids if uid]
        return DataElement(element.tag, "UI", ours), None if tuple(ours) == uids else "replaced"
    dummy = _DUMMIES.get(element.VR)
    if dummy is None:
        return None, "removed"
    return DataElement(element.tag, element.VR, dummy), None if str(element.value) == dummy else "replaced"


def _dated(element: DataElement, rules: Rules) -> _Treated:
    """The first day of the month, or the day that is as far from it as the group's days are; empty where it is none."""
    said = str(element.value or "").strip(" \0")
    day = _day(said, rules)
    if day == said:
        return DataElement(element.tag, "DA", said), None
    return DataElement(element.tag, "DA", day), "shifted" if day else "emptied"


def _day(said: str, rules: Rules) -> str:
    try:
        date = datetime.strptime(said, _DATE)  # noqa: DTZ007 -- days of a scanner, in no zone
        if rules.sealed:
            return said
        moved = date.replace(day=1) if rules.dates == "month" else date + rules.pseudonyms.shift(rules.group)
    except (ValueError, OverflowError):
        return ""
    return moved.date().isoformat().replace("-", "")


def replaced_values(dataset: Dataset, at: str = "") -> Iterator[str]:
    """The UIDs and dates of a data set and of the items that stay in it: what a seal vouches for."""
    for tag in sorted(dataset.keys()):
        kept, place = kept_elements().get(tag), f"{at}{tag:08X}"
        if kept is not None and kept.check == "items":
            for number, item in enumerate(items(dataset, keyword_for_tag(tag))):
                yield from replaced_values(item, f"{place}.{number}.")
        elif (kept is not None and kept.check == "date") or action_of(tag) == "U":
            yield f"{place} {' '.join(texts(dataset, keyword_for_tag(tag)))}".rstrip()


def _place(tag: BaseTag) -> str:
    """Tag and keyword; private elements have none, and whoever made them is not named."""
    if tag.is_private:
        return "(odd group) private element"
    return f"({tag.group:04X},{tag.element:04X}) {keyword_for_tag(tag)}".rstrip()
