"""X-ray FSOD layout: lines of text, lists of names, and the rate that nobody explains."""

import pytest

from datasets.layouts import fsod
from datasets.pool import PoolError


def test_lines_lists_and_every_dirt(lay, gather, boxes):
    table = {
        "train/images/1.jpg": b"",
        "train/images/2.jpg": b"",
        "train/images/3.jpg": b"",
        "train/annotations/1.txt": "1.jpg metal_can 10 20 40 60 0.5\n1.jpg battery 1 2 3 4\n1.jpg battery 1 2 3 4 0\n",
        "train/annotations/2.txt": "2.jpg battery 9 9 1 1 0\nbattery 1 2 3 4\n2 battery x 2 3 4 0\n2 None 1 2 3 4 0",
        "train/annotations/9.txt": "",
        "train/trainval.txt": "1\n2\n",
        "train/split/seed1/box_1shot_battery_train.txt": "1\n",
        "test/images/1.jpg": b"",
        "test/annotations/1.txt": "",
        "test/test.txt": "1\n",
    }
    scans, dirt = gather(fsod.read, lay(table))
    assert {name: (scan.subset, boxes(scan)) for name, scan in scans.items()} == {
        "train/1": ("trainval", [("metal_can", (10, 20, 30, 40)), ("battery", (1, 2, 2, 2))]),
        "train/2": ("trainval", [("battery", (1, 1, 8, 8))]),
        "train/3": ("", []),
        "test/1": ("test", []),
    }
    assert [one.attributes for one in scans["train/1"].views[0].objects] == [{"rate": 0.5}, {}]
    assert [scan.views[0].is_annotated for scan in scans.values()] == [True, True, False, True]
    assert dirt == {
        "objects given twice, with the same label and box: kept once": 1,
        "boxes with inverted corners: set right": 1,
        "lines that are not an image, a label and four numbers: left out": 1,
        "objects whose coordinates are not numbers: left out": 1,
        'objects without a label, or labelled "None": left out': 1,
        "images without an annotation file: kept as not annotated": 1,
        "annotation files without an image: left out": 1,
    }


def test_a_folder_without_parts_is_refused(lay, gather):
    with pytest.raises(PoolError, match="the fsod layout"):
        gather(fsod.read, lay({"images/1.jpg": b""}))
