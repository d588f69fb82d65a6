"""What is held back: the originals, under neutral names, and `reasons.jsonl` that says whose they were.

It is as confidential as the source. The audit of the pool names what is in it by its neutral name alone.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from datasets.pool.errors import PoolError

REASONS_FILE = "reasons.jsonl"


def refuse_places(source: Path, out: Path, quarantine: Path) -> None:
    """Refuse folders that lie in each other: a pool must not hold originals, nor be taken for one of its sources.

    Raises:
        PoolError: when they do.
    """
    named = {"--source": source, "--out": out, "--quarantine": quarantine}
    for inner_name, inner in named.items():
        for outer_name, outer in named.items():
            if inner_name != outer_name and inner.resolve().is_relative_to(outer.resolve()):
                raise PoolError(
                    "source, pool and quarantine lie apart", f"{inner_name} {inner} in {outer_name} {outer}", "move it"
                )
    if quarantine.exists() and not quarantine.is_dir():
        raise PoolError("a quarantine is a folder", f"{quarantine}", "name another --quarantine")


def hold(quarantine: Path, name: str, files: Sequence[Path]) -> tuple[str, ...]:
    """Put files into the quarantine under a neutral name and numbers; linked where the disk allows it, else copied.

    Returns:
        Their names there; of what is no regular file (a pipe, a locked folder, a broken link) there is none.
    """
    quarantine.mkdir(parents=True, exist_ok=True)
    quarantine.chmod(0o700)
    held = []
    for number, file in enumerate(files, start=1):
        if not file.is_file():
            continue
        place = quarantine / f"{name}.{number:05}"
        beside = place.with_name(f"{place.name}.new")
        beside.unlink(missing_ok=True)
        try:
            os.link(file.resolve(), beside)
        except OSError:
            _copy(file, beside)
        if not beside.exists():
            continue
        beside.replace(place)
        beside.unlink(missing_ok=True)  # renaming one link of a file over another does nothing
        held.append(place.name)
    return tuple(held)


def write_reasons(quarantine: Path, reasons: Iterable[str]) -> None:
    """Write lines of JSON at once, in the order given."""
    beside = quarantine / f"{REASONS_FILE}.new"
    with beside.open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{line}\n" for line in reasons)
    beside.replace(quarantine / REASONS_FILE)


def reason_line(name: str, originals: Sequence[str], held: Sequence[str], reason: str, *, urgent: bool) -> str:
    """A line of `reasons.jsonl`."""
    record = {"name": name, "originals": originals, "held": held, "reason": reason, "urgent": urgent}
    return json.dumps(record, sort_keys=True, ensure_ascii=True)


def _copy(file: Path, beside: Path) -> None:
    try:
        shutil.copyfile(file, beside)
    except OSError:  # not readable: its reason says so
        beside.unlink(missing_ok=True)
