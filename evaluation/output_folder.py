"""An output folder of infer.py."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationError
from evaluation.json_files import broken, finite, finite_or_none, load, load_lines
from evaluation.points import OWN
from evaluation.records import OperatingPoint, Prediction, Run, UnitResult

ViewKey = tuple[str, str]
NO_POINT = "The model package froze no operating point, so no alarm rate is reported at a point of its own"


def read_output_folder(name: str, folder: Path, image_of_view: Mapping[ViewKey, int]) -> Run:
    """Read a run from results.jsonl, where labels are names; processed.json must agree with it.

    Raises:
        EvaluationError: when a file is missing or broken, or the run was made on other scans than the pool's.
    """
    try:
        return _read(name, folder, image_of_view)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        wanted = "results.jsonl, processed.json and run.json as infer.py writes them"
        raise broken(folder, f"an entry without what is needed ({error!r})", wanted) from error


def _read(name: str, folder: Path, image_of_view: Mapping[ViewKey, int]) -> Run:
    rows = load_lines(folder / "results.jsonl")
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
    if len({row["scan_id"] for row in rows}) < len(rows):
        raise broken(folder / "results.jsonl", "a scan with several lines", "one line for each scan")
    done = {image for row in rows if row["status"] == "ok" for image in images_of_scan[row["scan_id"]]}
    processed = load(folder / "processed.json")
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
    info = load(folder / "run.json") if (folder / "run.json").is_file() else {}
    points = _own_points(folder, found, info)
    units = {unit["unit_id"]: _unit(folder, unit) for row in rows if row["status"] == "ok" for unit in row["units"]}
    models = {f"{model['name']} (SHA-256 {model['sha256']})" for row in rows for model in row["models"]}
    return Run(
        name,
        tuple(prediction for prediction, _ in found),
        processed=frozenset(done),
        points=points,
        units=units,
        strict_rate=finite_or_none(folder / "run.json", "strict_rate", info.get("strict_rate")),
        models=tuple(sorted(models)),
        notes=() if points else (NO_POINT,),
    )


def _own_points(
    folder: Path, found: list[tuple[Prediction, Any]], info: Mapping[str, Any]
) -> tuple[OperatingPoint, ...]:
    """The operating points that run.json states, none where it states none; the alarm flags where it is silent."""
    if "operating_points" not in info:
        flagged = tuple(prediction for prediction, alarm in found if alarm)
        return (OperatingPoint("alarm flags", None, None, OWN, alarms=flagged),)
    if not isinstance(info["operating_points"], list):
        raise broken(folder / "run.json", f"a {type(info['operating_points']).__name__}", "a list of operating points")
    points = tuple(_point(folder / "run.json", stated) for stated in info["operating_points"])
    known = [point.threshold for point in points if point.threshold is not None]
    lowest = min(known, default=math.inf)
    if any(bool(alarm) != (prediction.score >= lowest) for prediction, alarm in found):
        raise EvaluationError(
            "a finding is an alarm when its score reaches the lowest threshold of run.json",
            f"alarm flags in results.jsonl that do not follow its thresholds {known}",
            "run infer.py again; the two files are not of one run",
        )
    return points


def _point(path: Path, stated: Mapping[str, Any]) -> OperatingPoint:
    name, n_clean, scans = stated["name"], stated.get("n_clean"), stated.get("clean_scans", [])
    if not (isinstance(name, str) and isinstance(n_clean, int | None) and isinstance(scans, list)):
        wanted = "operating points with a name, a whole n_clean and a list of clean_scans"
        raise broken(path, f"name {name!r}, n_clean {n_clean!r}, clean_scans {str(scans)[:60]}", wanted)
    return OperatingPoint(
        name,
        finite_or_none(path, f"the rate of {name!r}", stated["rate"]),
        finite_or_none(path, f"the threshold of {name!r}", stated["threshold"]),
        OWN,
        n_clean=n_clean,
        frozen_on=frozenset(scans) if "clean_scans" in stated else None,
        reason=stated.get("reason", ""),
    )


def _finding(folder: Path, scan_id: str, entry: Mapping[str, Any], image_of_view: Mapping[ViewKey, int]) -> Prediction:
    key = (scan_id, entry["view_id"])
    if key not in image_of_view:
        raise EvaluationError(
            "findings lie in views of the pool",
            f"view {entry['view_id']!r} of scan {scan_id!r} in {folder / 'results.jsonl'}",
            "run infer.py again with --scans on this very pool",
        )
    if not isinstance(entry["label"], str):
        raise broken(folder / "results.jsonl", f"label {entry['label']!r} in {scan_id}", "labels by their name")
    *box, score = finite(folder / "results.jsonl", scan_id, [*entry["box_xyxy"], entry["score"]])
    x0, y0, x1, y1 = box
    if x1 < x0 or y1 < y0:
        raise broken(folder / "results.jsonl", f"box {box} in {scan_id}", "boxes of no negative size")
    return Prediction(image_of_view[key], entry["label"], (x0, y0, x1, y1), score)


def _unit(folder: Path, unit: Mapping[str, Any]) -> UnitResult:
    path, where = folder / "results.jsonl", f"unit {unit['unit_id']!r}"

    def probability(entry: Mapping[str, Any]) -> float | None:
        value = finite_or_none(path, where, entry.get("p_value"))
        if value is not None and not 0 <= value <= 1:
            raise broken(path, f"p_value {value} in {where}", "p-values between 0 and 1")
        return value

    known = [value for value in map(probability, unit.get("checks", ())) if value is not None]
    p_value = probability(unit)
    if p_value is None and known:
        p_value = min(1.0, len(known) * min(known))  # Bonferroni: valid however the checks depend on each other
    score = finite_or_none(path, where, unit.get("mismatch_score"))
    if score is None and p_value is not None:
        score = -math.log(max(p_value, 1e-300))
    return UnitResult(unit["verdict"], score, p_value)
