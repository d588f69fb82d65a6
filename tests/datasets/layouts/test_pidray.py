"""PIDray layout: COCO files of four subsets; both releases."""

import json

import pytest

from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.pidray import read
from datasets.pool import PoolError

CATEGORIES = [{"id": 1, "name": "Baton"}, {"id": 7, "name": "Gun"}]


def written(root, name, folder, files, annotations=(), listed=None):
    """A COCO file of images that are numbered as they come, 1 to n; `listed`: names in the file, where they differ."""
    (root / "annotations").mkdir(exist_ok=True, parents=True)
    (root / folder).mkdir(exist_ok=True)
    for file in files:
        (root / folder / file).write_bytes(b"")
    images = [
        {"id": number, "file_name": file, "height": 448, "width": 600}
        for number, file in enumerate(listed or files, start=1)
    ]
    document = {"images": images, "annotations": list(annotations), "categories": CATEGORIES}
    (root / "annotations" / name).write_text(json.dumps(document))


def annotation(number, image, bbox, category=7, **more):
    return {"id": number, "image_id": image, "category_id": category, "bbox": bbox, "iscrowd": 0, **more}


def read_all(root):
    dirt = Dirt()
    return {scan.name: scan for scan in read(root, dirt)}, dirt


def test_a_clean_set_is_read_in_full(tmp_path):
    outline = [10.0, 10.0, 20.0, 10.0, 20.0, 30.0]
    written(
        tmp_path,
        "xray_train.json",
        "train",
        ["xray_1.png"],
        [annotation(1, 1, [10, 10, 10, 20], segmentation=[outline])],
    )
    for subset in ("easy", "hard", "hidden"):
        written(tmp_path, f"xray_test_{subset}.json", subset, [f"xray_{subset}1.png"])
    scans, dirt = read_all(tmp_path)
    assert dirt.counts == {}
    assert {name: scan.subset for name, scan in scans.items()} == {
        "train/xray_1": "train",
        "easy/xray_easy1": "easy",
        "hard/xray_hard1": "hard",
        "hidden/xray_hidden1": "hidden",
    }
    gun = SourceObject("Gun", (10, 10, 10, 20), (tuple(outline),))
    view = SourceView("view0", (tmp_path / "train/xray_1.png",), (448, 600), (gun,))
    assert scans["train/xray_1"] == SourceScan("train/xray_1", (view,), "train/xray_1", subset="train")


def test_every_dirt_is_counted_and_treated(tmp_path):
    boxes = [
        annotation(1, 1, [10, 10, -5, 5]),
        annotation(2, 1, [5, 10, 5, 5]),
        annotation(3, 1, [1, 2, None, 4]),
        annotation(4, 1, [1, 2, 3, 4], category=99),
        annotation(5, 8, [1, 2, 3, 4]),
        annotation(6, 3, [1, 2, 3, 4]),
        annotation(6, 2, [1, 2, 3, 4], category=1),
        7,
    ]
    listed = ["a.png", "b.png", "gone.png", "../../../etc/passwd"]
    written(tmp_path, "xray_test_hidden.json", "hidden", ["a.png", "b.png", "extra.png"], boxes, listed)
    scans, dirt = read_all(tmp_path)
    found = {name: [(one.label, one.bbox) for one in scan.views[0].objects] for name, scan in scans.items()}
    assert found == {"hidden/a": [("Gun", (5, 10, 5, 5))], "hidden/b": [("Baton", (1, 2, 3, 4))]}
    assert dirt.counts == {
        "boxes with inverted corners: set right": 1,
        "objects given twice, with the same label and box: kept once": 1,
        "objects whose coordinates are not numbers: left out": 1,
        "objects of categories that the source does not list: left out": 1,
        "objects of images that the source does not list: left out": 1,
        "objects of images that are left out: left out with them": 1,
        "objects whose number was given before: kept, numbers are given anew": 1,
        "entries of images or annotations that are not as COCO has them: left out": 1,
        "images that are named but not in the folder: left out": 1,
        "names that lead out of the folder: left out": 1,
        "images in the folder that no annotation names: left out": 1,
    }


def test_the_whole_test_set_of_the_second_release_is_read_where_its_parts_are_not(tmp_path):
    written(tmp_path, "train.json", "train", ["1.png"])
    written(tmp_path, "test.json", "hard", ["2.png"])
    scans, _ = read_all(tmp_path)
    assert {name: scan.subset for name, scan in scans.items()} == {"train/1": "train", "hard/2": "test"}
    written(tmp_path, "test_hard.json", "hard", ["2.png"])
    scans, _ = read_all(tmp_path)
    assert {name: scan.subset for name, scan in scans.items()} == {"train/1": "train", "hard/2": "hard"}


def test_numbers_of_categories_are_those_of_each_file(tmp_path):
    written(tmp_path, "xray_train.json", "train", ["1.png"], [annotation(1, 1, [1, 1, 2, 2])])
    written(tmp_path, "xray_test_easy.json", "easy", ["1.png"], [annotation(1, 1, [1, 1, 2, 2])])
    path = tmp_path / "annotations/xray_test_easy.json"
    path.write_text(path.read_text().replace('"Gun"', '"Lighter"'))
    scans, _ = read_all(tmp_path)
    assert [scan.views[0].objects[0].label for scan in scans.values()] == ["Lighter", "Gun"]


def test_a_folder_that_is_no_such_set_is_refused(tmp_path):
    with pytest.raises(PoolError, match=r"xray_train\.json"):
        read_all(tmp_path)
