"""Compare detectors, from any vendor, on the same scans: rates with intervals, comparison, a report to sign."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from configs.offline import stay_offline

stay_offline()

from configs.cli import parse
from configs.schema import EvaluateConfig

if TYPE_CHECKING:
    from datasets.pool import Pool
    from evaluation import PoolTruth, Run


def main() -> int:
    """Compare; 0 done, 1 our fault, 2 wrong use."""
    options = parse(EvaluateConfig)
    from datasets.pool import PoolError
    from evaluation import EvaluationError

    try:
        _evaluate(options)
    except (PoolError, EvaluationError) as error:
        print(f"evaluate.py: {error}", file=sys.stderr)  # noqa: T201 - a message to the user
        return 2
    return 0


def _evaluate(options: EvaluateConfig) -> None:
    from datasets.pool import read_pool
    from evaluation import evaluate, print_summary, write_report

    pool = read_pool(options.truth)
    metrics = evaluate(
        pool_truth(pool),
        read_runs(options.predictions, pool),
        split=options.split,
        iou=options.iou,
        confidence=options.confidence,
        draws=options.draws,
        seed=options.seed,
    )
    options.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(metrics, indent=1, ensure_ascii=False, allow_nan=False)  # in the order of the report
    (options.out / "metrics.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    write_report(metrics, options.out / "report.html")
    print_summary(metrics, options.out)


def pool_truth(pool: Pool) -> PoolTruth:
    """What an evaluation needs of a pool's records; a sealed pool, or one of other images, is refused."""
    from datasets.pool import PoolError, image_ids
    from evaluation import PoolTruth, ScanTruth, Truth, UnitTruth

    _ = pool.annotations_by_view  # refuses a sealed pool
    assert pool.annotations is not None
    ids = image_ids(pool.scans)
    scan_of = {image: scan_id for (scan_id, _), image in ids.items()}
    labels = {category.id: category.name for category in pool.annotations.categories}
    if wrong := [image.id for image in pool.annotations.images if ids.get((image.scan_id, image.view_id)) != image.id]:
        raise PoolError("annotated images are numbered as scans.jsonl", f"image {wrong[0]}", "run pool.py check")
    truth = (pool.truth or {}).items()
    false_kinds = {unit_id: tuple(falsehood.kind for falsehood in record.falsehoods) for unit_id, record in truth}
    objects = []
    for item in pool.annotations.annotations:
        x, y, width, height = item.bbox
        box_xyxy = (x, y, x + width, y + height)
        objects.append(Truth(item.image_id, labels[item.category_id], box_xyxy, scan_of[item.image_id]))
    return PoolTruth(
        name=pool.info.name,
        labels=tuple(labels[number] for number in sorted(labels)),
        scans=tuple(
            ScanTruth(
                scan.scan_id,
                scan.scanner,
                scan.group,
                scan.split,
                tuple(ids[scan.scan_id, view.view_id] for view in scan.views),
                frozenset(scan.examined_for),
            )
            for scan in pool.scans
        ),
        objects=tuple(objects),
        units=tuple(
            UnitTruth(unit.unit_id, scan.scan_id, false_kinds.get(unit.unit_id))
            for scan in pool.scans
            for unit in scan.units
        ),
        content_hash=pool.info.content_hash,
        truth_hash=pool.info.truth_hash,
    )


def read_runs(named: list[str], pool: Pool) -> list[Run]:
    """Read every NAME=PATH; refuse one without a name, or whose files do not fit the pool."""
    from datasets.pool import image_ids
    from evaluation import EvaluationError, read_run

    categories = {category.id: category.name for category in pool.annotations.categories} if pool.annotations else {}
    runs = []
    for text in named:
        name, sign, path = text.partition("=")
        if not (name and sign and path):
            raise EvaluationError("--predictions takes NAME=PATH", repr(text), "name the run, such as A=out/")
        runs.append(read_run(name, Path(path), categories, image_ids(pool.scans)))
    return runs


if __name__ == "__main__":
    sys.exit(main())
