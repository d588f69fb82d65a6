"""STCray layout: folders of kinds, rectangles in any order of corners, bags without a threat, missing files."""

import json

import pytest

from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.stcray import read
from datasets.pool import PoolError


def written(root, folder, name, shapes=None, subset="TrainSet", **more):
    """An image, and its file of boxes: None for none, text as it is, else shapes."""
    images, boxes = (root / f"STCray_{subset}" / kind / folder for kind in ("Images", "Json_BB"))
    images.mkdir(parents=True, exist_ok=True)
    (images / f"{name}.jpg").write_bytes(b"")
    if shapes is not None:
        boxes.mkdir(parents=True, exist_ok=True)
        document = {"imagePath": f"..\\..\\{name}.jpg", "imageHeight": 300, "imageWidth": 400, "shapes": shapes, **more}
        (boxes / f"{name}.json").write_text(shapes if isinstance(shapes, str) else json.dumps(document))
    return root


def rectangle(label, *points):
    return {"label": label, "shape_type": "rectangle", "points": list(points)}


def read_all(root):
    dirt = Dirt()
    return {scan.name: scan for scan in read(root, dirt)}, dirt


def test_a_clean_set_is_read_in_full(tmp_path):
    written(tmp_path, "Class 2_Gun", "gun1", [rectangle("Gun", [10.5, 60], [30, 20])])
    written(tmp_path, "Class 22_Non Threat", "bag1", subset="TestSet")
    (tmp_path / "STCray_TestSet/Captions").mkdir()
    (tmp_path / "STCray_TestSet/Captions/Class 22.xlsx").write_bytes(b"")
    scans, dirt = read_all(tmp_path)
    assert dirt.counts == {}
    gun = SourceObject("Gun", (10.5, 20, 19.5, 40))
    path = tmp_path / "STCray_TrainSet/Images/Class 2_Gun/gun1.jpg"
    name, clean = "STCray_TrainSet/Images/Class 2_Gun/gun1", "STCray_TestSet/Images/Class 22_Non Threat/bag1"
    assert scans[name] == SourceScan(name, (SourceView("view0", (path,), (300, 400), (gun,)),), name, subset="train")
    empty = SourceView("view0", (tmp_path / f"{clean}.jpg",))
    assert scans[clean] == SourceScan(clean, (empty,), clean, subset="test")


def test_an_image_without_boxes_has_the_kind_of_its_folder(tmp_path):
    written(tmp_path, "Class 10_Battery", "1")
    written(tmp_path, "Class 21_Multilabel Threat", "2")
    written(tmp_path, "Unsorted", "3")
    written(tmp_path, ".", "Class 2_Gun")
    scans, dirt = read_all(tmp_path)
    found = [(scan.unlocated, scan.examined_for, scan.views[0].is_annotated) for scan in scans.values()]
    assert sorted(found, reverse=True) == [
        (("Battery",), ("Battery",), False),
        ((), (), False),
        ((), (), False),
        ((), (), False),
    ]
    assert dirt.counts == {
        "images without a file of boxes in a folder of one kind: kept, the kind as present but not located": 1,
        "images without a file of boxes in a folder of several kinds: kept as not annotated": 3,
    }


def test_every_dirt_is_counted_and_treated(tmp_path):
    corners = ([1, 2], [5, 9])
    shapes = [
        rectangle("Knife", *corners),
        rectangle("Knife", *reversed(corners)),
        rectangle("none", *corners),
        rectangle("Knife", [1, 2]),
        rectangle("Knife", [1, 2], ["a", 4]),
        rectangle("Knife", [1, 2], None),
        rectangle("Knife", [1, 2, 3], [4]),
        {"label": "Knife", "shape_type": "line", "points": [[1, 1], [2, 2]]},
        "Knife",
        rectangle("Blade", [-4, 2], [9000, 2]),
    ]
    written(tmp_path, "Class 4_Knife", "1", shapes, imagePath="7.jpg", imageHeight=0)
    written(tmp_path, "Class 4_Knife", "2", '{"shapes": 7}')
    written(tmp_path, "Class 22_Non Threat", "3", [rectangle("Knife", *corners)])
    written(tmp_path, "Class 22_Non Threat", "4", "[[")
    orphan = tmp_path / "STCray_TrainSet/Json_BB/Class 4_Knife/5.json"
    orphan.write_text("{}")
    scans, dirt = read_all(tmp_path)
    views = {name.rpartition("/")[2]: scan.views[0] for name, scan in scans.items()}
    assert {name: view.is_annotated for name, view in views.items()} == {"1": True, "2": False, "3": True, "4": False}
    assert [(one.label, one.bbox) for one in views["1"].objects] == [
        ("Knife", (1, 2, 4, 7)),
        ("Blade", (-4, 2, 9004, 0)),
    ]
    assert views["1"].stated_hw is None
    assert dirt.counts == {
        "objects given twice, with the same label and box: kept once": 1,
        'objects without a label, or labelled "None": left out': 2,
        "objects whose coordinates are not numbers: left out": 3,
        "points, lines and other shapes without an area: left out": 2,
        "annotations that name another image than their file does: kept for the image of the file": 1,
        "annotation files that can not be read: their images kept as not annotated": 2,
        "images in the folder of bags without a threat that have boxes: kept with them": 1,
        "annotation files without an image: left out": 1,
    }


def test_links_that_lead_out_are_left_out(tmp_path):
    written(tmp_path / "outside", "Class 2_Gun", "1", [rectangle("Gun", [1, 1], [2, 2])])
    source = written(tmp_path / "source", "Class 2_Gun", "1")
    outside = tmp_path / "outside/STCray_TrainSet"
    (source / "STCray_TrainSet/Json_BB").symlink_to(outside / "Json_BB")
    (source / "STCray_TestSet").symlink_to(outside)
    scans, dirt = read_all(source)
    assert {name: scan.views[0].objects for name, scan in scans.items()} == {"STCray_TrainSet/Images/Class 2_Gun/1": ()}
    assert dirt.counts["names that lead out of the folder: left out"] == 3


def test_a_folder_that_is_no_such_set_is_refused(tmp_path):
    with pytest.raises(PoolError, match="STCray_TrainSet/Images"):
        read_all(tmp_path)
