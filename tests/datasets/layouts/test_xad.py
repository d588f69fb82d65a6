"""XAD layout: the bags of the test set again with adversarial objects, under the same annotations."""

from datasets.layouts import Dirt
from datasets.layouts.xad import read

FOLDERS = {"train": ("train_image",), "test": ("test_image", "adversarial_1", "adversarial_4")}


def test_adversarial_images_share_annotations_and_groups(tmp_path):
    for part, folders in FOLDERS.items():
        for folder in (f"{part}_annotation", *folders):
            (tmp_path / part / folder).mkdir(parents=True)
        for folder in folders:
            (tmp_path / part / folder / "1.jpg").write_bytes(b"")
        (tmp_path / part / f"{part}_annotation" / "1.txt").write_text(
            "1.jpg scissor 1 1 3 4\n1.jpg tsbingdao 0 0 9 9\n"
        )
        (tmp_path / part / f"{part}_knife.txt").write_text("1\n")
    (tmp_path / "test/adversarial_4/2.jpg").write_bytes(b"")
    (tmp_path / "test/test_annotation/3.txt").write_text("")
    dirt = Dirt()
    scans = {scan.name: scan for scan in read(tmp_path, dirt)}
    assert {name: (scan.subset, scan.group) for name, scan in scans.items()} == {
        "train/train_image/1": ("train", "train/1"),
        "test/test_image/1": ("test", "test/1"),
        "test/adversarial_1/1": ("adversarial_1", "test/1"),
        "test/adversarial_4/1": ("adversarial_4", "test/1"),
        "test/adversarial_4/2": ("adversarial_4", "test/2"),
    }
    boxes = {name: [(one.label, one.bbox) for one in scan.views[0].objects] for name, scan in scans.items()}
    assert boxes.pop("test/adversarial_4/2") == []
    assert all(found == [("scissor", (1, 1, 2, 3)), ("tsbingdao", (0, 0, 9, 9))] for found in boxes.values())
    assert not scans["test/adversarial_4/2"].views[0].is_annotated
    assert dirt.counts == {
        "images without an annotation file: kept as not annotated": 1,
        "images that no list of their part names: kept": 1,
        "annotation files without an image: left out": 1,
    }
