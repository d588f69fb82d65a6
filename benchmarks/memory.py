"""Peak memory of `pool.py` over pools of two sizes: it may not grow with the number of scans."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.table import Table

from tools.fuzzing.picture_seeds import tiff_bytes
from tools.steps import ROOT

_SIDE = 24
_KEY = "00112233445566778899aabbccddeeff"
SIZES = (1_000, 20_000)


@dataclass(frozen=True)
class Peak:
    """Highest resident memory of one verb's process over so many scans."""

    verb: str
    scans: int
    mib: float


def peaks(folder: Path) -> Iterator[Peak]:
    """Anonymise, import, merge, split and check scans of 24x24 pixels, by one process each."""
    for scans in SIZES:
        pools = []
        for site, share in (("b", 20), ("a", 1)):
            source, pool = folder / f"source_{scans}_{site}", folder / f"pool_{scans}_{site}"
            _write_scans(source, scans // share, ord(site))
            mib = _peak_mib("import", "--source", source, "--site", site, "--out", pool)
            pools.append(str(pool))
        yield Peak("import", scans, mib)
        words = ["--source", source / "images", "--site", "a", "--out", folder / f"anonymised_{scans}", "--workers", 1]
        yield Peak("anonymise", scans, _peak_mib("anonymise", *words, "--text", "none", "--people", "none"))
        merged = folder / f"merged_{scans}"
        yield Peak("merge", scans + scans // 20, _peak_mib("merge", "--pools", f"[{','.join(pools)}]", "--out", merged))
        yield Peak("split", scans, _peak_mib("split", "--pool", pools[1]))
        yield Peak("check", scans, _peak_mib("check", "--pool", pools[1]))


def memory_table(folder: Path) -> Table:
    """The peaks, a row for each verb."""
    table = Table(title="Peak memory, one process", title_justify="left")
    for column in ("verb", "scans", "MiB"):
        table.add_column(column, justify="left" if column == "verb" else "right")
    for peak in sorted(peaks(folder), key=lambda one: (one.verb, one.scans)):
        table.add_row(peak.verb, f"{peak.scans:,}", f"{peak.mib:.0f}")
    return table


def _write_scans(folder: Path, scans: int, seed: int) -> None:
    """COCO, an object in each scan."""
    rng = np.random.default_rng(seed)
    images, objects = [], []
    for number in range(1, scans + 1):
        name = f"images/{number // 1000:03}/{number:06}.tif"
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(tiff_bytes(rng.integers(0, 65_536, (_SIDE, _SIDE), np.uint16)))
        images.append({"id": number, "file_name": name, "height": _SIDE, "width": _SIDE})
        objects.append({"id": number, "image_id": number, "category_id": 1, "bbox": [2, 2, 9, 9]})
    document = {"images": images, "annotations": objects, "categories": [{"id": 1, "name": "knife"}]}
    (folder / "annotations.json").write_text(json.dumps(document), encoding="utf-8")


def _peak_mib(verb: str, *words: object) -> float:
    command = [sys.executable, "pool.py", verb, *map(str, words)]
    running = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "CUSTOMS_XRAY_KEY": _KEY}, stdout=subprocess.PIPE)
    assert running.stdout is not None
    said = running.stdout.read()
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode not in (0, 3):
        raise SystemExit(f"pool.py {verb} ended with code {running.returncode}: {said.decode()}")
    return used.ru_maxrss / 1024
