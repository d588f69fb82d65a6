"""CLCXray layout: COCO files of three subsets, with the image that is listed as `.png`."""

import json

import pytest

from datasets.layouts import Dirt
from datasets.layouts.clcxray import read
from datasets.pool import PoolError


def written(root, subset, files, listed, annotations):
    (root / "annotations").mkdir(exist_ok=True)
    (root / f"{subset}2017").mkdir()
    for file in files:
        (root / f"{subset}2017" / file).write_bytes(b"")
    document = {
        "images": [{"id": number, "file_name": name, "height": 600, "width": 800} for number, name in listed.items()],
        "annotations": annotations,
        "categories": [{"id": 4, "name": "SwissArmyKnife"}, {"id": 9, "name": "Tin"}],
    }
    (root / "annotations" / f"instances_{subset}2017.json").write_text(json.dumps(document))


def test_subsets_boxes_and_the_image_without_a_name(tmp_path):
    boxes = [
        {"id": 1, "image_id": 7546, "category_id": 9, "bbox": [1, 2, 3, 4]},
        {"id": 2, "image_id": 7547, "category_id": 4, "bbox": [1, 2, 3, 4]},
        {"id": 3, "image_id": 7546, "category_id": 4, "bbox": ["NaN", 2, 3, 4]},
    ]
    listed = {7546: "20_40_04_139.png", 7547: ".png"}
    written(tmp_path, "train", ["20_40_04_139.png", "20_40_04_140.png"], listed, boxes)
    written(tmp_path, "val", ["1.jpg"], {1: "1.jpg"}, [])
    dirt = Dirt()
    scans = {scan.name: scan for scan in read(tmp_path, dirt)}
    assert {name: scan.subset for name, scan in scans.items()} == {
        "train2017/20_40_04_139": "train",
        "val2017/1": "val",
    }
    view = scans["train2017/20_40_04_139"].views[0]
    assert [(one.label, one.bbox) for one in view.objects] == [("Tin", (1, 2, 3, 4))]
    assert view.stated_hw == (600, 800)
    assert dirt.counts == {
        "images that are named but not in the folder: left out": 1,
        "images in the folder that no annotation names: left out": 1,
        "objects of images that are left out: left out with them": 1,
        "objects whose coordinates are not numbers: left out": 1,
    }


def test_a_folder_that_is_no_such_set_is_refused(tmp_path):
    with pytest.raises(PoolError, match="instances_train2017"):
        list(read(tmp_path, Dirt()))
