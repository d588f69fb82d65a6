"""The output folder: whose it is, and what a finished run leaves there."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from inference.canonical import canonical, write_whole
from inference.errors import OutputRefused
from inference.jobs import ScanJob
from inference.journal import Fingerprint, Journal, refuse_difference
from inference.lanes import LANES, priorities
from inference.pictures import ANNOTATED, THUMBNAILS, thumbnail_of
from inference.report import render
from inference.results import standing

RUN_FILE, JOURNAL = "run.json", "journal"
Line = dict[str, Any]


def open_output(out: Path, fingerprint: Fingerprint) -> Journal | int:
    """Make or reopen an output folder.

    Returns:
        The journal to work with; or, where this very run was finished before, its exit code.

    Raises:
        OutputRefused: when the folder holds another run, or anything that is no run of ours.
    """
    if (out / RUN_FILE).is_file():
        finished = _read_run(out / RUN_FILE)
        refuse_difference(finished.get("fingerprint", {}), fingerprint, out)
        if (out / JOURNAL).is_dir():  # cut off between its last two steps
            Journal(out / JOURNAL, fingerprint).remove()
        return int(finished["exit_code"])
    if out.exists() and not (out / JOURNAL).is_dir() and (not out.is_dir() or any(out.iterdir())):
        raise OutputRefused(
            "results are written to a new or empty folder, or to that of a run that was cut off",
            f"{out} with something else in it",
            "give another --out",
        )
    try:
        return Journal(out / JOURNAL, fingerprint)
    except (PermissionError, NotADirectoryError) as error:
        found = f"{out}: {error.strerror}"
        raise OutputRefused("results are written to a folder that may be written to", found, "name another") from error


def refuse_inside(out: Path, scans: Path) -> None:
    """Refuse to write among the scans: the next run would take its own pictures for scans.

    Raises:
        OutputRefused: when `out` lies below `scans`, or is it.
    """
    if scans.resolve() in (out.resolve(), *out.resolve().parents):
        raise OutputRefused("results are written outside the folder of scans", f"{out}", "give another --out")


def ranked(lines: Sequence[Line]) -> list[Line]:
    """The same lines with their `priority`: 1 is to be looked at first."""
    ranks = priorities([standing(line) for line in lines])
    return [line | {"priority": rank} for line, rank in zip(lines, ranks, strict=True)]


def counts_of(lines: Sequence[Line]) -> dict[str, dict[str, int]]:
    """Scans by lane (side files apart), files by status."""
    lanes = Counter(line["lane"] for line in lines if line["status"] != "skipped")
    statuses = Counter(line["status"] for line in lines)
    known = ("ok", "unreadable", "unusable", "failed", "skipped")
    return {
        "lanes": {lane: lanes[lane] for lane in LANES},
        "statuses": {status: statuses[status] for status in known},
    }


def exit_code_of(lines: Sequence[Line]) -> int:
    """0 when every scan was processed, 3 when some were not; side files do not count."""
    return 3 if any(line["status"] not in ("ok", "skipped") for line in lines) else 0


def write_outputs(
    out: Path,
    lines: Sequence[Line],
    jobs: Sequence[ScanJob],
    *,
    labels: Sequence[str],
    run: Mapping[str, Any],
) -> None:
    """Write everything but `run.json`, and take away pictures that no line names.

    Args:
        out: Output folder.
        lines: Ranked lines, in the order of the jobs.
        jobs: The jobs.
        labels: Labels by COCO category id, from 1.
        run: What the report says of model, operating points and declarations; no times.
    """
    write_whole(out / "results.jsonl", "".join(canonical(line) + "\n" for line in lines).encode())
    predictions = [entry for line, job in zip(lines, jobs, strict=True) for entry in _coco(line, job, labels)]
    write_whole(out / "predictions.json", canonical(predictions).encode())
    done = [number for line, job in zip(lines, jobs, strict=True) if line["status"] == "ok" for number in job.image_ids]
    write_whole(out / "processed.json", canonical(sorted(done)).encode())
    html = render(lines, counts=counts_of(lines), run=run)
    # Whatever bytes a file name holds, they are text here and never break the encoding.
    write_whole(out / "report" / "index.html", html.encode("utf-8", "backslashreplace"))
    _sweep(out, lines)


def finish(out: Path, journal: Journal, run: Mapping[str, Any]) -> None:
    """Write `run.json`, the sign of a finished run, and take the journal away."""
    write_whole(out / RUN_FILE, (json.dumps(run, indent=1, sort_keys=True) + "\n").encode())
    journal.remove()


def _coco(line: Line, job: ScanJob, labels: Sequence[str]) -> list[dict[str, Any]]:
    entries = []
    for finding in line["findings"]:
        left, top, right, bottom = finding["box_xyxy"]
        entries.append(
            {
                "image_id": job.image_id(finding["view_id"]),
                "category_id": labels.index(finding["label"]) + 1,
                "label": finding["label"],
                "bbox": [left, top, round(right - left, 2), round(bottom - top, 2)],
                "score": finding["score"],
            }
        )
    return entries


def _sweep(out: Path, lines: Sequence[Line]) -> None:
    named = {name for line in lines for picture in line["annotated"] for name in (picture, thumbnail_of(picture))}
    for folder in (ANNOTATED, THUMBNAILS):
        for path in sorted((out / folder).iterdir()):
            if f"{folder}/{path.name}" not in named:
                path.unlink()


def _read_run(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict) or "exit_code" not in content:
        found = f"{path}, which is none"
        raise OutputRefused("run.json is what a finished run leaves", found, "give another --out")
    return content
