"""What a detector wrote -> a Run: an output folder of infer.py, or a bare file of COCO results."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationError
from evaluation.points import OWN
from evaluation.records import Box, OperatingPoint, Prediction, Run, UnitResult

ViewKey = tuple[str, str]


def read_run(name: str, path: Path, categories: Mapping[int, str], image_of_view: Mapping[ViewKey, int]) -> Run:
    """Read a run.

    A folder's findings come from its results.jsonl, where labels are names; processed.json must agree with it. A bare
    file says nothing of what was processed, nor of alarms or declarations.

    Args:
        name: Name of the run in the report.
        path: Output folder of infer.py, or a JSON list of {image_id, category_id, bbox (x, y, width, height), score}.
        categories: Label of each category id, for bare files.
        image_of_view: Image id of each (scan_id, view_id), for folders.

    Raises:
        EvaluationError: when a file is missing, broken, or speaks of other scans.
    """
    return _read_folder(name, path, image_of_view) if path.is_dir() else _read_bare(name, path, categories)


def _read_bare(name: str, path: Path, categories: Mapping[int, str]) -> Run:
    entries = _load(path)
    if not isinstance(entries, list):
        raise _broken(path, f"a {type(entries).__name__}", "a JSON list of COCO results")
    predictions = []
    for place, entry in enumerate(entries, start=1):
        where = f"entry {place}"
        try:
            image_id, category_id, score = entry["image_id"], entry["category_id"], entry["score"]
            x, y, width, height = entry["bbox"]
        except (KeyError, TypeError, ValueError) as error:
            raise _broken(path, f"{where} {str(entry)[:80]}", "image_id, category_id, bbox of four, score") from error
        if category_id not in categories:
            known = ", ".join(f"{number} {label}" for number, label in categories.items())
            raise EvaluationError(
                "category ids are those of the pool's annotations.json",
                f"category_id {category_id!r} in {where} of {path.name}; the pool has {known}",
                "map the detector's labels to the pool's categories, or leave those predictions out",
            )
        box = _numbers(path, where, [x, y, width, height, score])
        if not isinstance(image_id, int) or box[2] < 0 or box[3] < 0:
            raise _broken(path, f"{where} {str(entry)[:80]}", "a whole image_id and a box of no negative size")
        box_xyxy = (box[0], box[1], box[0] + box[2], box[1] + box[3])
        predictions.append(Prediction(image_id, categories[category_id], box_xyxy, box[4]))
    notes = (
        "Bare file of COCO results: it does not say which images were processed, so all of them count as processed",
        "It holds no alarms of its own; a threshold can only be frozen on the pool's calibration split",
    )
    return Run(name, tuple(predictions), notes=notes)


def _read_folder(name: str, folder: Path, image_of_view: Mapping[ViewKey, int]) -> Run:
    rows = _load_lines(folder / "results.jsonl")
    rows = [row for row in rows if row["status"] != "skipped"]
    images_of_scan: dict[str, set[int]] = {}
    for (scan_id, _), image in image_of_view.items():
        images_of_scan.setdefault(scan_id, set()).add(image)
    if unknown := sorted({row["scan_id"] for row in rows} - images_of_scan.keys()):
        raise EvaluationError(
            "a run is evaluated on the pool that it was made on",
            f"scan {unknown[0]!r} in {folder / 'results.jsonl'} ({len(unknown)} unknown), which the pool does not have",
            "run infer.py with --scans POOL, not on a bare folder",
        )
    done = {image for row in rows if row["status"] == "ok" for image in images_of_scan[row["scan_id"]]}
    processed = _load(folder / "processed.json")
    if not isinstance(processed, list) or set(processed) != done:
        raise EvaluationError(
            "processed.json names the images of the scans with status ok in results.jsonl",
            f"{len(processed)} images there, {len(done)} in {folder / 'results.jsonl'}, not the same",
            "run infer.py again with --scans on this very pool",
        )
    found = [
        (_finding(folder, row["scan_id"], entry, image_of_view), entry["alarm"])
        for row in rows
        for entry in row["findings"]
    ]
    info = _load(folder / "run.json") if (folder / "run.json").is_file() else {}
    units = {unit["unit_id"]: _unit(unit) for row in rows if row["status"] == "ok" for unit in row["units"]}
    models = {f"{model['name']} (SHA-256 {model['sha256']})" for row in rows for model in row["models"]}
    return Run(
        name,
        tuple(prediction for prediction, _ in found),
        processed=frozenset(done),
        points=_own_points(found, info.get("operating_points") or []),
        units=units,
        strict_rate=info.get("strict_rate"),
        models=tuple(sorted(models)),
    )


def _own_points(found: list[tuple[Prediction, Any]], stated: list[Mapping[str, Any]]) -> tuple[OperatingPoint, ...]:
    """The operating points that the run states; one point of its alarm flags where it states none."""
    if not stated:
        flagged = tuple(prediction for prediction, alarm in found if alarm)
        return (OperatingPoint("alarm flags", None, None, OWN, alarms=flagged),)
    known = [point["threshold"] for point in stated if point["threshold"] is not None]
    lowest = min(known, default=math.inf)
    if any(bool(alarm) != (prediction.score >= lowest) for prediction, alarm in found):
        raise EvaluationError(
            "a finding is an alarm when its score reaches the lowest threshold of run.json",
            f"alarm flags in results.jsonl that do not follow {known}",
            "run infer.py again; the two files are not of one run",
        )
    return tuple(
        OperatingPoint(
            point["name"],
            point["rate"],
            point["threshold"],
            OWN,
            n_clean=point.get("n_clean"),
            frozen_on=frozenset(point["clean_scans"]) if "clean_scans" in point else None,
            reason=point.get("reason", ""),
        )
        for point in stated
    )


def _finding(folder: Path, scan_id: str, entry: Mapping[str, Any], image_of_view: Mapping[ViewKey, int]) -> Prediction:
    key = (scan_id, entry["view_id"])
    if key not in image_of_view:
        raise EvaluationError(
            "findings lie in views of the pool",
            f"view {entry['view_id']!r} of scan {scan_id!r} in {folder / 'results.jsonl'}",
            "run infer.py again with --scans on this very pool",
        )
    *box, score = _numbers(folder / "results.jsonl", scan_id, [*entry["box_xyxy"], entry["score"]])
    return Prediction(image_of_view[key], entry["label"], _box(box), score)


def _unit(unit: Mapping[str, Any]) -> UnitResult:
    known = [check["p_value"] for check in unit.get("checks", ()) if check.get("p_value") is not None]
    p_value = unit.get("p_value")
    if p_value is None and known:
        p_value = min(1.0, len(known) * min(known))  # Bonferroni: valid however the checks depend on each other
    score = unit.get("mismatch_score")
    if score is None and p_value is not None:
        score = -math.log(max(p_value, 1e-300))
    return UnitResult(unit["verdict"], score, p_value)


def _box(values: list[float]) -> Box:
    x0, y0, x1, y1 = values
    return x0, y0, x1, y1


def _numbers(path: Path, where: str, values: list[Any]) -> list[float]:
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise _broken(path, f"{value!r} in {where}", "finite numbers for box and score")
    return [float(value) for value in values]


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvaluationError(
            "predictions are a folder of infer.py or a file", f"no {path} that can be read", "check the path"
        ) from error
    except ValueError as error:
        raise _broken(path, str(error), "JSON in UTF-8") from error


def _load_lines(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]
    except OSError as error:
        raise EvaluationError(
            "an output folder of infer.py holds results.jsonl",
            f"none that can be read in {path.parent}",
            "check the path",
        ) from error
    except ValueError as error:
        raise _broken(path, str(error), "one JSON object a line, in UTF-8") from error


def _broken(path: Path, found: str, wanted: str) -> EvaluationError:
    return EvaluationError(f"{path.name} holds {wanted}", found, "mend the file, or write it again")
