"""Two records of one scan, of the very same pixels, become one record, where they agree."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from datasets.pool.draft import LabelledObject, ViewObjects
from datasets.pool.records import Rights, ScanRecord, UnitRecord
from datasets.pool.stream import PoolEntry
from imaging import Scan


def pixel_hash(scan: Scan) -> str:
    """SHA-256 over dtype, shape and values of all views: the same however the files were compressed."""
    digest = hashlib.sha256()
    for view in scan.views:
        digest.update(f"{view.pixels.dtype.str} {view.pixels.shape} {view.channel_names};".encode())
        digest.update(view.pixels.tobytes())
    return digest.hexdigest()


def contradiction(kept: PoolEntry, other: PoolEntry) -> str | None:
    """Why two records can not be of one scan; None where they agree.

    Objects must be equal for labels that both were examined for; of the others only one of them says anything. What
    is declared must be equal, or said by one of them only.
    """
    both = set(kept.scan.examined_for) & set(other.scan.examined_for)
    for view_id in sorted(_views(kept) & _views(other)):
        mine, theirs = (_said(entry.annotated or (), view_id, both) for entry in (kept, other))
        if mine != theirs:
            return f"objects in {view_id} differ"
    said = [[_declared(unit) for unit in entry.scan.units] for entry in (kept, other)]
    if said[0] != said[1] and all(any(units) for units in said):
        return "what is declared differs"
    return None


def combined(kept: PoolEntry, other: PoolEntry) -> PoolEntry:
    """One record of two that agree: the first one's names, what either was examined for, and the rights of both."""
    scan: ScanRecord = kept.scan.model_copy(
        update={
            "examined_for": tuple(sorted({*kept.scan.examined_for, *other.scan.examined_for})),
            "rights": _strictest(kept.scan.rights, other.scan.rights),
        }
    )
    if kept.annotated is None or other.annotated is None:
        return PoolEntry(scan, kept.annotated)
    found = {one.view_id: one for one in kept.annotated}
    for theirs in other.annotated:
        mine = found.get(theirs.view_id)
        found[theirs.view_id] = theirs if mine is None else _united(mine, theirs, kept.scan.examined_for)
    return PoolEntry(scan, tuple(found[view.view_id] for view in scan.views if view.view_id in found))


def _views(entry: PoolEntry) -> set[str]:
    return {one.view_id for one in entry.annotated or ()}


def _said(annotated: Iterable[ViewObjects], view_id: str, labels: set[str]) -> list[tuple[str, Sequence[float]]]:
    objects = [one for view in annotated if view.view_id == view_id for one in view.objects]
    return sorted((one.label, one.bbox) for one in objects if one.label in labels)


def _declared(unit: UnitRecord) -> tuple[object, ...]:
    """What is known of a unit, whatever it is called; empty where nothing is."""
    known = unit.model_dump(exclude={"unit_id", "kind"}, exclude_defaults=True)
    return tuple(sorted((name, repr(value)) for name, value in known.items()))


def _strictest(one: Rights, other: Rights) -> Rights:
    return Rights(
        licence="; ".join(sorted({one.licence, other.licence})),
        may_train=one.may_train and other.may_train,
        may_redistribute=one.may_redistribute and other.may_redistribute,
    )


def _united(mine: ViewObjects, theirs: ViewObjects, examined_for: Iterable[str]) -> ViewObjects:
    """Objects of the first, and those of the second for whose labels the first did not look."""
    new: list[LabelledObject] = [one for one in theirs.objects if one.label not in set(examined_for)]
    return mine.model_copy(update={"objects": (*mine.objects, *new)})
