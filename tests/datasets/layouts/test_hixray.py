"""HiXray layout: lists named `train_name.txt`, images of other formats, the published labels."""

from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.hixray import read


def test_a_small_set_is_read_in_full(tmp_path):
    for part, suffix, lines in (
        ("train", ".TIFF", "7.TIFF Mobile_Phone 4 5 6 8\r\n\r\n7.TIFF Water 1 1 3 2\r\n"),
        ("test", ".png", "\ufeff8.png Nonmetallic_Lighter 2 2 1 9\n8.png Drone 1 2 3\n"),
    ):
        name = lines.lstrip("\ufeff")[0]
        (tmp_path / part / f"{part}_image").mkdir(parents=True)
        (tmp_path / part / f"{part}_annotation").mkdir()
        (tmp_path / part / f"{part}_image" / f"{name}{suffix}").write_bytes(b"")
        (tmp_path / part / f"{part}_annotation" / f"{name}.txt").write_text(lines)
        (tmp_path / part / f"{part}_name.txt").write_text(f"{name}\nmissing\n")
    dirt = Dirt()
    phone, water = SourceObject("Mobile_Phone", (4, 5, 2, 3)), SourceObject("Water", (1, 1, 2, 1))
    lighter = SourceObject("Nonmetallic_Lighter", (1, 2, 1, 7))
    train, test = tmp_path / "train/train_image/7.TIFF", tmp_path / "test/test_image/8.png"
    assert list(read(tmp_path, dirt)) == [
        SourceScan(
            "test/test_image/8", (SourceView("view0", (test,), objects=(lighter,)),), "test/test_image/8", subset="test"
        ),
        SourceScan(
            "train/train_image/7",
            (SourceView("view0", (train,), objects=(phone, water)),),
            "train/train_image/7",
            subset="train",
        ),
    ]
    assert dirt.counts == {
        "images that are named but not in the folder: left out": 2,
        "boxes with inverted corners: set right": 1,
        "lines that are not an image, a label and four numbers: left out": 1,
    }
