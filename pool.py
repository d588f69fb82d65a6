"""Pools on disk: import a public layout, check, show the split."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from configs.offline import stay_offline

stay_offline()

from configs.cli import parse_verb
from configs.schema import CheckConfig, ImportConfig, SplitConfig, ThreatsConfig

VERBS = {"import": ImportConfig, "check": CheckConfig, "split": SplitConfig, "threats": ThreatsConfig}


def main() -> int:
    """Run one verb; 0 done, 1 our fault, 2 wrong use, 3 problems found."""
    verb, options = parse_verb(VERBS, "Import, check and describe pools of scans.")
    from datasets.pool import PoolError
    from imaging import ScanError

    runs: dict[str, Callable[..., int]] = {"import": _import, "check": _check, "split": _split, "threats": _threats}
    try:
        return runs[verb](options)
    except (PoolError, ScanError) as error:
        print(f"pool.py: {error}", file=sys.stderr)  # noqa: T201 - a message to the user
        return 2


def _import(options: ImportConfig) -> int:
    import yaml
    from rich.progress import Progress

    from datasets.import_source import import_source
    from datasets.layouts import read_coco
    from datasets.pool import PoolError
    from datasets.pool.records import Operation, Rights

    if options.out.exists() and any(options.out.iterdir()):
        raise PoolError("a pool is written to an empty folder", f"{options.out} with files", "name another --out")
    mapping = yaml.safe_load(options.labels.read_text(encoding="utf-8")) if options.labels else None
    source = read_coco(options.source, group_key=options.group_key, scanner_key=options.scanner_key)
    with Progress(transient=True) as progress:
        task = progress.add_task("importing", total=len(source.images))
        report = import_source(
            source,
            options.out,
            site=options.site,
            rights=Rights(
                licence=options.licence, may_train=options.may_train, may_redistribute=options.may_redistribute
            ),
            mapping=mapping,
            history=Operation(verb="import", arguments={"layout": options.layout, "site": options.site}),
            progress=lambda: progress.advance(task),
        )
    _table(
        f"imported into {options.out}",
        {
            "scans": report.scans,
            "boxes": report.boxes,
            "groups": report.groups,
            "near-duplicate pairs joined": report.near_duplicate_pairs,
            **report.dirt,
        },
    )
    return 0


def _check(options: CheckConfig) -> int:
    from datasets.pool import check_pool, read_pool

    problems = check_pool(read_pool(options.pool))
    print(*problems, f"{options.pool}: {len(problems)} problems", sep="\n")  # noqa: T201 - the answer
    return 3 if problems else 0


def _split(options: SplitConfig) -> int:
    from datasets.pool import read_pool
    from datasets.targets import counts_by_label, detector_targets

    pool = read_pool(options.pool)
    for split in ("train", "val", "calibration", "test"):
        scans = [scan for scan in pool.scans if scan.split == split]
        boxes = counts_by_label(detector_targets(pool, scans, pool.info.labels), pool.info.labels)
        _table(split, {"scans": len(scans), "groups": len({scan.group for scan in scans}), **boxes})
    return 0


def _threats(options: ThreatsConfig) -> int:
    from datasets.threats.make import make_library
    from datasets.threats.sheet import library_sheet
    from imaging import write_png

    library, left_out = make_library(**{name: value for name, value in vars(options).items() if name != "preview"})
    for name, reason in left_out.items():
        print(f"{name}: {reason}")  # noqa: T201 - the answer
    if options.preview:
        write_png(options.preview, library_sheet(library))
    _table(f"{options.out}", Counter(threat.record.label for threat in library.threats))
    return 3 if left_out else 0


def _table(title: str, rows: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", show_header=False)
    for name, value in rows.items():
        table.add_row(name, str(value))
    Console().print(table)


if __name__ == "__main__":
    sys.exit(main())
