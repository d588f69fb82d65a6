"""`pool.py export`: a pool -> a folder that other tools read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from datasets.exporting.pictures import ExportedView, write_pictures
from datasets.pool.errors import PoolError
from datasets.pool.stream import PoolStream
from datasets.verbs.outcome import Outcome, Track
from imaging.writing.whole import write_whole

EXAMINED, _PURPOSE = "examined_for.jsonl", "purpose.txt"


def run(*, pool: Path, out: Path, layout: str, depth: str, track: Track) -> Outcome:
    """Export; views that nobody annotated are left out and counted, for these layouts would call them clean."""
    stream = PoolStream(pool)
    if stream.is_sealed:
        raise PoolError("what is exported has annotations", f"{pool}, which is sealed", "export the pool that is not")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise PoolError("an export is written to an empty folder", f"{out} with files", "name another --out")
    writer = import_module(f"datasets.exporting.{layout}")
    draft = out.with_name(out.name + ".draft")
    draft.mkdir(parents=True, exist_ok=True)
    _claim(draft / _PURPOSE, f"{stream.info.content_hash} {stream.info.truth_hash} {layout} {depth}")
    (draft / writer.IMAGES).mkdir(exist_ok=True)
    counts: Counter[str] = Counter()
    writer.write(draft, stream.info.labels, _views(stream, draft, draft / writer.IMAGES, int(depth), counts, track))
    (draft / _PURPOSE).unlink()
    if out.exists():
        out.rmdir()
    draft.rename(out)
    return Outcome({str(out): dict(counts)})


def _claim(file: Path, purpose: str) -> None:
    """A draft is gone on with for the same pool and layout alone."""
    if file.exists() and file.read_text(encoding="utf-8") != purpose:
        raise PoolError("a draft is finished by the export that began it", f"{file.parent}", "remove that folder")
    write_whole(file, purpose.encode())


def _views(
    stream: PoolStream, out: Path, images: Path, depth: int, counts: Counter[str], track: Track
) -> Iterator[ExportedView]:
    """Annotated views, their pictures written; what each scan was examined for goes to a file that these tools skip."""
    profiles = {profile.name: profile for profile in stream.info.scanners}
    with (out / EXAMINED).open("w", encoding="utf-8") as examined:
        for entry in track(stream.entries(), "exporting", total=stream.count()):
            found = {one.view_id: one.objects for one in entry.annotated or ()}
            counts["views that nobody annotated: left out"] += len(entry.scan.views) - len(found)
            if not found:
                continue
            names = write_pictures(stream.root, entry.scan, found, profiles.get(entry.scan.scanner), depth, images)
            line = {"scan_id": entry.scan.scan_id, "examined_for": list(entry.scan.examined_for)}
            examined.write(json.dumps(line) + "\n")
            for view in (view for view in entry.scan.views if view.view_id in found):
                counts.update(["images"] + ["objects"] * len(found[view.view_id]))
                yield ExportedView(entry.scan, names[view.view_id], view.size_hw, found[view.view_id])
