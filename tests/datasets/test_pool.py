"""The pool on disk: what was written is read; every planted fault is found and named."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.checks.run import check_pool
from datasets.pool import PoolError, image_ids, read_pool, split_of, write_pool
from datasets.pool.records import (
    AnnotatedImage,
    Annotation,
    Annotations,
    Category,
    FileRecord,
    PoolInfo,
    Rights,
    ScanRecord,
    TruthRecord,
    UnitRecord,
    ViewRecord,
)
from datasets.pool.split import joined_groups
from datasets.pool.store import file_sha256
from declarations.schema import Declaration, DeclaredPart, Line
from imaging import Quantity, write_tiff


def small_pool(root):
    """Two scans of one unit each, one of them with a box."""
    (root / "images").mkdir(parents=True)
    scans, declarations = [], []
    for name in ("a", "b"):
        path = root / "images" / f"{name}.tiff"
        write_tiff(path, np.random.default_rng(ord(name)).integers(0, 255, (3, 20, 30), dtype=np.uint8))
        colours = ("red", "green", "blue")
        file = FileRecord(path=f"images/{name}.tiff", channels=colours, sha256=file_sha256(path))
        view = ViewRecord(view_id="view0", quantity=Quantity.DISPLAY, channels=colours, files=(file,), size_hw=(20, 30))
        unit = UnitRecord(
            unit_id=f"u{name}", tare_kg=2200, declarations=(DeclaredPart(declaration_id=f"d{name}", gross_mass_kg=10),)
        )
        scans.append(
            ScanRecord(
                scan_id=name,
                site="here",
                scanner="s",
                split=split_of(name),
                group=name,
                rights=Rights(licence="x", may_train=True, may_redistribute=True),
                examined_for=("firearm",),
                exam_basis="simulated",
                views=(view,),
                units=(unit,),
            )
        )
        line = Line(line_no=1, commodity_code="090121", gross_mass_kg=10)
        declarations.append(Declaration(declaration_id=f"d{name}", lines=(line,)))
    ids = image_ids(scans)
    images = tuple(
        AnnotatedImage(
            id=ids[scan.scan_id, "view0"],
            scan_id=scan.scan_id,
            view_id="view0",
            file_name=scan.views[0].files[0].path,
            height=20,
            width=30,
        )
        for scan in scans
    )
    box = Annotation(id=1, image_id=1, category_id=1, bbox=(2, 3, 10, 8), area=80)
    truth = [TruthRecord(unit_id=f"u{name}", outcome="clean", basis="simulated") for name in "ab"]
    annotations = Annotations(images=images, annotations=(box,), categories=(Category(id=1, name="firearm"),))
    info = PoolInfo(name="small", labels=("firearm",), sites=("here",))
    return write_pool(root, info, scans, declarations, truth, annotations)


def test_round_trip(tmp_path):
    info = small_pool(tmp_path)
    pool = read_pool(tmp_path)
    assert pool.info == info
    assert [scan.scan_id for scan in pool.scans] == ["a", "b"]
    assert check_pool(pool) == []
    claim = pool.claims(pool.scans[0])[0]
    assert (claim.unit_id, claim.tare_kg, claim.gross_mass_kg) == ("ua", 2200, 10)
    assert claim.lines[0].commodity_code == "090121"
    assert pool.read_scan(pool.scans[0]).pixels.shape == (3, 20, 30)


def test_a_sealed_pool_is_sound_and_refuses_training(tmp_path):
    small_pool(tmp_path)
    (tmp_path / "truth.jsonl").unlink()
    (tmp_path / "annotations.json").unlink()
    pool = read_pool(tmp_path)
    assert check_pool(pool) == []
    with pytest.raises(PoolError, match="sealed"):
        _ = pool.annotations_by_view


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("scans.jsonl", '"declaration_id":"da"', '"declaration_id":"dz"', "'dz' is not in declarations"),
        ("scans.jsonl", '"site":"here"', '"site":"there"', "site 'there'"),
        ("scans.jsonl", '"unit_id":"ub"', '"unit_id":"ua"', "unit_id 'ua' stands 2 times"),
        ("scans.jsonl", '"size_hw":[20,30]', '"size_hw":[20,31]', "annotated as 20x30"),
        ("scans.jsonl", '"examined_for":["firearm"]', '"examined_for":["gold"]', "examined for 'gold'"),
        ("declarations.jsonl", "090121", "090122", "is not what pool.json was written for"),
        ("annotations.json", '"bbox":[2.0,3.0,10.0,8.0]', '"bbox":[25.0,3.0,10.0,8.0]', "leaves the image"),
        ("annotations.json", '"category_id":1', '"category_id":7', "points to no image or no category"),
        ("truth.jsonl", '"unit_id":"ub"', '"unit_id":"uz"', "'uz', which no scan holds"),
    ],
)
def test_every_planted_fault_is_named(tmp_path, file, old, new, problem):
    small_pool(tmp_path)
    edit(tmp_path / file, old, new)
    assert any(problem in found for found in check_pool(read_pool(tmp_path), read_pixels=False))


def test_changed_missing_and_broken_pixels_are_named(tmp_path):
    small_pool(tmp_path)
    (tmp_path / "images" / "a.tiff").write_bytes(b"II*\0")
    (tmp_path / "images" / "b.tiff").unlink()
    problems = check_pool(read_pool(tmp_path))
    assert any("a: images/a.tiff is not the file" in problem for problem in problems)
    assert any("b: images/b.tiff is missing" in problem for problem in problems)


def test_a_group_on_two_sides_is_a_leak(tmp_path):
    small_pool(tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "scans.jsonl").read_text().splitlines()]
    for line, split in zip(lines, ("train", "test"), strict=True):
        line |= {"group": "same", "split": split}
    (tmp_path / "scans.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert any("'same' stands in test and train" in problem for problem in check_pool(read_pool(tmp_path)))


@pytest.mark.parametrize(("text", "message"), [('{"schema_version": 2}', "schema 2"), ("{}", "schema None")])
def test_other_schemas_are_refused_by_name(tmp_path, text, message):
    (tmp_path / "pool.json").write_text(text)
    with pytest.raises(PoolError, match=message):
        read_pool(tmp_path)


def test_unknown_keys_are_refused_with_file_and_line(tmp_path):
    small_pool(tmp_path)
    edit(tmp_path / "scans.jsonl", '"site":"here"', '"sight":"here"')
    with pytest.raises(PoolError, match=r"scans.jsonl line 1"):
        read_pool(tmp_path)


def test_split_is_the_documented_hash():
    # Golden values: SHA-256 of the name modulo 10.
    golden = ["calibration", "train", "test", "train", "train", "train", "train", "train"]
    assert [split_of(f"group{number}") for number in range(8)] == golden


def test_shares_of_a_large_pool_are_about_60_10_10_20():
    splits = [split_of(str(number)) for number in range(10_000)]
    shares = {split: splits.count(split) / 10_000 for split in ("train", "val", "calibration", "test")}
    assert shares == pytest.approx({"train": 0.6, "val": 0.1, "calibration": 0.1, "test": 0.2}, abs=0.02)


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=30))
def test_joined_groups_are_the_connected_components(pairs):
    members = {number: f"g{number:02}" for number in range(16)}
    joined = joined_groups(members, pairs)
    reached = {number: {number} for number in members}
    for _ in members:
        for one, other in pairs:
            both = reached[one] | reached[other]
            for number in both:
                reached[number] |= both
    for number in members:
        assert joined[number] == f"g{min(reached[number]):02}"
