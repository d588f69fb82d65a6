"""YOLO layout: shares of a side become pixels of the very file, subsets by folder and by list, every kind of dirt."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import Dirt, yolo
from datasets.layouts.yolo_lines import objects_of
from datasets.pool import PoolError

NAMES = "names: [Gun, Knife, None]\n"


def picture(height=48, width=64):
    return cv2.imencode(".png", np.zeros((height, width), np.uint8))[1].tobytes()


def test_a_clean_folder_is_read_without_dirt(lay, gather, boxes):
    table = {
        "data.yaml": "path: ../bags\ntrain: images/train\nval: [images/val]\ntest:\nnames: {0: Gun, 1: Knife}\n",
        "images/train/1.png": picture(),
        "images/train/2.png": picture(),
        "images/val/1.png": picture(100, 200),
        "images/more/3.png": b"",
        "labels/train/1.txt": "0 0.5 0.5 0.25 0.5\n1 0.1 0.2 0.9 0.2 0.9 0.7\n\n",
        "labels/val/1.txt": "1.0 0.5 0.5 1 1\n",
        "labels/classes.txt": "Gun\nKnife\n",
    }
    scans, dirt = gather(yolo.read, root := lay(table))
    assert dirt == {}
    assert {name: (scan.subset, boxes(scan)) for name, scan in scans.items()} == {
        "more/3": ("", []),
        "train/1": ("train", [("Gun", (24, 12, 16, 24)), ("Knife", pytest.approx((6.4, 9.6, 51.2, 24)))]),
        "train/2": ("train", []),
        "val/1": ("val", [("Knife", (0, 0, 200, 100))]),
    }
    assert scans["train/1"].views[0].objects[1].segmentation == (pytest.approx((6.4, 9.6, 57.6, 9.6, 57.6, 33.6)),)
    assert all(scan.views[0].is_annotated and scan.views[0].stated_hw is None for scan in scans.values())
    assert scans["val/1"].views[0].files == (root / "images" / "val" / "1.png",)


def test_every_dirt_is_counted_and_treated(lay, gather, boxes):
    lines = [
        "0 0.5 0.5 0.25 0.5",
        "0 0.5 0.5 0.25 0.5",
        "0 0.5 0.5 -0.25 0.5",
        "0 nan 0.5 0.25 0.5",
        "Gun 0.5 0.5 0.25 0.5",
        "0 0.5 0.5 0.25",
        "0 0.5 0.5 0.25 0.5 0.9",
        "0 0.1 0.1 0.2 0.2 0.3 0.3 0.4",
        "7 0.5 0.5 0.25 0.5",
        "0.5 0.5 0.5 0.25 0.5",
        "-1 0.5 0.5 0.25 0.5",
        "2 0.5 0.5 0.25 0.5",
        "1 1.5 0.5 0.25 0.5",
    ]
    table = {
        "data.yaml": NAMES + "train: images\nval: images\ntest: gone\n",
        "images/1.png": picture(),
        "images/1.jpg": picture(),
        "images/2.png": b"not a picture",
        "images/3.png": picture(),
        "beside/4.png": picture(),
        "labels/2.txt": lines[0],
        "labels/3.txt": "\n".join(lines),
        "labels/9.txt": lines[0],
        "labels/1.txt": "x" * 100_000,
    }
    scans, dirt = gather(yolo.read, lay(table))
    assert [name for name, scan in scans.items() if not scan.views[0].is_annotated] == ["beside/4", "1", "2"]
    assert all((scan.examined_for == ()) == (not scan.views[0].is_annotated) for scan in scans.values())
    assert boxes(scans["3"]) == [("Gun", (24, 12, 16, 24)), ("Knife", (88, 12, 16, 24))]
    assert {scan.subset for scan in scans.values()} == {""}
    assert dirt == {
        "objects given twice, with the same label and box: kept once": 2,
        "boxes with inverted corners: set right": 1,
        "objects whose coordinates are not numbers: left out": 2,
        "lines that are not a class and four numbers, or three corners and more: left out": 3,
        "objects of classes without a name: left out": 3,
        'objects without a label, or labelled "None": left out': 1,
        "annotation files that can not be read: their images kept as not annotated": 1,
        "annotation files without an image: left out": 1,
        "images without an annotation file: kept as not annotated": 1,
        "images whose name differs from another's only in its suffix: left out": 1,
        "images that several subsets list: kept, their subset left open": 3,
        "folders or lists of images that data.yaml names but that are not here: passed over": 1,
    }


def test_subsets_by_folder_of_either_order_and_by_list(lay, gather):
    table = {
        "data.yaml": NAMES + "train: ../train/images\nval: /home/someone/bags/lists/val.txt\n",
        "train/images/1.png": b"",
        "train/labels/1.txt": "",
        "other/images/1.png": b"",
        "other/labels/1.txt": "",
        "lists/val.txt": "./other/images/1.png\n/home/someone/bags/other/images/2.png\n../../secret.png\n",
        "../secret.png": b"",
    }
    scans, dirt = gather(yolo.read, lay(table))
    assert {name: scan.subset for name, scan in scans.items()} == {"other/images/1": "val", "train/images/1": "train"}
    assert all(scan.views[0].is_annotated for scan in scans.values())  # no picture is opened for an empty file
    assert dirt == {"images that are named but not in the folder: left out": 2}


def test_classes_may_stand_in_a_list_of_names(lay, gather, boxes):
    table = {"classes.txt": "Gun\nlong knife\n", "1.png": picture(), "1.txt": "1 0.5 0.5 1 1\n", "2.png": b""}
    scans, dirt = gather(yolo.read, lay(table))
    assert boxes(scans["1"]) == [("long knife", (0, 0, 64, 48))]
    assert not scans["2"].views[0].is_annotated
    assert dirt == {"images without an annotation file: kept as not annotated": 1}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "names: 5",
        "names: [",
        "a: &a [x]\nb: *a\nnames: [y]",
        "!!python/object/apply:os.system [ls]",
        "[" * 50_000,
        "\x00",
    ],
)
def test_what_names_no_classes_is_refused(lay, gather, text):
    with pytest.raises(PoolError, match="the yolo layout names its classes"):
        gather(yolo.read, lay({"data.yaml": text, "images/1.png": b""}))


@pytest.mark.parametrize("place", ["x" * 5000, "\x00", "/", "..", "../..", "[1]", "a\\b"])
def test_places_that_can_not_be_are_passed_over(lay, gather, place):
    scans, dirt = gather(yolo.read, lay({"data.yaml": f"{NAMES}train: {place!r}\n", "images/1.png": b""}))
    assert list(scans) == ["1"]
    assert sum(dirt.values()) == 2


@given(
    size=st.tuples(st.integers(1, 4000), st.integers(1, 4000)),
    shares=st.lists(st.tuples(st.integers(0, 1), *[st.floats(0, 1, width=32)] * 4), max_size=5, unique=True),
)
def test_what_was_written_is_what_is_read(tmp_path_factory, size, shares):
    height, width = size
    path = tmp_path_factory.mktemp("yolo") / "1.txt"
    path.write_text("".join(" ".join(map(repr, one)) + "\n" for one in shares))
    dirt = Dirt()
    found = [
        ((left + right_less_left / 2) / width, (top + tall / 2) / height, right_less_left / width, tall / height)
        for left, top, right_less_left, tall in (one.bbox for one in objects_of(path, size, {0: "a", 1: "b"}, "", dirt))
    ]
    np.testing.assert_allclose(np.reshape(found, (-1, 4)), np.reshape([one[1:] for one in shares], (-1, 4)), atol=1e-12)
    assert dirt.counts == {}
