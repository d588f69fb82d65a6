"""A pool that is exported and read back: the same boxes and labels, and nothing claimed that nobody looked at."""

import json
import math
from importlib import import_module

import cv2
import numpy as np
import pytest
import tifffile
from pycocotools.coco import COCO

from datasets.import_source import Given, import_source
from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.pool import PoolError
from datasets.pool.records import Operation, Rights
from datasets.pool.stream import PoolStream
from datasets.verbs import export
from datasets.verbs.outcome import quietly


@pytest.fixture
def pool(tmp_path):
    """Three scans: colour of 8 bits with boxes, two energies of 16 bits in two views, one that nobody annotated."""
    rng = np.random.default_rng(0)
    source = tmp_path / "source"
    source.mkdir()
    cv2.imwrite(str(source / "bag.png"), rng.integers(0, 256, (48, 64, 3), np.uint8))
    for name in ("top", "side", "blind"):
        tifffile.imwrite(
            source / f"{name}.tif", rng.integers(0, 65_536, (2, 40, 50), np.uint16), photometric="minisblack"
        )
    gun = SourceObject("gun", (3.25, 4.5, 20, 16.25), segmentation=((3.25, 4.5, 23.25, 4.5, 23.25, 20.75),))
    knife = SourceObject("knife", (30, 2, 10.5, 8), is_crowd=True)
    scans = [
        SourceScan("bag", (SourceView("view0", (source / "bag.png",), objects=(gun, knife)),), "g1", subset="x"),
        SourceScan(
            "pair",
            (
                SourceView("top", (source / "top.tif",), objects=(gun,)),
                SourceView("side", (source / "side.tif",), is_annotated=False),
            ),
            "g2",
            examined_for=("gun",),
        ),
        SourceScan("blind", (SourceView("view0", (source / "blind.tif",), is_annotated=False),), "g3"),
    ]
    given = Given("site", Rights(licence="x", may_train=True, may_redistribute=True), str)
    out = tmp_path / "pool"
    history = Operation(verb="import")
    import_source(scans, Dirt(), out, source=source, given=given, history=history, track=quietly)
    return out


def exported(pool, out, layout, depth="8"):
    return export.run(pool=pool, out=out, layout=layout, depth=depth, track=quietly)


def read_back(out, layout):
    dirt = Dirt()
    scans = list(import_module(f"datasets.layouts.{layout}").read(out, dirt))
    assert not dirt.counts
    return {scan.name: scan.views[0].objects for scan in scans}


@pytest.mark.parametrize(("layout", "apart"), [("coco", 0), ("yolo", 1e-4), ("voc", 1)])
def test_boxes_and_labels_come_back(pool, tmp_path, layout, apart):
    exported(pool, tmp_path / "out", layout)
    found = read_back(tmp_path / "out", layout)
    assert set(found) == {"bag", "pair@top"}
    assert [one.label for one in found["bag"]] == ["gun", "knife"]
    for one, stated in zip(found["bag"], ((3.25, 4.5, 20, 16.25), (30, 2, 10.5, 8)), strict=True):
        x, y, width, height = one.bbox
        corners = np.array([x, y, x + width, y + height])
        expected = np.array([stated[0], stated[1], stated[0] + stated[2], stated[1] + stated[3]])
        assert np.abs(corners - expected).max() <= apart
        if layout == "voc":
            assert corners.tolist() == [*map(math.floor, expected[:2]), *map(math.ceil, expected[2:])]


def test_coco_is_read_by_its_own_library_and_says_what_was_looked_for(pool, tmp_path, capsys):
    exported(pool, tmp_path / "out", "coco")
    read = COCO(tmp_path / "out" / "annotations.json")
    images = {image["file_name"]: image for image in read.loadImgs(read.getImgIds())}
    assert images["images/pair@top.png"]["examined_for"] == ["gun"]
    (crowd,) = read.loadAnns(read.getAnnIds(iscrowd=True))
    assert crowd["bbox"] == [30, 2, 10.5, 8]
    assert read.loadCats(read.getCatIds())[0]["name"] == "gun"
    assert capsys.readouterr()


def test_what_nobody_annotated_is_left_out_and_counted(pool, tmp_path):
    outcome = exported(pool, tmp_path / "out", "yolo")
    assert outcome.tables[str(tmp_path / "out")] == {
        "images": 2,
        "objects": 3,
        "views that nobody annotated: left out": 2,
    }
    examined = [json.loads(line) for line in (tmp_path / "out" / export.EXAMINED).read_text().splitlines()]
    assert examined == [
        {"scan_id": "bag", "examined_for": ["gun", "knife"]},
        {"scan_id": "pair", "examined_for": ["gun"]},
    ]


def test_eight_bits_are_the_picture_and_sixteen_are_what_is_stored(pool, tmp_path):
    exported(pool, tmp_path / "eight", "voc")
    exported(pool, tmp_path / "sixteen", "voc", "16")
    original = cv2.imread(str(tmp_path / "source" / "bag.png"))
    np.testing.assert_array_equal(cv2.imread(str(tmp_path / "eight" / "JPEGImages" / "bag.png")), original)
    (top,) = (view for scan in PoolStream(pool).scans() for view in scan.views if view.view_id == "top")
    copy = tmp_path / "sixteen" / "JPEGImages" / "pair@top.tiff"
    assert copy.read_bytes() == (pool / top.files[0].path).read_bytes()


def test_subsets_are_the_sides_of_the_split(pool, tmp_path):
    exported(pool, tmp_path / "out", "voc")
    side = {scan.scan_id: scan.split for scan in PoolStream(pool).scans()}
    lists = {path.stem: path.read_text().split() for path in (tmp_path / "out" / "ImageSets" / "Main").iterdir()}
    assert set(lists) == {"train", "val", "calibration", "test"}
    assert "bag" in lists[side["bag"]]
    assert "pair@top" in lists[side["pair"]]


def test_a_run_that_was_cut_off_goes_on_and_ends_with_the_same_bytes(pool, tmp_path):
    def cut_off(items, doing, total=None):
        yield next(iter(items))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export.run(pool=pool, out=tmp_path / "cut", layout="coco", depth="8", track=cut_off)
    assert not (tmp_path / "cut").exists()
    exported(pool, tmp_path / "cut", "coco")
    exported(pool, tmp_path / "whole", "coco")
    one, other = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (tmp_path / "cut", tmp_path / "whole")
    )
    assert one == other


def test_a_draft_of_another_export_is_refused(pool, tmp_path):
    def cut_off(items, doing, total=None):
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        export.run(pool=pool, out=tmp_path / "out", layout="voc", depth="8", track=cut_off)
    for layout, depth in (("yolo", "8"), ("voc", "16")):
        with pytest.raises(PoolError, match="by the export that began it"):
            exported(pool, tmp_path / "out", layout, depth)
    exported(pool, tmp_path / "out", "voc")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "Annotations", "ImageSets", "JPEGImages", "examined_for.jsonl",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["../../../escaped", "/tmp/escaped", "a/b", "a\nb", "..", "x" * 300])
def test_a_hostile_name_of_a_scan_stays_in_the_folder(pool, tmp_path, name):
    scans = pool / "scans.jsonl"
    scans.write_text(scans.read_text().replace('"scan_id":"bag"', f'"scan_id":{json.dumps(name)}'))
    notes = pool / "annotations.json"
    notes.write_text(notes.read_text().replace('"scan_id":"bag"', f'"scan_id":{json.dumps(name)}'))
    lines = sorted(scans.read_text().splitlines(), key=lambda line: json.loads(line)["scan_id"])
    scans.write_text("".join(line + "\n" for line in lines))
    before = {path for path in tmp_path.parent.rglob("*") if tmp_path / "deep" not in path.parents}
    try:
        exported(pool, tmp_path / "deep" / "er" / "out", "yolo")
    except PoolError:
        pass  # ids of images no longer follow the order of scans
    else:
        lists = "".join(path.read_text() for path in (tmp_path / "deep/er/out").glob("*.txt"))
        assert len(lists.splitlines()) == 2
    after = {path for path in tmp_path.parent.rglob("*") if tmp_path / "deep" not in path.parents}
    assert after - before <= {tmp_path / "deep"}


def test_a_sealed_pool_and_a_full_folder_are_refused(pool, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    with pytest.raises(PoolError, match="empty folder"):
        exported(pool, tmp_path / "full", "coco")
    (pool / "annotations.json").unlink()
    with pytest.raises(PoolError, match="has annotations"):
        exported(pool, tmp_path / "out", "coco")
