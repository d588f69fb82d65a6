"""LDXray layout: pairs of which the main view is boxed; views that are missing on either side."""

import json

import pytest

from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.ldxray import read
from datasets.pool import PoolError


def written(root, subset, main, side, annotations=(), folder="dataset"):
    for letter, files in (("A", main), ("B", side)):
        (root / folder / f"{subset}_{letter}").mkdir(parents=True)
        for file in files:
            (root / folder / f"{subset}_{letter}" / file).write_bytes(b"")
    document = {
        "images": [
            {"id": number, "file_name": file, "height": 1040, "width": 440} for number, file in enumerate(main, start=1)
        ],
        "annotations": list(annotations),
        "categories": [{"id": 1, "name": "Mobile_Phone"}, {"id": 4, "name": "Laptop"}],
    }
    (root / f"{subset}.json").write_text(json.dumps(document))


def test_a_pair_is_one_scan_of_which_the_main_view_is_annotated(tmp_path):
    outline = [75, 476, 75, 912, 390, 912, 390, 476]
    box = {
        "id": 1,
        "image_id": 1,
        "category_id": 4,
        "segmentation": [outline],
        "bbox": [75, 476, 315, 436],
        "iscrowd": 0,
    }
    written(tmp_path, "train", ["000000.jpg"], ["000000.jpg"], [box])
    dirt = Dirt()
    laptop = SourceObject("Laptop", (75, 476, 315, 436), (tuple(map(float, outline)),))
    views = (
        SourceView("view0", (tmp_path / "dataset/train_A/000000.jpg",), (1040, 440), (laptop,)),
        SourceView("view1", (tmp_path / "dataset/train_B/000000.jpg",), is_annotated=False),
    )
    assert list(read(tmp_path, dirt)) == [
        SourceScan("dataset/train_A/000000", views, "dataset/train_A/000000", subset="train")
    ]
    assert dirt.counts == {}


def test_pairs_that_lack_a_view_are_counted(tmp_path):
    written(tmp_path, "train", ["1.jpg", "2.jpg"], ["2.jpg", "3.jpg"], folder=".")
    written(tmp_path, "test", ["1.jpg"], [], folder=".")
    (tmp_path / "outside.jpg").write_bytes(b"")
    source = tmp_path / "source"
    source.mkdir()
    for path in [*tmp_path.glob("*_[AB]"), *tmp_path.glob("*.json")]:
        path.rename(source / path.name)
    (source / "test_B" / "1.jpg").symlink_to(tmp_path / "outside.jpg")
    (source / "train_A" / "4.jpg").write_bytes(b"")
    dirt = Dirt()
    scans = {scan.name: scan for scan in read(source, dirt)}
    assert {name: (scan.subset, len(scan.views)) for name, scan in scans.items()} == {
        "test_A/1": ("test", 1),
        "train_A/1": ("train", 1),
        "train_A/2": ("train", 2),
    }
    assert dirt.counts == {
        "pairs of which the side view is missing: kept with the main view": 2,
        "side views without a main view: left out": 1,
        "images in the folder that no annotation names: left out": 1,
        "names that lead out of the folder: left out": 1,
    }


def test_a_folder_that_is_no_such_set_is_refused(tmp_path):
    with pytest.raises(PoolError, match="train_B"):
        list(read(tmp_path, Dirt()))
