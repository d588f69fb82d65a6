"""LabelMe layout: every shape, corners in any order, and every kind of dirt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import Dirt, labelme
from datasets.layouts.labelme_shapes import object_of
from datasets.pool import PoolError


def shape(kind, *points, label="Gun", **more):
    return {"label": label, "points": [list(point) for point in points], "shape_type": kind, "group_id": None, **more}


def document(*shapes, path="1.jpg"):
    return {
        "version": "5.2.1", "flags": {"clean": False}, "shapes": list(shapes), "imagePath": path, "imageData": "aaaa",
        "imageHeight": 48, "imageWidth": 64,
    }  # fmt: skip


def test_a_clean_folder_is_read_without_dirt(lay, gather, boxes):
    shapes = [
        shape("rectangle", (11, 2), (1, 22)),
        shape("polygon", (1, 1), (9, 1), (9.5, 7), label="Knife", group_id=3),
        shape("circle", (10, 10), (13, 14)),
        shape(None, (0, 0), (5, 0), (5, 5), label=7),
    ]
    table = {
        "a/1.json": document(*shapes),
        "a/1.jpg": b"",
        "b/json/2.json": document(path="..\\images\\2.jpg"),
        "b/images/2.jpg": b"",
    }
    scans, dirt = gather(labelme.read, root := lay(table))
    assert dirt == {}
    assert list(scans) == ["a/1", "b/images/2"]
    assert boxes(scans["a/1"]) == [
        ("Gun", (1, 2, 10, 20)),
        ("Knife", (1, 1, 8.5, 6)),
        ("Gun", (5, 5, 10, 10)),
        ("7", (0, 0, 5, 5)),
    ]
    first, second, *_ = scans["a/1"].views[0].objects
    assert (first.segmentation, second.segmentation) == ((), ((1, 1, 9, 1, 9.5, 7),))
    assert (first.attributes, second.attributes) == ({}, {"group_id": 3})
    assert scans["a/1"].views[0].stated_hw == (48, 64)
    assert scans["b/images/2"].views[0].files == (root / "b/images/2.jpg",)
    assert boxes(scans["b/images/2"]) == []


def test_every_dirt_is_counted_and_treated(lay, gather, boxes):
    shapes = [
        shape("rectangle", (1, 2), (11, 22)),
        shape("rectangle", (11, 22), (1, 2)),
        shape("rectangle", (1, 2)),
        shape("polygon", (1, 2), (3, 4)),
        shape("point", (1, 2)),
        shape("linestrip", (1, 2), (3, 4), (5, 6)),
        shape("rectangle", (float("nan"), 2), (3, 4)),
        shape("rectangle", (1, 2, 3), (3, 4)),
        {"label": "Gun", "points": "many"},
        shape("rectangle", (1, 2), (11, 22), label="None"),
        "no shape",
        shape("mask", (1, 2), (5, 6), mask="aaaa"),
    ]
    table = {
        "1.json": document(*shapes),
        "1.jpg": b"",
        "2.json": document(path="1.jpg"),
        "3.json": document(path="../secret.jpg"),
        "4.json": document(path="gone.jpg"),
        "5.json": "{",
        "5.jpg": b"",
        "6.json": {"shapes": "none"},
        "7.json": [1],
        "8.json": "[" * 100_000,
        "../secret.jpg": b"",
    }
    scans, dirt = gather(labelme.read, lay(table))
    assert boxes(scans["1"]) == [("Gun", (1, 2, 10, 20)), ("Gun", (1, 2, 4, 4))]
    assert list(scans) == ["1", "5"]
    assert (scans["5"].views[0].is_annotated, scans["5"].examined_for) == (False, ())
    assert dirt == {
        "objects given twice, with the same label and box: kept once": 1,
        "points, lines and other shapes without an area: left out": 4,
        "objects whose coordinates are not numbers: left out": 3,
        'objects without a label, or labelled "None": left out': 2,
        "masks in run-length form: left out, the box kept": 1,
        "annotation files of an image that another one annotated before: left out": 1,
        "names that lead out of the folder: left out": 1,
        "images that are named but not in the folder: left out": 1,
        "JSON files that can not be read, or have no list of shapes: left out": 4,
        "images without an annotation file: kept as not annotated": 1,
    }


VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
JSONS = st.recursive(
    VALUES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(label=JSONS, points=JSONS, kind=JSONS | st.sampled_from(["rectangle", "polygon", "circle"]), group=JSONS)
def test_no_shape_stops_the_reading_and_each_is_read_or_counted(label, points, kind, group):
    dirt = Dirt()
    stated = {"label": label, "points": points, "shape_type": kind, "group_id": group}
    assert (object_of(stated, "here", dirt) is None) == bool(dirt.counts)


def test_a_folder_without_json_is_refused(lay, gather):
    with pytest.raises(PoolError, match="the labelme layout"):
        gather(labelme.read, lay({"1.jpg": b""}))
