"""GDXray layout: series, files of numbers, what is known of a series, and every kind of dirt."""

import math
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.gdxray import read
from datasets.pool import PoolError


def written(root, series, count, **truths):
    """Images 1 to `count` of a series, and its text files by name."""
    folder = root / series
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        (folder / f"{folder.name}_{number:04}.png").write_bytes(b"")
    for name, text in truths.items():
        (folder / f"{name}.txt").write_text(text)
    return root


def read_all(root):
    dirt = Dirt()
    return {scan.name: scan for scan in read(root, dirt)}, dirt


def boxes_of(scan):
    return [(one.label, one.bbox) for one in scan.views[0].objects]


def test_a_clean_series_is_read_in_full(tmp_path):
    written(tmp_path, "Baggages/B0049", 2, ground_truth="   2.0000000e+00   1.5e+01   3.0e+01   2.0e+01   6.0e+01\n")
    scans, dirt = read_all(tmp_path)
    assert dirt.counts == {}
    names = [f"Baggages/B0049/B0049_000{number}" for number in (1, 2)]
    views = [
        SourceView("view0", (tmp_path / f"{name}.png",), objects=objects)
        for name, objects in zip(names, ((), (SourceObject("handgun", (15, 20, 15, 40)),)), strict=True)
    ]
    assert scans == {
        name: SourceScan(name, (view,), "Baggages/B0049", examined_for=("handgun",))
        for name, view in zip(names, views, strict=True)
    }


def test_labels_are_of_the_file_or_the_series_or_its_name(tmp_path):
    row = "1 1 2 3 4\n"
    written(tmp_path, "B0046", 1, razor_blade=row, shuriken="1 5 6 7 8\n", readme="Read me\n", empty="")
    written(tmp_path, "B0043", 1, ground_truth=row)
    written(tmp_path, "B0044", 1, ground_truth=row)
    written(tmp_path, "B0050", 1, ground_truth=row, ground_truth_other=row)
    scans, dirt = read_all(tmp_path)
    assert boxes_of(scans["B0046/B0046_0001"]) == [("razor_blade", (1, 3, 1, 1)), ("shuriken", (5, 7, 1, 1))]
    assert scans["B0046/B0046_0001"].examined_for == ("razor_blade", "shuriken")
    assert scans["B0043/B0043_0001"].examined_for == ("handgun",)
    assert scans["B0044/B0044_0001"].examined_for == ("B0044",)
    assert scans["B0050/B0050_0001"].examined_for == ("other", "shuriken")
    assert dirt.counts == {"text files without lines of numbers: not read": 2}


def test_points_are_labels_without_a_place(tmp_path):
    written(tmp_path, "B0046", 1, shuriken="1 5 6", gun="1 7 8", razor_blade="1 1 2 3 4\n1 1 2")
    scans, dirt = read_all(tmp_path)
    assert scans["B0046/B0046_0001"].unlocated == ("gun", "shuriken")
    assert boxes_of(scans["B0046/B0046_0001"]) == [("razor_blade", (1, 3, 1, 1))]
    assert dirt.counts == {"objects given as a point: kept as a label that is in the scan, not located": 3}


def test_a_box_at_an_angle_keeps_its_corners(tmp_path):
    written(tmp_path, "B0001", 1, ground_truth="1 10 20 15 5 1 11 16 6")
    scans, dirt = read_all(tmp_path)
    outline = (10.0, 1.0, 20.0, 11.0, 15.0, 16.0, 5.0, 6.0)
    assert scans["B0001/B0001_0001"].views[0].objects == (SourceObject("B0001", (5, 1, 15, 15), (outline,)),)
    assert dirt.counts == {}


def test_every_dirt_is_counted_and_treated(tmp_path):
    rows = [
        "1 10 20 30 40",
        "1 20 10 30 40",
        "1 5 6",
        "2 5 6",
        "1 2 3 4",
        "1.5 1 2 3 4",
        "0 1 2 3 4",
        "-1 1 2 3 4",
        "1 NaN 2 3 4",
        "1 inf 2 3 4",
        "1 1e99 2 3 4",
        "one 1 2 3 4",
        "1 2 3 4 5 6 7 8",
        "99 1 2 3 4",
        "99 1 2 3 5",
        "",
        "1 -7 3 2 2",
    ]
    written(tmp_path, "B0009", 2, ground_truth="\n".join(rows))
    (tmp_path / "B0009" / "other.png").write_bytes(b"")
    written(tmp_path, "B0010", 1)
    written(tmp_path, "B0011", 1, ground_truth="1 2 3 4 5\n" + "7" * 70_000)
    written(tmp_path, "C0001", 1, ground_truth="1 2 3 4 5")
    scans, dirt = read_all(tmp_path)
    assert boxes_of(scans["B0009/B0009_0001"]) == [("handgun", (10, 30, 10, 10)), ("handgun", (-7, 2, 10, 0))]
    assert scans["B0009/B0009_0001"].unlocated == ()
    assert scans["B0009/B0009_0002"].unlocated == ("handgun",)
    unknown = ["B0009/other", "B0010/B0010_0001", "B0011/B0011_0001"]
    assert [name for name, scan in scans.items() if not scan.views[0].is_annotated] == unknown
    assert all(scans[name].examined_for == () and scans[name].group == name.split("/")[0] for name in unknown)
    assert dirt.counts == {
        "boxes with inverted corners: set right": 1,
        "objects given twice, with the same label and box: kept once": 1,
        "objects given as a point: kept as a label that is in the scan, not located": 2,
        "lines that are not the number of an image and 2, 4 or 8 coordinates: left out": 9,
        "images that are named but not in the folder: left out": 2,
        "images without an annotation file: kept as not annotated": 3,
        "annotation files that can not be read: their images kept as not annotated": 1,
        "series that are not of baggage: left out": 1,
    }


def test_a_series_that_is_a_link_out_of_the_folder_is_left_out(tmp_path):
    written(tmp_path / "outside", "B0002", 1, ground_truth="1 1 2 3 4")
    source = written(tmp_path / "source", "B0001", 1, ground_truth="1 1 2 3 4")
    (source / "B0002").symlink_to(tmp_path / "outside/B0002")
    scans, dirt = read_all(source)
    assert list(scans) == ["B0001/B0001_0001"]
    assert dirt.examples["names that lead out of the folder: left out"] == ["B0002", "B0002"]


def test_a_pipe_is_neither_opened_nor_a_picture(tmp_path):
    written(tmp_path, "B0001", 1)
    for name in ("ground_truth.txt", "B0001_0002.png"):
        os.mkfifo(tmp_path / "B0001" / name)
    scans, dirt = read_all(tmp_path)
    assert list(scans) == ["B0001/B0001_0001"]
    assert dirt.counts["pipes, sockets and devices: left out"] == 4


def test_a_folder_that_is_no_such_set_is_refused(tmp_path):
    written(tmp_path, "C0001", 1)
    with pytest.raises(PoolError, match="B0001_0001"):
        read_all(tmp_path)


@given(
    center=st.tuples(st.integers(100, 900), st.integers(100, 900)),
    sides=st.tuples(st.integers(2, 80), st.integers(2, 80)),
    degrees=st.integers(0, 359),
)
def test_bounds_of_a_box_at_an_angle(tmp_path_factory, center, sides, degrees):
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    corners = [(u * sides[0] / 2, v * sides[1] / 2) for u, v in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    turned = [(center[0] + x * cosine - y * sine, center[1] + x * sine + y * cosine) for x, y in corners]
    row = " ".join(repr(value) for value in (1, *(x for x, _ in turned), *(y for _, y in turned)))
    scans, _ = read_all(written(tmp_path_factory.mktemp("gdxray"), "B0001", 1, ground_truth=row))
    (found,) = scans["B0001/B0001_0001"].views[0].objects
    width = abs(sides[0] * cosine) + abs(sides[1] * sine)
    height = abs(sides[0] * sine) + abs(sides[1] * cosine)
    assert found.bbox == pytest.approx((center[0] - width / 2, center[1] - height / 2, width, height))
