"""cargoxray layout: tables of both versions, goods without a box, and every kind of dirt."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.cargoxray import read
from datasets.pool import PoolError

CATEGORIES = [
    {"category_id": 0, "name": "shoes"},
    {"category_id": 3, "name": "tires"},
    {"category_id": 4, "name": None},
    {"category_id": 5, "name": "bags"},
    {"category_id": 6, "name": "toys"},
    {"category_id": 6, "name": "tea"},
]


def written(root, images, annotations, categories=CATEGORIES, files=None):
    """The tables, packed, and the files of the images, as listed where `files` says nothing else."""
    (root / "images").mkdir(parents=True)
    for name in [one["file_name"] for one in images] if files is None else files:
        (root / "images" / name).write_bytes(b"")
    for name, table in (("images", images), ("annotations", annotations), ("categories", categories)):
        if table is not None:
            (root / f"{name}.json.gz").write_bytes(gzip.compress(json.dumps(table).encode(), mtime=0))
    return root


def image(number, **more):
    return {"image_id": number, "file_name": f"{number:05X}.tif", "height": 100, "width": 400, "md5": "0", **more}


def box(number, image_id, category_id, x, y, w, h):
    return {"id": number, "image_id": image_id, "category_id": category_id, "x": x, "y": y, "w": w, "h": h}


def read_all(root):
    dirt = Dirt()
    return {scan.name: scan for scan in read(root, dirt)}, dirt


def boxes_of(scan):
    return [(one.label, one.bbox) for one in scan.views[0].objects]


def test_a_clean_set_is_read_in_full(tmp_path):
    written(tmp_path, [image(10, subset="val"), image(11)], [box(0, 10, 3, 40, 5, 100, 50)])
    scans, dirt = read_all(tmp_path)
    assert dirt.counts == {}
    tires = SourceView(
        "view0", (tmp_path / "images/0000A.tif",), (100, 400), (SourceObject("tires", (40, 5, 100, 50)),)
    )
    empty = SourceView("view0", (tmp_path / "images/0000B.tif",), (100, 400))
    assert scans == {
        "0000A": SourceScan("0000A", (tires,), "0000A", subset="val"),
        "0000B": SourceScan("0000B", (empty,), "0000B"),
    }


def test_older_tables_have_the_centre_in_fractions(tmp_path):
    images = [
        {"image_id": 1, "filepath": "images/1.tif", "height": 100, "width": 400},
        {"image_id": 2, "filepath": "2.tif"},
    ]
    annotations = [
        {"bbox_id": 0, "image_id": 1, "x": 0.5, "y": 0.25, "width": 0.25, "height": 0.5, "label": "toys"},
        {"bbox_id": 1, "image_id": 1, "x": 0.5, "y": None, "width": 0.25, "height": 0.5, "label": "toys"},
        {"bbox_id": 2, "image_id": 2, "x": 0.5, "y": 0.5, "width": 0.25, "height": 0.5, "label": "toys"},
    ]
    written(tmp_path, images, annotations, None, ["1.tif", "2.tif"])
    scans, dirt = read_all(tmp_path)
    assert boxes_of(scans["1"]) == [("toys", (150, 0, 100, 50))]
    assert scans["2"].unlocated == ("toys",)
    assert dirt.counts == {
        "objects whose coordinates are not numbers: left out": 1,
        "boxes in fractions of an image whose size is not stated: kept as labels that are in the scan, not located": 1,
    }


def test_every_dirt_is_counted_and_treated(tmp_path):
    images = [
        image(1),
        image(2),
        image(2),
        image(3),
        image(4),
        {**image(4), "file_name": "00005.tif"},
        image(6, file_name="../../outside.tif"),
        {"image_id": 7},
        8,
    ]
    annotations = [
        box(0, 1, 0, 10, 10, -5, 5),
        box(1, 1, 0, 5, 10, 5, 5),
        box(2, 1, 3, None, None, None, None),
        box(3, 1, 0, None, None, None, None),
        box(11, 2, 0, None, None, None, None),
        box(12, 2, 5, None, None, None, None),
        box(4, 1, 0, "x", 1, 2, 3),
        box(5, 1, 4, 1, 1, 2, 3),
        box(6, 1, 99, 1, 1, 2, 3),
        box(13, 1, 6, 1, 1, 2, 3),
        box(7, 99, 0, 1, 1, 2, 3),
        box(8, 3, 0, 1, 1, 2, 3),
        box(9, 2, 3, -5, 0, 9000, 1),
        "box",
    ]
    files = ["00001.tif", "00002.tif", "00004.tif", "00005.tif", "unlisted.tif", "notes.txt"]
    (tmp_path / "outside.tif").write_bytes(b"")
    source = written(tmp_path / "source", images, annotations, files=files)
    scans, dirt = read_all(source)
    assert {name: boxes_of(scan) for name, scan in scans.items()} == {
        "00001": [("shoes", (5, 10, 5, 5))],
        "00002": [("tires", (-5, 0, 9000, 1))],
    }
    assert scans["00001"].unlocated == ("tires",)
    assert scans["00002"].unlocated == ("bags", "shoes")
    assert dirt.counts == {
        "images that are listed more than once: kept once, with the objects of all entries": 1,
        "images that are named but not in the folder: left out": 1,
        "images whose number stands for several files: left out": 2,
        "names that lead out of the folder: left out": 1,
        "entries of images or annotations that are not as the tables have them: left out": 3,
        "boxes with inverted corners: set right": 1,
        "objects given twice, with the same label and box: kept once": 1,
        "objects without coordinates: kept as labels that are in the scan, not located": 4,
        "objects of categories whose number stands for two names: left out": 1,
        "objects whose coordinates are not numbers: left out": 1,
        'objects without a label, or labelled "None": left out': 1,
        "objects of categories that the source does not list: left out": 1,
        "objects of images that the source does not list: left out": 1,
        "objects of images that are left out: left out with them": 1,
        "images in the folder that no annotation names: left out": 1,
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x1f\x8b\x08broken",
        gzip.compress(b"[{", mtime=0)[:-9],
        gzip.compress(b"[{", mtime=0),
        gzip.compress(b"[" * 99_999, mtime=0),
    ],
)
def test_a_table_that_can_not_be_read_is_refused(tmp_path, content):
    written(tmp_path, [image(1)], [])
    (tmp_path / "annotations.json.gz").write_bytes(content)
    with pytest.raises(PoolError, match=r"annotations\.json\.gz"):
        read_all(tmp_path)


@pytest.mark.parametrize("there", [None, "images.json.gz", "annotations.json.gz"])
def test_a_folder_that_is_no_such_set_is_refused(tmp_path, there):
    if there:
        (tmp_path / there).write_bytes(gzip.compress(b"[]", mtime=0))
    with pytest.raises(PoolError, match=r"categories\.json\.gz"):
        read_all(tmp_path)


def test_a_table_that_is_a_link_out_of_the_folder_is_none(tmp_path):
    written(tmp_path / "outside", [image(1)], [])
    source = written(tmp_path / "source", [image(1)], None)
    (source / "annotations.json.gz").symlink_to(tmp_path / "outside/annotations.json.gz")
    with pytest.raises(PoolError, match="not both of the first two"):
        read_all(source)


def test_the_public_part_is_read_as_coco(tmp_path):
    (tmp_path / "valid").mkdir()
    (tmp_path / "valid" / "1.jpg").write_bytes(b"")
    document = {
        "images": [{"id": 0, "file_name": "1.jpg", "height": 640, "width": 640}],
        "annotations": [{"id": 0, "image_id": 0, "category_id": 2, "bbox": [1, 2, 3, 4]}],
        "categories": [{"id": 2, "name": "toys"}],
    }
    (tmp_path / "valid" / "_annotations.coco.json").write_text(json.dumps(document))
    scans, dirt = read_all(tmp_path)
    assert {name: boxes_of(scan) for name, scan in scans.items()} == {"valid/1": [("toys", (1, 2, 3, 4))]}
    assert dirt.counts == {}


@given(
    corner=st.tuples(st.integers(0, 300), st.integers(0, 60)), size=st.tuples(st.integers(1, 99), st.integers(1, 39))
)
def test_both_versions_mean_the_same_box(tmp_path_factory, corner, size):
    (x, y), (w, h) = corner, size
    older = {
        "bbox_id": 0,
        "image_id": 1,
        "x": (x + w / 2) / 400,
        "y": (y + h / 2) / 100,
        "width": w / 400,
        "height": h / 100,
        "label": "shoes",
    }
    found = []
    for annotation in (box(0, 1, 0, x, y, w, h), older):
        scans, _ = read_all(written(tmp_path_factory.mktemp("cargoxray"), [image(1)], [annotation]))
        found.append(scans["00001"].views[0].objects[0].bbox)
    assert found[0] == (x, y, w, h)
    assert found[1] == pytest.approx(found[0])
