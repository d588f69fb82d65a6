from __future__ import annotations

import contextlib
import json
import os

import numpy as np
import pytest
from inference_fakes import (
    DarkBlobs,
    MeanGoods,
    blob_pixels,
    component,
    package,
    read_lines,
    scan_of,
    table,
    tree_bytes,
)

import inference.engine
from declarations import UnitClaim
from imaging import write_png
from inference import (
    OutOfResources,
    OutputRefused,
    ScanJob,
    jobs_of_folder,
    process,
    read_brought,
    refuse_inside,
    with_declarations,
)


@contextlib.contextmanager
def silent(_total):
    yield lambda _scans: None


def run_jobs(jobs, parts, out, *, given=False, batch_size=2, labels=()):
    return process(
        jobs, parts, out, batch_size=batch_size, labels=labels, declarations_given=given, bar=silent, notes={}
    )


@pytest.fixture
def folder(tmp_path):
    """Clean, alarm, blank, broken, colour and side files; names that hurt."""
    scans = tmp_path / "scans"
    (scans / "sub").mkdir(parents=True)
    write_png(scans / "clean.png", blob_pixels((5, 5, 9, 9), level=40000))
    write_png(scans / "strict.png", blob_pixels((10, 10, 60, 20)))
    write_png(scans / "sub" / "loose.png", blob_pixels((10, 10, 20, 60), level=16000))
    write_png(scans / "sub" / "weak.png", blob_pixels((10, 10, 20, 60), level=19600))
    write_png(scans / "blank.png", np.full((40, 40), 60000, np.uint16))
    write_png(
        scans / "colour.png",
        np.stack([blob_pixels(dtype=np.uint8)] * 2 + [blob_pixels((4, 4, 30, 30), dtype=np.uint8)], -1),
    )
    (scans / "broken.tif").write_bytes(b"II*\0nothing")
    (scans / "empty.png").write_bytes(b"")
    (scans / "list.csv").write_text("a,b\n")
    write_png(scans / "odd.png", blob_pixels((5, 5, 9, 9), level=40000))
    (scans / "odd.png").rename(scans / "a\n\u2028<script>alert(1)</script>'\"".replace("/", "\u202e"))
    write_png(scans / "odd.png", blob_pixels((5, 5, 9, 9), level=40000))
    (scans / "odd.png").rename(os.fsdecode(os.fsencode(scans) + b"/caf\xe9.png"))
    return scans


def every_file(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_empty_folder_is_a_run_of_no_scans(tmp_path, detector):
    (tmp_path / "scans").mkdir()
    ending = run_jobs(jobs_of_folder(tmp_path / "scans"), package(detector), tmp_path / "out")
    assert ending.exit_code == 0
    assert (tmp_path / "out" / "results.jsonl").read_bytes() == b""
    assert json.loads((tmp_path / "out" / "predictions.json").read_text()) == []
    assert "No scan was found" in (tmp_path / "out" / "report" / "index.html").read_text()


def test_every_input_file_stands_in_exactly_one_line(tmp_path, folder, detector):
    run_jobs(jobs_of_folder(folder), package(detector), tmp_path / "out")
    named = [name for line in read_lines(tmp_path / "out") for name in line["inputs"]]
    assert sorted(named) == every_file(folder)


def test_statuses_lanes_and_exit_code(tmp_path, folder, detector):
    ending = run_jobs(jobs_of_folder(folder), package(detector), tmp_path / "out")
    lines = {line["scan_id"]: line for line in read_lines(tmp_path / "out")}
    expected = {
        "clean": ("ok", "green"),
        "strict": ("ok", "red"),
        "sub/loose": ("ok", "amber"),
        "sub/weak": ("ok", "amber"),
        "blank": ("unusable", "manual"),
        "colour": ("unusable", "manual"),
        "broken": ("unreadable", "manual"),
        "empty": ("unreadable", "manual"),
        "list.csv": ("skipped", "manual"),
        "caf\\xe9": ("ok", "green"),
    }
    assert {name: (lines[name]["status"], lines[name]["lane"]) for name in expected} == expected
    assert all(line["reason"] for line in lines.values() if line["lane"] != "green")
    assert ending.exit_code == 3
    assert dict(ending.lanes) == {"manual": 4, "red": 1, "amber": 2, "green": 3}
    assert sorted(line["priority"] for line in lines.values()) == list(range(1, len(lines) + 1))
    assert lines["list.csv"]["priority"] == len(lines)


def test_side_files_alone_are_no_failure(tmp_path, detector):
    scans = tmp_path / "scans"
    scans.mkdir()
    (scans / "notes.txt").write_text("x")
    write_png(scans / "clean.png", blob_pixels((5, 5, 9, 9), level=40000))
    assert run_jobs(jobs_of_folder(scans), package(detector), tmp_path / "out").exit_code == 0


def test_coco_files_agree_with_the_lines(tmp_path, folder, detector):
    jobs = jobs_of_folder(folder)
    out = tmp_path / "out"
    run_jobs(jobs, package(detector), out, labels=("other", "firearm"))
    lines = {line["scan_id"]: line for line in read_lines(out)}
    id_of = {job.scan_id: job.image_ids for job in jobs}
    assert sorted(number for ids in id_of.values() for number in ids) == list(range(1, len(folder_scans(jobs)) + 1))
    done = [number for name, line in lines.items() if line["status"] == "ok" for number in id_of[name]]
    assert json.loads((out / "processed.json").read_text()) == sorted(done)
    categories = json.loads((out / "run.json").read_text())["categories"]
    assert categories == {"1": "other", "2": "firearm", "3": "blade"}
    told = {
        (*id_of[name], finding["label"], tuple(finding["box_xyxy"]), finding["score"])
        for name, line in lines.items()
        for finding in line["findings"]
    }
    read = set()
    for entry in json.loads((out / "predictions.json").read_text()):
        x, y, width, height = entry["bbox"]
        label = categories[str(entry["category_id"])]
        read.add((entry["image_id"], label, (x, y, x + width, y + height), entry["score"]))
    assert read == told
    assert len(told) >= 3


def folder_scans(jobs):
    return [job for job in jobs if job.skip_reason is None]


def test_finding_ids_are_unique_and_boxes_inside(tmp_path, folder, detector):
    run_jobs(jobs_of_folder(folder), package(detector), tmp_path / "out")
    lines = read_lines(tmp_path / "out")
    ids = [finding["finding_id"] for line in lines for finding in line["findings"]]
    assert len(set(ids)) == len(ids) > 0
    strict = next(line for line in lines if line["scan_id"] == "strict")
    assert strict["findings"][0]["finding_id"] == "strict#0#1"
    assert strict["findings"][0]["box_xyxy"] == [10.0, 10.0, 60.0, 20.0]
    assert strict["findings"][0]["alarm"] is True
    assert strict["models"] == [{"name": "fake/detector", "sha256": "d" * 64}]


def test_without_a_frozen_operating_point_nothing_is_green_and_nothing_alarms(tmp_path, folder, detector):
    run_jobs(jobs_of_folder(folder), package(detector, points=False), tmp_path / "out")
    lines = read_lines(tmp_path / "out")
    assert {line["lane"] for line in lines} == {"manual"}
    assert not any(finding["alarm"] for line in lines for finding in line["findings"])
    strict = next(line for line in lines if line["scan_id"] == "strict")
    assert strict["findings"]
    assert "operating point" in strict["reason"]


def test_pictures_are_named_safely_and_all_there(tmp_path, folder, detector):
    out = tmp_path / "out"
    run_jobs(jobs_of_folder(folder), package(detector), out)
    named = [name for line in read_lines(out) for name in line["annotated"]]
    assert sorted(named) == sorted(f"annotated/{path.name}" for path in (out / "annotated").iterdir())
    assert len(set(map(str.lower, named))) == len(named)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/") for name in named)
    # A scan that was read but could not be judged is shown as well: somebody has to look at it.
    assert {line["scan_id"] for line in read_lines(out) if line["annotated"]} >= {"blank", "colour", "strict"}


def test_scores_of_a_line_do_not_depend_on_batch_size(tmp_path, folder, detector):
    for size in (1, 5):
        run_jobs(jobs_of_folder(folder), package(detector), tmp_path / str(size), batch_size=size)
    assert tree_bytes(tmp_path / "1") == tree_bytes(tmp_path / "5")


class Breaks(DarkBlobs):
    def detect(self, image_BCHW, size_B2):
        if (image_BCHW[:, 0, 0, 0] == 0).any():
            raise RuntimeError("a black\ncorner")
        return super().detect(image_BCHW, size_B2)


def test_a_scan_that_fails_is_named_and_the_others_go_on(tmp_path):
    scans = tmp_path / "scans"
    scans.mkdir()
    for name in "abc":
        pixels = blob_pixels((10, 10, 60, 20))
        pixels[0, 0] = 0 if name == "b" else pixels[0, 0]
        write_png(scans / f"{name}.png", pixels)
    ending = run_jobs(jobs_of_folder(scans), package(component("detector", Breaks())), tmp_path / "out", batch_size=3)
    first, second, third = read_lines(tmp_path / "out")
    assert (first["status"], second["status"], third["status"]) == ("ok", "failed", "ok")
    assert second["reason"] == "RuntimeError: a black corner"
    assert second["lane"] == "manual"
    assert ending.exit_code == 3


def test_a_picture_that_cannot_be_drawn_fails_the_scan_not_the_run(tmp_path, folder, detector, monkeypatch):
    def draw(out, line, *_, **__):
        raise ValueError(f"no ink for {line['scan_id']}")

    monkeypatch.setattr(inference.engine, "draw", draw)
    assert run_jobs(jobs_of_folder(folder), package(detector), tmp_path / "out").exit_code == 3
    lines = read_lines(tmp_path / "out")
    assert {line["status"] for line in lines} == {"failed", "unusable", "unreadable", "skipped"}


def test_a_full_disk_stops_and_the_same_command_goes_on(tmp_path, folder, detector, monkeypatch):
    jobs, out = jobs_of_folder(folder), tmp_path / "out"
    calls = []
    real = inference.engine.draw

    def full(*arguments, **options):
        calls.append(1)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")
        return real(*arguments, **options)

    monkeypatch.setattr(inference.engine, "draw", full)
    with pytest.raises(OutOfResources, match="make room"):
        run_jobs(jobs, package(detector), out)
    assert not (out / "run.json").exists()
    monkeypatch.setattr(inference.engine, "draw", real)
    run_jobs(jobs, package(detector), out)
    run_jobs(jobs, package(detector), tmp_path / "undisturbed")
    assert tree_bytes(out) == tree_bytes(tmp_path / "undisturbed")


def test_a_finished_run_is_not_made_again(tmp_path, folder, detector):
    jobs, out = jobs_of_folder(folder), tmp_path / "out"
    run_jobs(jobs, package(detector), out)
    before = tree_bytes(out, but=())
    again = run_jobs(jobs, package(detector), out)
    assert again.finished_before
    assert again.exit_code == 3
    assert tree_bytes(out, but=()) == before


def test_other_inputs_models_or_folders_are_refused(tmp_path, folder, detector):
    out = tmp_path / "out"
    run_jobs(jobs_of_folder(folder), package(detector), out)
    with pytest.raises(OutputRefused, match="model was"):
        run_jobs(jobs_of_folder(folder), package(detector, loose=0.5), out)
    write_png(folder / "new.png", blob_pixels())
    with pytest.raises(OutputRefused, match="files was 11, now 12"):
        run_jobs(jobs_of_folder(folder), package(detector), out)
    foreign = tmp_path / "holiday"
    foreign.mkdir()
    (foreign / "beach.jpg").write_bytes(b"x")
    with pytest.raises(OutputRefused, match="something else"):
        run_jobs(jobs_of_folder(folder), package(detector), foreign)
    assert (foreign / "beach.jpg").read_bytes() == b"x"


def test_an_output_below_a_file_is_refused(tmp_path, folder, detector):
    (tmp_path / "file").write_text("x")
    for out in (tmp_path / "file" / "out", tmp_path / "file"):
        with pytest.raises(OutputRefused):
            run_jobs(jobs_of_folder(folder), package(detector), out)


def test_results_among_the_scans_are_refused(tmp_path):
    for inside in (tmp_path, tmp_path / "deep" / "out"):
        with pytest.raises(OutputRefused):
            refuse_inside(inside, tmp_path)
    refuse_inside(tmp_path.parent / "beside", tmp_path)


TABLES = [table("undeclared_goods", low=-3, high=-0.5), table("declared_goods_absent", low=-5, high=-0.5)]


def declared(tmp_path, folder, text):
    (tmp_path / "declared.csv").write_text(text, encoding="utf-8")
    return with_declarations(jobs_of_folder(folder), read_brought(tmp_path / "declared.csv"))


def test_declarations_are_checked_and_units_carry_their_numbers(tmp_path, folder, detector, goods):
    jobs = declared(
        tmp_path,
        folder,
        "scan_id,declaration_id,commodity_code,description\n"
        "clean,D1,610910,T-shirts\n"
        "strict,D2,7308,<b>steel</b>\n"
        'sub/loose,D3,610910,"T-shirts\nin two lines"\n',
    )
    out = tmp_path / "out"
    run_jobs(jobs, package(detector, goods, tables=TABLES), out, given=True)
    lines = {line["scan_id"]: line for line in read_lines(out)}
    (clean,), (strict,) = lines["clean"]["units"], lines["strict"]["units"]
    assert clean["declarations"] == ["D1"]
    assert clean["verdict"] == "cannot_tell"  # a mass was not declared, and could not be seen either
    assert lines["clean"]["lane"] == "manual"
    assert strict["verdict"] == "mismatch"
    assert strict["mismatch_score"] > clean["mismatch_score"] >= 0
    assert strict["p_value"] <= 0.05
    assert {check["name"] for check in strict["checks"]} == {"undeclared_goods", "declared_goods_absent", "mass"}
    assert [line["lane"] for line in lines.values() if line["lane"] == "green"] == []
    (unlinked,) = lines["sub/weak"]["units"]
    assert (unlinked["verdict"], unlinked["checks"], unlinked["mismatch_score"]) == ("none", [], None)
    assert "no declaration" in unlinked["reason"]
    html = (out / "report" / "index.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;steel&lt;/b&gt;" in html
    assert "<b>steel</b>" not in html


def test_a_scan_that_could_not_be_read_keeps_its_units(tmp_path, folder, detector):
    jobs = declared(tmp_path, folder, "scan_id,declaration_id,commodity_code\nbroken,D9,610910\n")
    run_jobs(jobs, package(detector), tmp_path / "out", given=True)
    (unit,) = next(line for line in read_lines(tmp_path / "out") if line["scan_id"] == "broken")["units"]
    assert (unit["declarations"], unit["verdict"], unit["p_value"]) == (["D9"], "cannot_tell", None)


def test_a_pool_unit_keeps_its_name_when_declarations_are_brought(tmp_path):
    (tmp_path / "d.csv").write_text("scan_id,declaration_id,commodity_code\ns,D1,610910\n")
    unit = UnitClaim(unit_id="box 7", region_xyxy=(1, 2, 3, 4), tare_kg=2200, problem="none in the pool")
    job = ScanJob("s", (), (), lambda: scan_of(blob_pixels()), image_ids=(1,), claims=(unit,))
    ((claim,),) = (job.claims for job in with_declarations([job], read_brought(tmp_path / "d.csv")))
    assert (claim.unit_id, claim.region_xyxy, claim.tare_kg) == ("box 7", (1, 2, 3, 4), 2200)
    assert (claim.declaration_ids, claim.problem) == (("D1",), None)


def test_views_and_scanner_go_by_the_names_of_the_pool(tmp_path, detector):
    job = ScanJob(
        "s",
        ("images/s.tiff",),
        (tmp_path / "s.tiff",),
        lambda: scan_of(blob_pixels((10, 10, 60, 20))),
        (7,),
        ("view0",),
        "gantry",
    )
    run_jobs([job], package(detector), tmp_path / "out")
    (line,) = read_lines(tmp_path / "out")
    assert line["findings"][0]["finding_id"] == "s#view0#1"
    assert json.loads((tmp_path / "out" / "predictions.json").read_text())[0]["image_id"] == 7
    assert job.scan().scanner == "gantry"


def test_a_scan_with_more_views_than_were_promised_is_refused(tmp_path, detector):
    job = ScanJob("s", ("s.png",), (tmp_path / "s.png",), lambda: scan_of(blob_pixels()), image_ids=(1, 2))
    run_jobs([job], package(detector), tmp_path / "out")
    assert read_lines(tmp_path / "out")[0]["status"] == "unreadable"


def test_the_report_is_offline_and_lets_nothing_in(tmp_path, folder, detector, goods):
    jobs = declared(
        tmp_path,
        folder,
        "scan_id,declaration_id,commodity_code,description\n"
        'strict,D<img src=x onerror=alert(1)>,7308,"</td></table><script>alert(2)</script>"\n',
    )
    run_jobs(jobs, package(detector, goods, tables=TABLES), tmp_path / "out", given=True)
    html = (tmp_path / "out" / "report" / "index.html").read_text(encoding="utf-8")
    assert html.count("<script") == 1
    assert "<img src=x" not in html
    assert "http" not in html.replace("http-equiv", "")
    assert "\u202e" not in html
    assert "\u2028" not in html
    assert "Content-Security-Policy" in html
    for lane in ("MANUAL", "RED", "AMBER", "GREEN"):
        assert lane in html


def test_goods_networks_speak_only_where_asked(tmp_path, folder):
    parts = package(component("detector", DarkBlobs()), component("goods", MeanGoods(), labels=("steel", "textiles")))
    run_jobs(jobs_of_folder(folder), parts, tmp_path / "out")
    assert all(len(line["models"]) <= 1 for line in read_lines(tmp_path / "out"))


def test_a_package_without_a_detector_leaves_no_scan_green(tmp_path, folder):
    goods_alone = package(
        component("goods", MeanGoods(), channels=("single",), labels=("steel", "textiles")), points=False
    )
    run_jobs(jobs_of_folder(folder), goods_alone, tmp_path / "out")
    assert {line["lane"] for line in read_lines(tmp_path / "out")} == {"manual"}


def test_reading_ahead_keeps_the_order_and_few_scans_in_memory(detector, tmp_path):
    alive, most = set(), [0]

    class Watched:
        def __init__(self, number):
            self.number = number

        def __call__(self):
            alive.add(self.number)
            most[0] = max(most[0], len(alive))
            return scan_of(blob_pixels(), f"{self.number:03}")

    jobs = [ScanJob(f"{n:03}", (f"{n}.png",), (tmp_path / f"{n}.png",), Watched(n), (n + 1,)) for n in range(40)]
    from inference.reading import AHEAD, READERS, read_ahead  # noqa: PLC0415 - inner parts, for this test alone

    order = []
    for job, _ in read_ahead(iter(jobs)):
        order.append(job.scan_id)
        alive.discard(int(job.scan_id))
    assert order == [job.scan_id for job in jobs]
    assert most[0] <= AHEAD + READERS + 1
