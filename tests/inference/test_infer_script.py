"""`infer.py` from its command line, with a real (untrained) package on disk."""

from __future__ import annotations

import contextlib
import json
import sys

import pytest
import torch
from inference_fakes import blob_pixels, read_lines, tree_bytes

import infer
from datasets.pool import image_ids, read_pool, write_pool
from datasets.pool.records import FileRecord, PoolInfo, Rights, ScanRecord, UnitRecord, ViewRecord
from datasets.pool.store import file_sha256
from declarations import Declaration, DeclaredPart, Line
from evaluation.run_files import read_run
from imaging import Quantity, write_png, write_tiff
from models import PackageSpec, write_package
from models.build import build_network
from models.recipe import component


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """An untrained detector whose heads answer something, and an untrained goods network."""
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("package") / "model"
    parts = [
        component(
            role=role,
            family=family,
            width=32,
            channels=("single",),
            physical=False,
            long_side=96,
            labels=labels,
        )
        for role, family, labels in (
            ("detector", "compact", ("blade", "gun")),
            ("goods", "goods", ("steel", "wood_paper")),
        )
    ]
    modules = {part.role: build_network(part.family, **part.arguments) for part in parts}
    torch.nn.init.constant_(modules["detector"].heat[-1].bias, -1.0)
    write_package(folder, PackageSpec(name="untrained", components=tuple(parts)), modules)
    return folder


@pytest.fixture
def scans(tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in range(5):
        write_png(folder / f"{number}.png", blob_pixels((10, 10, 40 + number, 20)))
    (folder / "notes.txt").write_text("x")
    return folder


def infer_with(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["infer.py", *map(str, arguments)])
    code = 2
    with contextlib.suppress(SystemExit):
        code = infer.main()
    return code


def test_a_folder_from_the_command_line(monkeypatch, tmp_path, model, scans):
    out = tmp_path / "out"
    assert infer_with(monkeypatch, "--model", model, "--scans", scans, "--out", out, "--threads", 1) == 0
    lines = read_lines(out)
    assert [line["status"] for line in lines] == ["ok"] * 5 + ["skipped"]
    assert {line["lane"] for line in lines} == {"manual"}  # an uncalibrated package promises nothing
    assert any(line["findings"] for line in lines)
    run = json.loads((out / "run.json").read_text())
    assert run["exit_code"] == 0
    assert run["config"]["threads"] == "1"
    assert run["counts"]["statuses"]["ok"] == 5
    again = tmp_path / "again"
    assert infer_with(monkeypatch, "--model", model, "--scans", scans, "--out", again, "--threads", 1) == 0
    assert tree_bytes(out) == tree_bytes(again)


def test_an_unread_scan_gives_exit_code_3_and_so_does_asking_again(monkeypatch, tmp_path, model, scans):
    (scans / "broken.png").write_bytes(b"\x89PNG")
    arguments = ("--model", model, "--scans", scans, "--out", tmp_path / "out", "--threads", 1)
    assert infer_with(monkeypatch, *arguments) == 3
    assert infer_with(monkeypatch, *arguments) == 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"--scans": "nowhere"}, "nowhere"),
        ({"--model": "nowhere"}, "model.json"),
        ({"--batch_size": "0"}, "batch_size"),
        ({"--split": "test"}, "pool"),
        ({"--link": "link.csv"}, "--declarations"),
        ({"--declarations": "nowhere.csv"}, "nowhere.csv"),
        ({"--profile": "nowhere.yaml"}, "nowhere.yaml"),
        ({"--out": "{scans}/out"}, "outside"),
        ({"--colour": "red"}, "colour"),
    ],
)
def test_wrong_use_is_told_and_gives_2(monkeypatch, tmp_path, model, scans, capsys, changes, said):
    options = {"--model": model, "--scans": scans, "--out": tmp_path / "out", **changes}
    arguments = [str(part).replace("{scans}", str(scans)) for pair in options.items() for part in pair]
    assert infer_with(monkeypatch, *arguments) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def stored(root, name, number):
    root.joinpath("images").mkdir(parents=True, exist_ok=True)
    path = root / "images" / f"{name}.tiff"
    write_tiff(path, blob_pixels((10, 10, 40 + number, 20))[None])
    file = FileRecord(path=f"images/{name}.tiff", channels=("single",), sha256=file_sha256(path))
    view = ViewRecord(
        view_id="view0", quantity=Quantity.UNKNOWN, channels=("single",), files=(file,), size_hw=(96, 128)
    )
    return ScanRecord(
        scan_id=name,
        site="here",
        scanner="gantry",
        split="test" if number % 2 else "train",
        group=name,
        rights=Rights(licence="own", may_train=True, may_redistribute=False),
        examined_for=("blade",),
        exam_basis="assumed",
        views=(view,),
        units=(UnitRecord(unit_id=f"u{number}", declarations=(DeclaredPart(declaration_id="d"),)),),
    )


@pytest.fixture
def pool(tmp_path):
    root = tmp_path / "pool"
    records = [stored(root, f"scan{number}", number) for number in range(4)]
    declaration = Declaration(declaration_id="d", lines=(Line(line_no=1, commodity_code="7308"),))
    write_pool(
        root, PoolInfo(name="pool", labels=("gun", "blade"), sites=("here",)), records, [declaration], None, None
    )
    return root


def test_a_pool_brings_its_claims_image_ids_and_names(monkeypatch, tmp_path, model, pool):
    out = tmp_path / "out"
    options = ("--model", model, "--scans", pool, "--out", out, "--threads", 1, "--split", "test")
    assert infer_with(monkeypatch, *options) == 0
    lines = read_lines(out)
    assert [line["scan_id"] for line in lines] == ["scan1", "scan3"]
    assert [line["inputs"] for line in lines] == [["images/scan1.tiff"], ["images/scan3.tiff"]]
    assert [unit["unit_id"] for line in lines for unit in line["units"]] == ["u1", "u3"]
    assert [unit["declarations"] for line in lines for unit in line["units"]] == [["d"], ["d"]]
    reasons = {check["name"]: check["reason"] for line in lines for unit in line["units"] for check in unit["checks"]}
    assert "gantry" in reasons["undeclared_goods"]
    assert json.loads((out / "processed.json").read_text()) == [2, 4]
    assert json.loads((out / "run.json").read_text())["categories"] == {"1": "gun", "2": "blade"}
    assert {entry["image_id"] for entry in json.loads((out / "predictions.json").read_text())} <= {2, 4}
    assert all(len(line["models"]) == 2 for line in lines)
    evaluated = read_run("ours", out, {}, image_ids(read_pool(pool).scans))
    assert evaluated.processed == {2, 4}
    assert len(evaluated.predictions) == sum(len(line["findings"]) for line in lines)
    assert set(evaluated.units) == {"u1", "u3"}


def test_a_pool_refuses_a_profile(monkeypatch, tmp_path, model, pool, capsys):
    options = ("--model", model, "--scans", pool, "--out", tmp_path / "out", "--profile", "x.yaml")
    assert infer_with(monkeypatch, *options) == 2
    assert "scanner profiles" in capsys.readouterr().err


def test_declarations_that_are_brought_take_the_place_of_the_pools(monkeypatch, tmp_path, model, pool):
    (tmp_path / "d.jsonl").write_text('{"declaration_id":"scan1","lines":[{"line_no":1,"commodity_code":"610910"}]}\n')
    out = tmp_path / "out"
    options = ("--model", model, "--scans", pool, "--out", out, "--threads", 1, "--declarations", tmp_path / "d.jsonl")
    assert infer_with(monkeypatch, *options) == 0
    units = {line["scan_id"]: line["units"][0] for line in read_lines(out)}
    assert units["scan1"]["declarations"] == ["scan1"]
    assert units["scan1"]["unit_id"] == "u1"
    assert units["scan2"]["verdict"] == "none"


def test_rows_that_could_not_be_read_are_told(monkeypatch, tmp_path, model, scans, capsys):
    (tmp_path / "d.csv").write_text("scan_id,declaration_id,commodity_code\n0,D,610910\n1,D,not a code\n")
    out = tmp_path / "out"
    options = ("--model", model, "--scans", scans, "--out", out, "--threads", 1, "--declarations", tmp_path / "d.csv")
    assert infer_with(monkeypatch, *options) == 0
    assert "unread rows of the declarations: 1" in capsys.readouterr().err
    assert len(json.loads((out / "run.json").read_text())["declaration_problems"]) == 1
