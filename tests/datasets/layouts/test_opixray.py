"""OPIXray layout: lists with levels of occlusion, lines of text, and every kind of dirt that they can hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import Dirt, coco
from datasets.layouts.opixray import read
from datasets.pool import PoolError


def written(root, part, lines_of, lists=None, suffix=".jpg"):
    """`<part>_image`, `<part>_annotation` with the lines of each image (None: no file), and lists beside them."""
    images, annotations = root / part / f"{part}_image", root / part / f"{part}_annotation"
    images.mkdir(parents=True)
    annotations.mkdir()
    for name, lines in lines_of.items():
        (images / f"{name}{suffix}").write_bytes(b"")
        if lines is not None:
            (annotations / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))
    for name, names in (lists or {}).items():
        (root / part / name).write_text("".join(f"{one}\n" for one in names))
    return root


def read_all(root):
    dirt = Dirt()
    return {scan.name: scan for scan in read(root, dirt)}, dirt


def objects_of(scan):
    return [(one.label, one.bbox) for view in scan.views for one in view.objects]


def test_a_clean_folder_is_read_without_dirt(tmp_path):
    written(tmp_path, "train", {"1": ["1.jpg Scissor 10 20 30 60"], "2": []}, {"train_knife.txt": ["1", "2"]})
    written(tmp_path, "test", {"3": ["3.jpg Folding_Knife 0 0 5 5", "3.jpg Multi-tool_Knife 1 2 4 8"]})
    scans, dirt = read_all(tmp_path)
    assert dirt.counts == {}
    assert list(scans) == ["test/test_image/3", "train/train_image/1", "train/train_image/2"]
    assert {scan.subset for scan in scans.values()} == {"train", "test"}
    assert objects_of(scans["train/train_image/1"]) == [("Scissor", (10, 20, 20, 40))]
    assert objects_of(scans["train/train_image/2"]) == []
    assert scans["train/train_image/2"].views[0].is_annotated
    assert scans["train/train_image/2"].examined_for is None
    assert objects_of(scans["test/test_image/3"]) == [
        ("Folding_Knife", (0, 0, 5, 5)),
        ("Multi-tool_Knife", (1, 2, 3, 6)),
    ]
    assert scans["train/train_image/1"].views[0].files == (tmp_path / "train/train_image/1.jpg",)
    assert scans["train/train_image/1"].group == "train/train_image/1"


def test_levels_of_occlusion_are_subsets(tmp_path):
    lists = {"test_knife.txt": "1234", "test_knife-1.txt": "1", "test_knife-2.txt": "2", "test_knife-3.txt": "23"}
    written(tmp_path, "test", {name: [] for name in "1234"}, lists)
    scans, dirt = read_all(tmp_path)
    assert [scan.subset for scan in scans.values()] == ["test-1", "", "test-3", "test"]
    assert dirt.counts == {"images that several subsets list: kept, their subset left open": 1}


def test_every_dirt_of_lines_is_counted_and_treated(tmp_path):
    lines = [
        "1.jpg Scissor 10 20 30 60",
        "1.jpg Scissor 10 20 30 60",
        "1.jpg Scissor 30 60 12 20",
        "1.jpg Scissor nan 1 2 3",
        "1.jpg Scissor 1 two 2 3",
        "1.jpg Scissor 1e300 1 2 3",
        "1.jpg None 1 1 2 2",
        "1.jpg Scissor 1 2 3",
        "1.jpg Folding Knife 1 1 2 2",
        "9.jpg Scissor 5 5 9 9",
        "1.jpg Scissor -5 900 -1 9000",
        "1.jpg Scissor 7 7 7 7",
    ]
    written(tmp_path, "train", {"1": lines})
    scans, dirt = read_all(tmp_path)
    assert objects_of(scans["train/train_image/1"]) == [
        ("Scissor", (10, 20, 20, 40)),
        ("Scissor", (12, 20, 18, 40)),
        ("Scissor", (5, 5, 4, 4)),
        ("Scissor", (-5, 900, 4, 8100)),
        ("Scissor", (7, 7, 0, 0)),
    ]
    assert dirt.counts == {
        "objects given twice, with the same label and box: kept once": 1,
        "boxes with inverted corners: set right": 1,
        "objects whose coordinates are not numbers: left out": 3,
        'objects without a label, or labelled "None": left out': 1,
        "lines that are not an image, a label and four numbers: left out": 2,
        "lines that name another image than their file does: kept for the image of the file": 1,
    }
    assert dirt.examples["boxes with inverted corners: set right"] == ["train/train_annotation/1, line 3"]


def test_every_dirt_of_files_is_counted_and_treated(tmp_path):
    lists = {"train_knife.txt": ["1", "1", "1.jpg", "gone", "../../etc/passwd", "\x00", "x" * 5000, "", "2"]}
    written(tmp_path, "train", {"1": [], "2": None, "3": [], "4": []}, lists)
    annotations = tmp_path / "train" / "train_annotation"
    (annotations / "gone.txt").write_text("gone.jpg Scissor 1 1 2 2")
    (annotations / "4.txt").write_text("4.jpg " + "x" * 70_000)
    (tmp_path / "train/train_image/1.png").write_bytes(b"")
    scans, dirt = read_all(tmp_path)
    assert list(scans) == [f"train/train_image/{number}" for number in "1234"]
    assert [scan.views[0].is_annotated for scan in scans.values()] == [True, False, True, False]
    assert [scan.examined_for for scan in scans.values()] == [None, (), None, ()]
    assert dirt.counts == {
        "names that a list has more than once: taken once": 2,
        "images that are named but not in the folder: left out": 2,
        "names that lead out of the folder: left out": 2,
        "images that no list of their part names: kept": 2,
        "images without an annotation file: kept as not annotated": 1,
        "annotation files that can not be read: their images kept as not annotated": 1,
        "annotation files without an image: left out": 1,
        "images whose name differs from another's only in its suffix: left out": 1,
    }


def test_links_that_lead_out_are_left_out(tmp_path):
    outside = tmp_path / "outside"
    written(outside, "train", {"secret": ["secret.jpg Scissor 1 1 2 2"]})
    source = written(tmp_path / "source", "test", {"1": ["1.jpg Scissor 1 1 2 2"]})
    (source / "test/test_image/2.jpg").symlink_to(outside / "train/train_image/secret.jpg")
    (source / "test/test_annotation/1.txt").unlink()
    (source / "test/test_annotation/1.txt").symlink_to(outside / "train/train_annotation/secret.txt")
    (source / "train").symlink_to(outside / "train")
    scans, dirt = read_all(source)
    assert list(scans) == ["test/test_image/1"]
    assert not scans["test/test_image/1"].views[0].is_annotated
    assert dirt.counts["names that lead out of the folder: left out"] == 4


def test_both_folders_may_lie_in_the_source_itself(tmp_path):
    for part in ("train", "test"):
        written(tmp_path / "deep", part, {"1": [f"1.jpg {part} 1 1 2 2"]})
        for kind in ("image", "annotation"):
            (tmp_path / "deep" / part / f"{part}_{kind}").rename(tmp_path / f"{part}_{kind}")
        (tmp_path / f"{part}_knife.txt").write_text("1 of them\n")
    scans, dirt = read_all(tmp_path)
    assert {name: (scan.subset, objects_of(scan)[0][0]) for name, scan in scans.items()} == {
        "test_image/1": ("test", "test"),
        "train_image/1": ("train", "train"),
    }
    assert dirt.counts == {}


def test_in_the_source_itself_other_folders_are_not_of_images(tmp_path):
    written(tmp_path / "train_set", "train", {"1": []})
    (tmp_path / "train_set/train/train_image").rename(tmp_path / "train_image")
    (tmp_path / "train_set/train/train_annotation").rename(tmp_path / "train_annotation")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/cover.png").write_bytes(b"")
    scans, _ = read_all(tmp_path)
    assert list(scans) == ["train_image/1"]


def test_a_folder_that_is_no_such_set_is_refused(tmp_path):
    (tmp_path / "train" / "train_image").mkdir(parents=True)
    with pytest.raises(PoolError, match="train_annotation beside it"):
        read_all(tmp_path)


@pytest.mark.real
def test_real_boxes_are_the_same_in_this_layout_as_in_coco(real_data, tmp_path):
    expected = list(coco.read(real_data / "airport_blades", Dirt()))
    lines = {}
    for scan in expected:
        boxes = [(one.label, one.bbox) for one in scan.views[0].objects]
        lines[scan.name] = [f"{scan.name}.jpg {label} {x} {y} {x + w} {y + h}" for label, (x, y, w, h) in boxes]
    scans, dirt = read_all(written(tmp_path, "test", lines, {"test_knife.txt": sorted(lines)}))
    assert (len(scans), sum(len(objects_of(scan)) for scan in scans.values()), dict(dirt.counts)) == (400, 400, {})
    for scan in expected:
        ((label, bbox),) = objects_of(scans[f"test/test_image/{scan.name}"])
        assert (label, pytest.approx(bbox)) == (scan.views[0].objects[0].label, scan.views[0].objects[0].bbox)


NUMBERS = st.integers(-3000, 3000)


@given(boxes=st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=6, unique=True))
def test_every_line_is_an_object_or_counted(tmp_path_factory, boxes):
    lines = [f"1.jpg Scissor {' '.join(map(str, box))}" for box in boxes]
    scans, dirt = read_all(written(tmp_path_factory.mktemp("opixray"), "train", {"1": lines}))
    found = objects_of(scans["train/train_image/1"])
    expected = {(min(a, c), min(b, d), abs(c - a), abs(d - b)) for a, b, c, d in boxes}
    assert {box for _, box in found} == expected
    assert dirt.counts["boxes with inverted corners: set right"] == sum(c < a or d < b for a, b, c, d in boxes)
    twice = dirt.counts["objects given twice, with the same label and box: kept once"]
    assert len(found) + twice == len(boxes)
