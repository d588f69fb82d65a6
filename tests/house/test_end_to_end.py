"""The main job on a tiny sandbox, by the scripts alone: simulate, train, pack, calibrate, infer, evaluate."""

import json
import re
import subprocess
import sys

import pytest

SMALL = [
    "--optim.epochs", "1", "--network.width", "32", "--data.batch_size", "4", "--data.long_side", "128",
]  # fmt: skip


def run(root, *words, code=0):
    done = subprocess.run(
        [sys.executable, *map(str, words)], cwd=root, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def job(root, tmp_path_factory):
    """Everything the scripts leave behind."""
    out = tmp_path_factory.mktemp("job")
    run(root, "sandbox.py", "--kind", "cargo", "--scans", 32, "--seed", 3, "--out", out / "pool", "--workers", 2)
    for config, role in (("compact", "detector"), ("goods", "goods")):
        fit = ["train.py", "fit", "--config", f"configs/train/{config}.yaml", "--data.pool", out / "pool"]
        run(root, *fit, "--out", out / role, *SMALL)
    parts = ["--components", out / "detector" / "model", "--components", out / "goods" / "model"]
    run(root, "train.py", "pack", *parts, "--out", out / "model")
    calibrate = ["train.py", "calibrate", "--model", out / "model", "--pool", out / "pool", "--split", "all"]
    run(root, *calibrate, "--strict_rate", "0.1", "--loose_rate", "0.3")
    run(root, "infer.py", "--model", out / "model", "--scans", out / "pool", "--out", out / "results")
    evaluate = ["evaluate.py", "--truth", out / "pool", "--predictions", f"a={out / 'results'}"]
    run(root, *evaluate, "--predictions", f"b={out / 'results'}", "--out", out / "evaluation", "--draws", 50)
    return out


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_pool_is_sound(root, job):
    said = run(root, "pool.py", "check", "--pool", job / "pool")
    assert re.search(r"find problems\W+0\b", said)


def test_every_file_is_named_once_and_every_unit_is_judged(job):
    results = lines(job / "results" / "results.jsonl")
    named = sorted(path for row in results for path in row["inputs"])
    assert named == sorted(f"images/{path.name}" for path in (job / "pool" / "images").iterdir())
    units = {unit["unit_id"] for row in lines(job / "pool" / "scans.jsonl") for unit in row["units"]}
    assert {unit["unit_id"] for row in results for unit in row["units"]} == units
    for row in results:
        assert row["lane"] in ("green", "amber", "red", "manual")
        assert all((job / "results" / picture).is_file() for picture in row["annotated"])


def test_nothing_green_is_open(job):
    for row in lines(job / "results" / "results.jsonl"):
        if row["lane"] == "green":
            assert not any(finding["alarm"] for finding in row["findings"])
            assert all(unit["verdict"] == "consistent" for unit in row["units"])


def test_truth_never_reached_the_results(root, job, tmp_path):
    sealed = tmp_path / "sealed"
    sealed.mkdir()
    for name in ("pool.json", "scans.jsonl", "declarations.jsonl"):
        (sealed / name).write_bytes((job / "pool" / name).read_bytes())
    (sealed / "images").symlink_to(job / "pool" / "images")
    run(root, "infer.py", "--model", job / "model", "--scans", sealed, "--out", tmp_path / "results")
    for name in ("results.jsonl", "predictions.json", "processed.json"):
        assert (tmp_path / "results" / name).read_bytes() == (job / "results" / name).read_bytes()


def test_metrics_and_reports_stand_and_a_model_equals_itself(job):
    metrics = json.loads((job / "evaluation" / "metrics.json").read_text(encoding="utf-8"))
    assert set(metrics["runs"]) == {"a", "b"}
    one, other = (metrics["runs"][name]["overall"] for name in "ab")
    assert one["average_precision"] == other["average_precision"]
    for page in ("evaluation/report.html", "results/report/index.html", "detector/report.html"):
        text = (job / page).read_text(encoding="utf-8")
        assert re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//|url\(["']?http|@import""", text) == []


def test_same_seed_same_pool(root, job, tmp_path):
    run(root, "sandbox.py", "--kind", "cargo", "--scans", 32, "--seed", 3, "--out", tmp_path / "p", "--workers", 1)
    for path in sorted((job / "pool").rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "p" / path.relative_to(job / "pool")).read_bytes(), path


def test_training_again_gives_the_same_bytes(root, job, tmp_path):
    fit = ["train.py", "fit", "--config", "configs/train/compact.yaml", "--data.pool", job / "pool"]
    run(root, *fit, "--out", tmp_path / "again", *SMALL)
    one, other = (folder / "model" / "detector.safetensors" for folder in (job / "detector", tmp_path / "again"))
    assert one.read_bytes() == other.read_bytes()


def test_an_unusable_command_says_what_to_do(root, job, tmp_path):
    done = subprocess.run(
        [sys.executable, "infer.py", "--model", tmp_path, "--scans", job / "pool", "--out", tmp_path / "o"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "a model package is a folder with model.json" in done.stderr
    assert "Traceback" not in done.stderr
