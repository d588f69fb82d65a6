"""`pool.py import`: a folder in a published layout -> a pool."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from datasets.import_source import Given, import_source
from datasets.layouts import Dirt, SourceScan
from datasets.merge import merge_pools
from datasets.pool.errors import PoolError
from datasets.pool.records import Operation, Rights
from datasets.taxonomy import canonical_label, read_mapping, terms_of
from datasets.verbs.outcome import Outcome, Track
from declarations.taxonomy.contraband import contraband_labels


def run(
    *,
    source: Path,
    site: str,
    out: Path,
    layout: str,
    labels: Path | None,
    examined_for: Sequence[str],
    licence: str,
    may_train: bool,
    may_redistribute: bool,
    scanner_key: str,
    group_key: str,
    track: Track,
) -> Outcome:
    """Import; dirt is shown, with how it was treated, and is no problem. A pool of ours keeps its sites and rights."""
    if not source.is_dir():
        raise PoolError("a source is a folder", f"{source}", "name the folder that holds its files")
    if layout == "pool":
        if labels or examined_for or licence:
            raise PoolError("a pool of ours keeps what it says", "labels or a licence", "leave those options out")
        merged = merge_pools([source], out, name=out.name, track=track)
        return Outcome({str(out): {"content hash": merged.info.content_hash}}, merged.refused)
    rights = Rights(licence=licence or terms_of(layout), may_train=may_train, may_redistribute=may_redistribute)
    own = None if labels is None else read_mapping(labels)
    _refuse_strange(examined_for, own)
    given = Given(site, rights, partial(canonical_label, own=own), tuple(examined_for))
    keys = {"scanner_key": scanner_key, "group_key": group_key} if layout == "coco" else {}
    history = Operation(verb="import", arguments={"layout": layout, "site": site, **rights.model_dump(), **keys})
    dirt = Dirt()
    scans = _reader(layout)(source, dirt, **keys)
    report = import_source(scans, dirt, out, source=source, given=given, history=history, track=track)
    counts = {
        "scans": report.scans,
        "objects": report.objects,
        "groups": report.groups,
        "pairs that show the same, joined": report.near_duplicate_pairs,
    }
    return Outcome({f"imported into {out}": counts, "what was wrong, and how it was treated": report.dirt})


def _refuse_strange(examined_for: Sequence[str], own: Mapping[str, str | None] | None) -> None:
    known = {entry.label for entry in contraband_labels()} if own is None else set(own.values())
    for label in examined_for:
        if label not in known:
            raise PoolError("labels that were looked for are canonical", f"{label!r}", "name the label that is meant")


def _reader(layout: str) -> Callable[..., Iterator[SourceScan]]:
    read: Callable[..., Iterator[SourceScan]] = import_module(f"datasets.layouts.{layout}").read
    return read
