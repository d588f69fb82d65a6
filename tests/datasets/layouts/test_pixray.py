"""PIXray layout: outlines beside images, crops that are no scans, and the COCO files of others."""

import json

import pytest

from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.pixray import read
from datasets.pool import PoolError

SQUARE = [[1, 2], [5, 2], [5, 9], [1, 9]]


def written(root, documents, folder="train_set"):
    """An image for each name, and its JSON file: text as it is, None for none, anything else as JSON."""
    (root / folder).mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        (root / folder / f"{name}.png").write_bytes(b"")
        if document is not None:
            text = document if isinstance(document, str) else json.dumps(document)
            (root / folder / f"{name}.json").write_text(text)
    return root


def read_all(root):
    dirt = Dirt()
    return {scan.name: scan for scan in read(root, dirt)}, dirt


def test_a_clean_set_is_read_in_full(tmp_path):
    gun = {"label": "Gun", "polygon": SQUARE, "id": 3}
    written(tmp_path, {"12": {"imgHeight": 40, "imgWidth": 30, "objects": [gun]}})
    written(tmp_path, {"13": {"objects": []}}, "test_set")
    scans, dirt = read_all(tmp_path)
    assert dirt.counts == {}
    outline = (1.0, 2.0, 5.0, 2.0, 5.0, 9.0, 1.0, 9.0)
    view = SourceView(
        "view0", (tmp_path / "train_set/12.png",), (40, 30), (SourceObject("Gun", (1, 2, 4, 7), (outline,)),)
    )
    assert scans["train_set/12"] == SourceScan("train_set/12", (view,), "train_set/12", subset="train")
    empty = SourceView("view0", (tmp_path / "test_set/13.png",))
    assert scans["test_set/13"] == SourceScan("test_set/13", (empty,), "test_set/13", subset="test")


def test_every_dirt_is_counted_and_treated(tmp_path):
    objects = [
        {"label": "Knife", "polygon": SQUARE},
        {"label": "Knife", "polygon": SQUARE},
        {"label": "None", "polygon": SQUARE},
        {"label": "", "polygon": SQUARE},
        {"label": "Dart", "polygon": SQUARE[:2]},
        {"label": "Dart", "polygon": [[1, 2, 3], [4, 5, 6]]},
        {"label": "Dart", "polygon": "None"},
        {"label": "Dart"},
        {"label": "Dart", "polygon": [[1, 2], ["x", 2], [3, 4]]},
        {"label": "Dart", "polygon": [[1, 2], [float("nan"), 2], [3, 4]]},
        "Dart",
        {"label": "Bat", "polygon": [[-9, -9], [1e6, 0], [0, 1e6]]},
    ]
    documents = {
        "1": {"objects": objects},
        "2": {"objects": "None"},
        "3": None,
        "4": "{",
        "5": "[" * 100_000,
        "6": {"objects": {"label": "Gun"}},
        "7": [],
    }
    written(tmp_path, documents)
    (tmp_path / "train_set" / "8.json").write_text("{}")
    scans, dirt = read_all(tmp_path)
    annotated = {name.removeprefix("train_set/"): scan.views[0].is_annotated for name, scan in scans.items()}
    assert annotated == {"1": True, "2": True, "3": False, "4": False, "5": False, "6": False, "7": False}
    assert [(one.label, one.bbox) for one in scans["train_set/1"].views[0].objects] == [
        ("Knife", (1, 2, 4, 7)),
        ("Bat", (-9, -9, 1_000_009, 1_000_009)),
    ]
    assert scans["train_set/3"].examined_for == ()
    assert dirt.counts == {
        "objects given twice, with the same label and box: kept once": 1,
        'objects without a label, or labelled "None": left out': 3,
        "objects whose outline is no polygon: left out": 4,
        "objects whose coordinates are not numbers: left out": 2,
        'annotations whose objects are the word "None": read as nothing found': 1,
        "images without an annotation file: kept as not annotated": 1,
        "annotation files that can not be read: their images kept as not annotated": 4,
        "images that are named but not in the folder: left out": 1,
    }


def test_crops_of_single_objects_are_no_scans(tmp_path):
    written(tmp_path, {"0": {"label": "Gun", "polygon": SQUARE}, "0b": None}, "trainset")
    written(tmp_path, {"0": {"objects": []}, "web": None})
    (tmp_path / "1.PNG").write_bytes(b"")
    (tmp_path / "1.json").write_text('{"objects": []}')
    scans, dirt = read_all(tmp_path)
    assert {name: scan.subset for name, scan in scans.items()} == {
        "1": "",
        "train_set/0": "train",
        "train_set/web": "train",
    }
    assert dirt.counts == {
        "crops of single objects, made for training: left out": 2,
        "images without an annotation file: kept as not annotated": 1,
    }


def test_links_that_lead_out_are_left_out(tmp_path):
    written(tmp_path / "outside", {"1": {"objects": []}})
    source = written(tmp_path / "source", {"2": None})
    (source / "train_set/1.png").symlink_to(tmp_path / "outside/train_set/1.png")
    (source / "train_set/2.json").symlink_to(tmp_path / "outside/train_set/1.json")
    scans, dirt = read_all(source)
    assert {name: scan.views[0].is_annotated for name, scan in scans.items()} == {"train_set/2": False}
    assert dirt.counts["images without an annotation file: kept as not annotated"] == 1
    assert set(dirt.examples["names that lead out of the folder: left out"]) == {"train_set/1.png", "train_set/2.json"}


@pytest.mark.parametrize("subset", ["train", "test"])
def test_the_files_in_coco_format_are_read_instead(tmp_path, subset):
    written(tmp_path, {"1": None}, subset)
    document = {
        "images": [{"id": 1, "file_name": "1.png", "height": 9, "width": 9}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 2, "bbox": [1, 1, 2, 3]}],
        "categories": [{"id": 2, "name": "Fireworks"}],
    }
    (tmp_path / "annotations").mkdir()
    (tmp_path / "annotations" / f"pixray_{subset}.json").write_text(json.dumps(document))
    scans, dirt = read_all(tmp_path)
    view = SourceView("view0", (tmp_path / subset / "1.png",), (9, 9), (SourceObject("Fireworks", (1, 1, 2, 3)),))
    assert scans == {f"{subset}/1": SourceScan(f"{subset}/1", (view,), f"{subset}/1", subset=subset)}
    assert dirt.counts == {}


def test_a_folder_that_is_no_such_set_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(PoolError, match="pixray_train"):
        read_all(tmp_path)
