"""A pool and two runs on it, written as plain JSON in the layout of the contracts, by no code of ours."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

LABELS = ("pistol", "knife")
SPLITS = ("test", "test", "calibration")


@dataclass(frozen=True)
class Written:
    root: Path
    image_ids: dict[str, int]
    boxes: dict[int, list[tuple[int, list[float]]]]
    split: dict[str, str]


def _lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_pool(root, n_scans=90, seed=0, examined=LABELS):
    random = np.random.default_rng(seed)
    root.mkdir(parents=True)
    scans, truth, images, annotations, boxes = [], [], [], [], {}
    for place in range(n_scans):
        scan_id, unit_id = f"s{place:04d}", f"u{place:04d}"
        group = f"g{place // 2:04d}"  # two scans a group
        split = SPLITS[(place // 2) % len(SPLITS)]
        scans.append(
            {
                "scan_id": scan_id,
                "site": "here",
                "scanner": ("alpha", "beta")[place % 3 == 0],
                "captured": None,
                "split": split,
                "group": group,
                "examined_for": list(examined),
                "exam_basis": "simulated",
                "rights": {"licence": "CC0", "may_train": True, "may_redistribute": True},
                "views": [
                    {
                        "view_id": "v0",
                        "quantity": "display",
                        "channels": ["red", "green", "blue"],
                        "files": [{"path": "images/not_read.tiff", "channels": ["single"], "sha256": "0" * 64}],
                        "size_hw": [200, 300],
                        "spacing_mm": None,
                        "geometry": None,
                    }
                ],
                "units": [{"unit_id": unit_id, "declarations": []}],
            }
        )
        false = bool(random.random() < 0.3)
        outcome = "false_declaration" if false else "clean"
        kinds = [{"kind": ("undeclared_goods", "mass")[place % 2], "facts": {}}] if false else []
        truth.append({"unit_id": unit_id, "outcome": outcome, "basis": "simulated", "falsehoods": kinds, "lines": []})
        image = place + 1
        images.append(
            {"id": image, "scan_id": scan_id, "view_id": "v0", "file_name": "x.png", "height": 200, "width": 300}
        )
        boxes[image] = []
        for _ in range(int(random.integers(0, 3)) if random.random() < 0.6 else 0):
            box = [float(v) for v in (*random.integers(0, 150, 2), *random.integers(15, 45, 2))]
            boxes[image].append((int(random.integers(1, 3)), box))
    for image, found in boxes.items():
        for category, box in found:
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image,
                    "category_id": category,
                    "bbox": box,
                    "area": box[2] * box[3],
                    "iscrowd": 0,
                    "segmentation": [],
                    "attributes": {},
                }
            )
    info = {
        "schema_version": 1,
        "name": "toy",
        "labels": list(LABELS),
        "sites": ["here"],
        "scanners": [],
        "content_hash": "c" * 64,
        "truth_hash": "d" * 64,
        "history": [],
    }
    (root / "pool.json").write_text(json.dumps(info))
    _lines(root / "scans.jsonl", scans)
    _lines(root / "declarations.jsonl", [])
    _lines(root / "truth.jsonl", truth)
    categories = [{"id": number, "name": label} for number, label in enumerate(LABELS, start=1)]
    (root / "annotations.json").write_text(
        json.dumps({"images": images, "annotations": annotations, "categories": categories})
    )
    ids = {scan["scan_id"]: place for place, scan in enumerate(scans, start=1)}
    return Written(root, ids, boxes, {scan["scan_id"]: scan["split"] for scan in scans})


def detections(pool, seed, skill):
    """COCO results of a pretended detector: finds a share `skill` of threats, and some that are not there."""
    random = np.random.default_rng(seed)
    results = []
    for image, found in pool.boxes.items():
        for category, (x, y, width, height) in found:
            if random.random() < skill:
                box = [x + random.normal(0, 2), y + random.normal(0, 2), width * 1.05, height]
                results.append(
                    {
                        "image_id": image,
                        "category_id": category,
                        "bbox": [float(v) for v in box],
                        "score": round(float(random.beta(5, 2)), 3),
                    }
                )
        for _ in range(random.poisson(0.5)):
            box = [float(v) for v in (*random.integers(0, 150, 2), *random.integers(15, 45, 2))]
            results.append(
                {
                    "image_id": image,
                    "category_id": int(random.integers(1, 3)),
                    "bbox": box,
                    "score": round(float(random.beta(2, 6)), 3),
                }
            )
    return results


def write_output(folder, pool, results, seed=0, unread=(), points=None, splits=("test", "calibration")):
    """An output folder of infer.py: alarm flags at the lowest threshold, unread scans without findings."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True)
    lowest = min((point["threshold"] for point in points or () if point["threshold"] is not None), default=0.5)
    truth = [json.loads(line) for line in (pool.root / "truth.jsonl").read_text().splitlines()]
    rows, processed = [], []
    for scan_id, image in pool.image_ids.items():
        if pool.split[scan_id] not in splits:
            continue
        ok = scan_id not in unread
        false = bool(truth[image - 1]["falsehoods"])
        p_value = round(float(random.beta(0.3, 5) if false else random.random()), 4)
        findings = [
            {
                "finding_id": f"{scan_id}-{place}",
                "view_id": "v0",
                "label": LABELS[item["category_id"] - 1],
                "score": item["score"],
                "box_xyxy": [x, y, x + w, y + h],
                "box_xyzxyz": None,
                "alarm": item["score"] >= lowest,
                "model": "detector",
            }
            for place, item in enumerate(entry for entry in results if entry["image_id"] == image)
            for x, y, w, h in [item["bbox"]]
        ]
        unit = {
            "unit_id": f"u{image - 1:04d}",
            "declarations": [],
            "verdict": "mismatch" if p_value <= 0.05 else "consistent",
            "checks": [],
            "mismatch_score": 1 - p_value,
            "p_value": p_value,
        }
        rows.append(
            {
                "schema": 1,
                "scan_id": scan_id,
                "inputs": [],
                "status": "ok" if ok else "unreadable",
                "reason": None if ok else "broken",
                "findings": findings if ok else [],
                "anomaly": None,
                "units": [unit] if ok else [],
                "lane": "manual",
                "priority": 1,
                "annotated": [],
                "models": [{"name": "toy model", "sha256": "e" * 64}] if ok else [],
            }
        )
        processed += [image] if ok else []
    rows.append(
        {
            "schema": 1,
            "scan_id": "side/notes.txt",
            "inputs": ["side/notes.txt"],
            "status": "skipped",
            "reason": "side file",
            "findings": [],
            "anomaly": None,
            "units": [],
            "lane": "manual",
            "priority": 99,
            "annotated": [],
            "models": [],
        }
    )
    _lines(folder / "results.jsonl", rows)
    (folder / "processed.json").write_text(json.dumps(processed))
    kept = [entry for entry in results if entry["image_id"] in processed]
    (folder / "predictions.json").write_text(json.dumps(kept))
    run = {"versions": {}} | ({"operating_points": points, "strict_rate": 0.01} if points else {})
    (folder / "run.json").write_text(json.dumps(run))
    return folder


@pytest.fixture
def pool(tmp_path):
    return write_pool(tmp_path / "pool")


@pytest.fixture
def write():
    """The writers, for tests that need another pool or run."""

    class Writers:
        pool = staticmethod(write_pool)
        detections = staticmethod(detections)
        output = staticmethod(write_output)

    return Writers
