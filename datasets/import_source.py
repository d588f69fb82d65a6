"""A source in any layout -> a pool: pixels stored anew without loss, labels mapped, dirt counted, groups joined.

Scan by scan: what was stored outlives a kill, and the same command goes on behind it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from datasets.clean_objects import clean_objects
from datasets.file_names import file_stem
from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.scratch import is_new, scratch
from datasets.pool import PoolError
from datasets.pool.draft import Draft, LabelledObject, ViewObjects
from datasets.pool.records import FileRecord, Operation, PoolInfo, Rights, ScanRecord, UnitRecord, ViewRecord
from datasets.pool.split import count_groups, split_of
from datasets.pool.store import file_sha256
from datasets.regroup import alike_in, keep_prints, put_on_purpose, regroup
from datasets.verbs.outcome import Track
from imaging import ScanError, View, read_scan, write_tiff

HARMLESS = "boxes of labels that are no contraband: left out"
SAME_NAME = "scans of the name of another: left out"
UNLOCATED = "labels without a place: unknown in their scans, not absent"
_EXAMINED, _WORD = "examined ", "word "
Label = Callable[[str], str | None]


@dataclass(frozen=True)
class ImportReport:
    """What an import did: scans written, objects kept, groups, pairs that show the same, and each kind of dirt."""

    scans: int
    objects: int
    groups: int
    near_duplicate_pairs: int
    dirt: Mapping[str, int]


@dataclass(frozen=True)
class Given:
    """What the one who imports says of a source. `examined_for`: canonical labels; empty: those that have a box."""

    site: str
    rights: Rights
    label: Label
    examined_for: tuple[str, ...] = ()


def import_source(
    scans: Iterable[SourceScan],
    dirt: Dirt,
    out: Path,
    *,
    source: Path,
    given: Given,
    history: Operation,
    track: Track,
) -> ImportReport:
    """Write a pool of scans as a reader of `datasets.layouts` hands them on.

    Pixels are decoded and written as zstd TIFF: nothing of a file's metadata or hash enters the pool. A file that can
    not be read costs its own scan alone.

    Args:
        scans: The reader at work; it counts its `dirt` meanwhile.
        dirt: What was found wrong, also by the import.
        out: The new pool, or the draft of this very import.
        source: Folder that the scans are of; a draft is gone on with for the same one alone.
        given: Site, rights and labels.
        history: The step in the pool's history, the same for a draft that is gone on with.
        track: Shows progress.

    Raises:
        PoolError: when a label is unknown or not among those that were looked for (what was stored stays in the
            draft), nothing could be read, or `out` lies in `source`.
    """
    if out.resolve().is_relative_to(source.resolve()):
        raise PoolError("a pool lies outside of its source", f"{out} in {source}", "name another --out")
    purpose = {"history": history.model_dump_json(), "source": source.resolve(), "examined_for": given.examined_for}
    with Draft(out, purpose) as draft:
        try:
            totals = _take_all(draft, track(scans, "importing"), replace(given, label=_steady(draft, given)), dirt)
        except PoolError:
            if next(draft.scans(), None) is None:  # nothing to go on with
                draft.give_up()
            raise
        labels = tuple(sorted({*given.examined_for, *(name[6:] for name in totals if name.startswith("label "))}))
        _say_what_was_looked_for(draft, given.examined_for or labels)
        pairs = list(alike_in(draft))
        regroup(draft, pairs, put_on_purpose)
        groups = sum(count_groups(draft.scans()).values())
        draft.finish(PoolInfo(name=out.name, labels=labels, sites=(given.site,), history=(history,)))
    return ImportReport(totals["scans"], totals["objects"], groups, len(pairs), dict(sorted(dirt.counts.items())))


def _take_all(draft: Draft, scans: Iterable[SourceScan], given: Given, dirt: Dirt) -> Counter[str]:
    with scratch("seen (name TEXT PRIMARY KEY) WITHOUT ROWID") as seen:
        for scan in scans:
            if not is_new(seen, scan.name):
                dirt.add(SAME_NAME, scan.name)
            elif not draft.is_done(scan.name):
                draft.done(scan.name, json.dumps(_take(draft, scan, given)))
    totals = _totals(draft, dirt)
    if not totals["scans"]:
        raise PoolError("a source gives at least one readable image", f"none; {dict(dirt.counts)}", "name another")
    return totals


def _steady(draft: Draft, given: Given) -> Label:
    """Labels of words, each looked up once, and the same as before a kill."""

    @cache
    def label(word: str) -> str | None:
        now = given.label(word)
        if given.examined_for and now is not None and now not in given.examined_for:
            raise PoolError(
                "what a source marks it has looked for", f"{word!r}, which is {now!r}", "name it in --examined_for too"
            )
        before = draft.note(f"{_WORD}{word}")
        if before not in (None, json.dumps(now)):
            raise PoolError(
                "a word means one label in a pool",
                f"{word!r} is {json.dumps(now)}, and was {before} when this draft was begun",
                f"give the mapping of then, or remove {draft.root}",
            )
        draft.keep(f"{_WORD}{word}", json.dumps(now))
        return now

    return label


def _take(draft: Draft, source: SourceScan, given: Given) -> dict[str, dict[str, int]]:
    """Store one scan; its counts, and the dirt that its pictures show."""
    dirt, counts = Dirt(), Counter[str]()
    scan_id = file_stem(source.name)
    objects = _objects(source, given.label, dirt)
    try:
        scans = [read_scan(view.files, scan_id=scan_id) for view in source.views]
    except ScanError as error:
        dirt.add(f"scans with a file that can not be read: left out ({type(error).__name__})", scan_id)
        return {"counts": {}, "dirt": dict(dirt.counts)}
    views = [replace(scan.view, view_id=one.view_id) for one, scan in zip(source.views, scans, strict=True)]
    records = [_stored(draft.root, scan_id, view, len(views) == 1) for view in views]
    annotated = [
        _annotated(replace(one, objects=objects[one.view_id]), view, f"{scan_id} {one.view_id}", dirt)
        for one, view in zip(source.views, views, strict=True)
        if one.is_annotated
    ]
    draft.add_scan(_record(scan_id, source, tuple(records), given), annotated)
    keep_prints(draft, scan_id, replace(scans[0], views=tuple(views)))
    draft.keep(f"{_EXAMINED}{scan_id}", json.dumps(_examined(source, given.label)))
    for one in annotated:
        counts.update(["objects"] * len(one.objects) + [f"label {found.label}" for found in one.objects])
    return {"counts": {"scans": 1, **counts}, "dirt": dict(dirt.counts)}


def _objects(source: SourceScan, label: Label, dirt: Dirt) -> dict[str, tuple[SourceObject, ...]]:
    """Objects of each view under their canonical labels; those that are no contraband are left out."""
    found = {}
    for view in source.views:
        named = [(label(one.label), one) for one in view.objects]
        found[view.view_id] = tuple(replace(one, label=name) for name, one in named if name is not None)
        if len(found[view.view_id]) < len(named):
            dirt.add(HARMLESS, source.name, len(named) - len(found[view.view_id]))
    if source.unlocated:
        dirt.add(UNLOCATED, source.name, len(source.unlocated))
    return found


def _examined(source: SourceScan, label: Label) -> dict[str, list[str] | None]:
    """What the source says was looked for (None: what all of it was), and what is in the scan without a place."""
    if not any(view.is_annotated for view in source.views):
        return {"for": [], "unlocated": []}
    stated = None if source.examined_for is None else _canonical(source.examined_for, label)
    return {"for": stated, "unlocated": _canonical(source.unlocated, label)}


def _canonical(words: Sequence[str], label: Label) -> list[str]:
    return sorted({name for name in map(label, words) if name is not None})


def _say_what_was_looked_for(draft: Draft, all_labels: Sequence[str]) -> None:
    """Only now is it known which labels the source has boxes of; a label without a place is unknown in its scan."""
    for scan in draft.scans():
        note = json.loads(draft.note(f"{_EXAMINED}{scan.scan_id}") or "{}")
        stated = all_labels if note["for"] is None else [label for label in note["for"] if label in all_labels]
        looked_for = tuple(sorted(set(stated) - set(note["unlocated"])))
        draft.replace_scan(scan.model_copy(update={"examined_for": looked_for}))


def _stored(root: Path, scan_id: str, view: View, is_alone: bool) -> ViewRecord:
    path = Path("images", f"{scan_id}.tiff" if is_alone else f"{file_stem(scan_id, view.view_id)}.tiff")
    (root / path).parent.mkdir(exist_ok=True)
    write_tiff(root / path, view.pixels)
    file = FileRecord(path=path.as_posix(), channels=view.channel_names, sha256=file_sha256(root / path))
    return ViewRecord(
        view_id=view.view_id,
        quantity=view.quantity,
        channels=view.channel_names,
        files=(file,),
        size_hw=view.size_hw,
    )


def _annotated(source: SourceView, view: View, where: str, dirt: Dirt) -> ViewObjects:
    cleaned = clean_objects(source, view.size_hw, where, dirt)
    objects = tuple(
        LabelledObject(
            label=one.label,
            bbox=one.bbox,
            iscrowd=int(one.is_crowd),
            segmentation=one.segmentation,
            attributes=dict(one.attributes),
        )
        for one in cleaned
    )
    return ViewObjects(view_id=source.view_id, objects=objects)


def _record(scan_id: str, source: SourceScan, views: tuple[ViewRecord, ...], given: Given) -> ScanRecord:
    return ScanRecord(
        scan_id=scan_id,
        site=given.site,
        scanner=source.scanner or given.site,
        split=split_of(source.group),
        group=source.group,
        rights=given.rights,
        examined_for=(),
        exam_basis="image_review",
        views=views,
        units=(UnitRecord(unit_id=scan_id, kind="bag"),),
    )


def _totals(draft: Draft, dirt: Dirt) -> Counter[str]:
    """Counts of all scans, from before a kill as well; their dirt is added to that of the reader."""
    totals: Counter[str] = Counter()
    for name, result in _results(draft):
        totals.update(result["counts"])
        for what, count in result["dirt"].items():
            dirt.add(what, name, count)
    return totals


def _results(draft: Draft) -> Iterator[tuple[str, dict[str, dict[str, int]]]]:
    yield from ((name, json.loads(result)) for name, result in draft.results())
