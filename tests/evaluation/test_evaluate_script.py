import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import evaluate
from evaluation import write_report
from evaluation.output_folder import NO_POINT
from evaluation.points import CALIBRATION_SPLIT

ROOT = Path(__file__).resolve().parents[2]
POINTS = [
    {"name": "strict", "rate": 0.01, "threshold": 0.8, "n_clean": 120, "clean_scans": ["other"], "reason": ""},
    {"name": "loose", "rate": 0.05, "threshold": 0.6, "n_clean": 120, "clean_scans": ["other"], "reason": ""},
]


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def run(pool, capsys, monkeypatch):
    """Run the script in this process, warnings being errors."""

    def call(out, *named, split="test", more=()):
        options = ["--truth", str(pool.root), "--out", str(out), "--split", split, "--draws", "100", *more]
        for text in named:
            options += ["--predictions", text]
        monkeypatch.setattr(sys, "argv", ["evaluate.py", *options])
        code = evaluate.main()
        return Done(code, *capsys.readouterr())

    return call


@pytest.fixture
def runs(pool, write, tmp_path):
    skilled, weak = write.detections(pool, 1, 0.9), write.detections(pool, 2, 0.6)
    folder = write.output(tmp_path / "A", pool, skilled, unread=["s0001", "s0006"], points=POINTS)
    (tmp_path / "B.json").write_text(json.dumps(weak))
    return folder, tmp_path / "B.json"


def test_a_folder_and_a_file_give_metrics_and_report_of_the_same_bytes(run, runs, tmp_path):
    folder, file = runs
    for out in ("one", "two"):
        done = run(tmp_path / out, f"ours={folder}", f"vendor={file}")
        assert done.returncode == 0, done.stderr
    assert "Pd_loc" in done.stdout
    for name in ("metrics.json", "report.html"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
    metrics = json.loads((tmp_path / "one" / "metrics.json").read_text())
    ours, vendor = metrics["runs"]["ours"], metrics["runs"]["vendor"]
    own = {point["name"]: point for point in ours["overall"]["operating_points"] if "own" in point["source"]}
    assert [own[name]["threshold"] for name in ("strict", "loose")] == [0.8, 0.6]
    assert own["strict"]["pd_loc"]["value"] < own["loose"]["pd_loc"]["value"]
    assert ours["processed"]["scans_not_processed"] == ["s0001", "s0006"]
    assert ours["overall"]["mismatch"]["auroc"]["value"] > 0.7
    assert not vendor["processed"]["stated"]
    assert "all of them count as processed" in vendor["notes"][0]
    assert vendor["overall"]["mismatch"] is None
    assert len(metrics["comparisons"]) == 1


def test_findings_of_a_folder_and_its_coco_file_give_the_same_precision(run, pool, write, tmp_path):
    folder = write.output(tmp_path / "A", pool, write.detections(pool, 1, 0.9))
    done = run(tmp_path / "out", f"folder={folder}", f"file={folder / 'predictions.json'}")
    assert done.returncode == 0, done.stderr
    runs = json.loads((tmp_path / "out" / "metrics.json").read_text())["runs"]
    assert runs["folder"]["overall"]["average_precision"] == runs["file"]["overall"]["average_precision"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([{"image_id": 9999, "category_id": 1, "bbox": [0, 0, 5, 5], "score": 0.5}], "image id 9999"),
        ([{"image_id": 1, "category_id": 77, "bbox": [0, 0, 5, 5], "score": 0.5}], "category_id 77"),
        ([{"image_id": 1, "category_id": [1], "bbox": [0, 0, 5, 5], "score": 0.5}], "entry 1"),
        ([{"image_id": 1, "category_id": 1, "label": "knife", "bbox": [0, 0, 5, 5], "score": 0.5}], "label 'knife'"),
        ([{"image_id": 1, "category_id": 1, "bbox": [0, 0, 5], "score": 0.5}], "entry 1"),
        ([{"image_id": 1, "category_id": 1, "bbox": [0, 0, -5, 5], "score": 0.5}], "entry 1"),
        ([{"image_id": "1", "category_id": 1, "bbox": [0, 0, 5, 5], "score": 0.5}], "entry 1"),
        ([{"image_id": 1, "category_id": 1, "bbox": [0, 0, 5, 5], "score": float("nan")}], "nan in entry 1"),
        ([{"image_id": 1, "category_id": 1, "bbox": [0, 0, 5, 5]}], "entry 1"),
        ([7], "entry 1"),
        ({"annotations": []}, "a dict"),
    ],
)
def test_a_broken_file_is_refused_in_three_parts(run, tmp_path, content, message):
    (tmp_path / "B.json").write_text(json.dumps(content))
    done = run(tmp_path / "out", f"B={tmp_path / 'B.json'}")
    assert done.returncode == 2
    assert message in done.stderr
    assert re.fullmatch(r"evaluate\.py: .+; found .+; .+\n", done.stderr)
    assert not (tmp_path / "out").exists()


def test_a_name_and_a_path_are_needed(run, tmp_path):
    assert "NAME=PATH" in run(tmp_path / "out", "just-a-path").stderr
    assert "cannot be read" in run(tmp_path / "out", "A=/no/such/file").stderr


def test_a_sealed_pool_cannot_be_evaluated(run, pool, runs, tmp_path):
    (pool.root / "annotations.json").unlink()
    done = run(tmp_path / "out", f"B={runs[1]}")
    assert done.returncode == 2
    assert "annotations" in done.stderr


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "processed.json").write_text("[1]"), "not the same"),
        (lambda folder: (folder / "processed.json").unlink(), "cannot be read"),
        (lambda folder: _edit(folder, '"s0002"', '"elsewhere"'), "scan 'elsewhere'"),
        (lambda folder: _edit(folder, '"view_id": "v0"', '"view_id": "v9"'), "view 'v9'"),
        (lambda folder: _edit(folder, '"alarm": true', '"alarm": false'), "do not follow"),
        (lambda folder: _edit(folder, '"findings"', '"found"'), "KeyError"),
        (lambda folder: _edit(folder, '"status"', "status"), "JSON"),
        (lambda folder: _edit(folder, '"scan_id": "s0002"', '"scan_id": "s0003"'), "several lines"),
    ],
)
def test_a_folder_that_does_not_fit_is_refused(run, runs, tmp_path, spoil, message):
    spoil(runs[0])
    done = run(tmp_path / "out", f"A={runs[0]}")
    assert done.returncode == 2, done.stderr
    assert message in done.stderr


def _edit(folder, old, new):
    text = (folder / "results.jsonl").read_text()
    assert old in text
    (folder / "results.jsonl").write_text(text.replace(old, new))


@pytest.mark.parametrize("split", ["all", "test"])
def test_a_package_without_operating_points_has_no_alarms_rather_than_none_found(run, runs, tmp_path, split):
    _edit(runs[0], '"alarm": true', '"alarm": false')
    (runs[0] / "run.json").write_text(json.dumps({"operating_points": []}))
    done = run(tmp_path / "out", f"A={runs[0]}", split=split)
    assert done.returncode == 0, done.stderr
    entry = json.loads((tmp_path / "out" / "metrics.json").read_text())["runs"]["A"]
    assert {point["source"] for point in entry["overall"]["operating_points"]} == {CALIBRATION_SPLIT}
    assert entry["notes"] == [NO_POINT]
    assert NO_POINT in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    if split == "all":
        assert " 0.0 %" not in done.stdout


@pytest.mark.parametrize(
    ("option", "value"), [("iou", "0"), ("iou", "30"), ("confidence", "95"), ("draws", "0"), ("seed", "-1")]
)
def test_an_option_out_of_range_is_wrong_use(run, runs, tmp_path, option, value):
    done = run(tmp_path / "out", f"B={runs[1]}", more=[f"--{option}", value])
    assert done.returncode == 2
    assert re.fullmatch(rf"evaluate\.py: .+; found {option} {value}; .+\n", done.stderr)
    assert not (tmp_path / "out").exists()


def test_report_from_metrics_read_back_is_the_same(run, runs, tmp_path):
    assert run(tmp_path / "out", f"A={runs[0]}").returncode == 0
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text())
    write_report(metrics, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_bytes() == (tmp_path / "out" / "report.html").read_bytes()


def test_help_and_the_run_load_no_torch_and_bytes_depend_on_no_hash(pool, runs, tmp_path):
    code = (
        "import sys, evaluate; sys.argv = ['evaluate.py', *sys.argv[1:]]\n"
        "try:\n    evaluate.main()\nexcept SystemExit: pass\n"
        "assert 'torch' not in sys.modules"
    )

    def call(*arguments, seed="0"):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    call("--help")
    for seed in ("1", "2"):
        named = ["--predictions", f"A={runs[0]}", "--predictions", f"B={runs[1]}"]
        call("--truth", str(pool.root), "--out", str(tmp_path / seed), "--draws", "9", *named, seed=seed)
    for name in ("metrics.json", "report.html"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()
