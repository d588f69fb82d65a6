"""COCO layout: every kind of dirt counted and treated, names that lead nowhere, and what memory holds."""

import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import coco, json_items
from datasets.pool import PoolError

CATEGORIES = [{"id": 1, "name": "Gun"}, {"id": 2, "name": "Knife"}, {"id": 3, "name": "Pliers"}]
NAN = float("nan")


def document(images, annotations=(), categories=CATEGORIES):
    return {"images": list(images), "annotations": list(annotations), "categories": list(categories)}


def image(number, **more):
    return {"id": number, "file_name": f"{number}.png", "height": 48, "width": 64, **more}


def box(number, of, bbox=(1, 2, 3, 4), category=1, **more):
    return {"id": number, "image_id": of, "category_id": category, "bbox": list(bbox), **more}


def source(lay, doc, pictures):
    return lay({"annotations.json": doc, **{f"images/{number}.png": b"" for number in pictures}})


def test_a_clean_folder_is_read_without_dirt(lay, gather, boxes):
    annotations = [
        box(1, 7, (8.5, 8, 20, 16), category=2, segmentation=[[8.5, 8, 28.5, 8, 28.5, 24]], iscrowd=1),
        box(2, 7, (0, 0, 0, 0), attributes={"occluded": True, "rate": 0.5, "note": None, "list": [1]}),
    ]
    doc = document([image(7, group="bag 7", scene=3), image(5, height=None, group=None, scene=4)], annotations)
    scans, dirt = gather(coco.read, root := source(lay, doc, [5, 7]), scanner_key="scene")
    assert dirt == {}
    assert list(scans) == ["5", "7"]
    assert boxes(scans["5"]) == []
    assert boxes(scans["7"]) == [("Knife", (8.5, 8, 20, 16)), ("Gun", (0, 0, 0, 0))]
    first, second = scans["7"].views[0].objects
    assert first.segmentation == ((8.5, 8, 28.5, 8, 28.5, 24),)
    assert (first.is_crowd, second.is_crowd) == (True, False)
    assert second.attributes == {"note": None, "occluded": True, "rate": 0.5}
    assert scans["7"].views[0].files == (root / "images" / "7.png",)
    assert [(scan.group, scan.scanner, scan.views[0].stated_hw) for scan in scans.values()] == [
        ("5", "4", None),
        ("bag 7", "3", (48, 64)),
    ]
    assert all(scan.views[0].is_annotated and scan.examined_for is None for scan in scans.values())


def test_every_dirt_of_objects_is_counted_and_treated(lay, gather, boxes):
    annotations = [
        box(1, 1, (30, 20, -10, -5)),
        box(2, 1, (NAN, 2, 3, 4)),
        box(3, 1, ("7", "1", "2", "2")),
        box(4, 1, (1, 2, 3)),
        box(5, 1, category=9),
        box(6, 77),
        box(7, 1, (5, 5, 5, 5)),
        box(8, 1, (5, 5, 5, 5)),
        box(8, 1, (5, 5, 5, 5), category=2),
        box(10, 1, category=4),
        box(11, 1, category=5),
        box(12, 1, (60, 40, 20, 20), segmentation=[[1, 2, 3, 4], [1, 1, 9, 1, 9, 9]]),
        box(13, 1, (9, 9, 9, 9), segmentation={"size": [48, 64], "counts": [0, 48 * 64]}),
        {"id": 14, "image_id": 1, "category_id": 2, "segmentation": [[10, 20, 30, 20, 30, 45]]},
        {"id": 15, "image_id": 1, "category_id": 2, "segmentation": {"size": [4, 4], "counts": [5, 2, 9]}},
        {"id": 16, "image_id": 1, "category_id": 2},
        box(17, 1, (1e300, 0, 5, 5)),
        box(18, 1, category=6),
        "not an object",
    ]
    categories = [
        *CATEGORIES,
        {"id": 4, "name": "None"},
        {"id": 5, "name": " "},
        {"id": 6, "name": "a"},
        {"id": 6, "name": "b"},
    ]
    scans, dirt = gather(coco.read, source(lay, document([image(1)], annotations, categories), [1]))
    assert boxes(scans["1"]) == [
        ("Gun", (20, 15, 10, 5)),
        ("Gun", (7, 1, 2, 2)),
        ("Gun", (5, 5, 5, 5)),
        ("Knife", (5, 5, 5, 5)),
        ("Gun", (60, 40, 20, 20)),
        ("Gun", (9, 9, 9, 9)),
        ("Knife", (10, 20, 20, 25)),
        ("Knife", (1, 1, 1, 2)),
    ]
    assert dirt == {
        "boxes with inverted corners: set right": 1,
        "objects whose coordinates are not numbers: left out": 4,
        "objects of categories that the source does not list: left out": 1,
        "objects of categories whose number stands for two names: left out": 1,
        "objects of images that the source does not list: left out": 1,
        "objects given twice, with the same label and box: kept once": 1,
        "objects whose number was given before: kept, numbers are given anew": 1,
        'objects without a label, or labelled "None": left out': 2,
        "outlines that are no polygon: left out, the box kept": 1,
        "masks in run-length form: left out, the box kept": 2,
        "objects without a box but with an outline: boxed by its bounds": 2,
        "entries of images or annotations that are not as COCO has them: left out": 1,
    }


def test_every_dirt_of_images_is_counted_and_treated(lay, gather, boxes):
    images = [
        image(1),
        image(2),
        image(3),
        image(3, file_name="4.png"),
        image(5),
        image(6, file_name="5.png"),
        image(8, file_name="../../secret.png"),
        image(9, file_name="/etc/passwd"),
        image(10, file_name="1.jpg"),
        {"id": 11},
        {"file_name": "1.png"},
        7,
    ]
    annotations = [box(1, 2), box(2, 3), box(3, 5), box(4, 6), box(5, 6, (9, 9, 9, 9)), box(6, 10), box(7, 8)]
    root = source(lay, document(images, annotations), [1, 3, 4, 5, "never named"])
    (root / "images" / "1.jpg").write_bytes(b"")
    (root.parent / "secret.png").write_bytes(b"")
    (root / "images" / "link.png").symlink_to(root.parent / "secret.png")
    scans, dirt = gather(coco.read, root)
    assert {name: boxes(scan) for name, scan in scans.items()} == {
        "1": [("Gun", (1, 2, 3, 4))],
        "5": [("Gun", (1, 2, 3, 4)), ("Gun", (9, 9, 9, 9))],
    }
    assert scans["1"].views[0].files == (root / "images" / "1.jpg",)
    assert dirt == {
        "images that are named but not in the folder: left out": 2,
        "names that lead out of the folder: left out": 2,
        "images whose number stands for several files: left out": 2,
        "images that are listed more than once: kept once, with the objects of all entries": 1,
        "images whose name differs from another's only in its suffix: left out": 1,
        "objects given twice, with the same label and box: kept once": 1,
        "objects of images that are left out: left out with them": 3,
        "entries of images or annotations that are not as COCO has them: left out": 3,
        "images in the folder that no annotation names: left out": 1,
    }


def test_a_name_that_points_outside_is_not_followed(lay, gather):
    root = lay({"annotations.json": document([image(1, file_name="../secret.png")])})
    (root.parent / "secret.png").write_bytes(b"")
    scans, dirt = gather(coco.read, root)
    assert scans == {}
    assert dirt == {"names that lead out of the folder: left out": 1}


@pytest.mark.parametrize(
    "name", ["x" * 5000, "a/" * 3000, "\x00", "a\x00.png", "", ".", "..", "images", "\ud800.png", "c:\\a.png"]
)
def test_names_that_no_file_can_have_are_counted(lay, gather, name):
    root = source(lay, document([image(1), image(2, file_name=name)]), [1])
    scans, dirt = gather(coco.read, root)
    assert list(scans) == ["1"]
    assert sum(dirt.values()) == 1


def test_one_file_by_two_names_is_one_scan(lay, gather):
    doc = document([image(1), image(2, file_name="../images/./1.png"), image(3, file_name="x\\3.png")])
    scans, dirt = gather(coco.read, lay({"annotations.json": doc, "images/1.png": b"", "images/x/3.png": b""}))
    assert list(scans) == ["1", "x/3"]
    assert dirt == {"images that are listed more than once: kept once, with the objects of all entries": 1}


def test_an_entry_that_stands_twice_gives_its_objects_once(lay, gather, boxes):
    scans, dirt = gather(coco.read, source(lay, document([image(1), image(1)], [box(1, 1)]), [1]))
    assert boxes(scans["1"]) == [("Gun", (1, 2, 3, 4))]
    assert dirt == {"images that are listed more than once: kept once, with the objects of all entries": 1}


def test_several_files_are_subsets_in_folders_of_their_names(lay, gather, boxes):
    files = {
        "annotations/instances_train2017.json": document([image(1)], [box(1, 1)]),
        "annotations/instances_val2017.json": document([image(1)], [box(1, 1, category=2)]),
        "annotations/instances_test2017.json": {"images": [image(2)], "categories": CATEGORIES},
        "train2017/1.png": b"",
        "val2017/1.png": b"",
        "test2017/2.png": b"",
        "test2017/3.png": b"",
    }
    scans, dirt = gather(coco.read, lay(files))
    assert {name: (scan.subset, boxes(scan)) for name, scan in scans.items()} == {
        "test2017/2": ("test2017", []),
        "train2017/1": ("train2017", [("Gun", (1, 2, 3, 4))]),
        "val2017/1": ("val2017", [("Knife", (1, 2, 3, 4))]),
    }
    assert not scans["test2017/2"].views[0].is_annotated
    assert scans["test2017/2"].examined_for == ()
    assert dirt == {
        "images of files that have no annotations: kept as not annotated": 1,
        "images in the folder that no annotation names: left out": 1,
    }


def test_files_beside_their_images_are_subsets_too(lay, gather):
    files = {
        "train/_annotations.coco.json": document([image(1)]),
        "valid/_annotations.coco.json": document([image(1)]),
        "train/1.png": b"",
        "valid/1.png": b"",
    }
    scans, dirt = gather(coco.read, lay(files))
    assert {name: scan.subset for name, scan in scans.items()} == {"train/1": "train", "valid/1": "valid"}
    assert dirt == {}


def test_an_image_of_two_subsets_is_of_none(lay, gather, boxes):
    files = {
        "annotations/all.json": document([image(1)], [box(1, 1)]),
        "annotations/part.json": document([image(1)], [box(1, 1), box(2, 1, category=2)]),
        "images/1.png": b"",
    }
    scans, dirt = gather(coco.read, lay(files))
    assert scans["1"].subset == ""
    assert boxes(scans["1"]) == [("Gun", (1, 2, 3, 4)), ("Knife", (1, 2, 3, 4))]
    assert dirt == {
        "images that are listed more than once: kept once, with the objects of all entries": 1,
        "objects given twice, with the same label and box: kept once": 1,
    }


def test_a_scanner_that_no_field_names_is_left_open_and_counted(lay, gather):
    root = source(lay, document([image(1, scene="a"), image(2), image(3, scene=[1])]), [1, 2, 3])
    scans, dirt = gather(coco.read, root, scanner_key="scene")
    assert [scan.scanner for scan in scans.values()] == ["a", "", ""]
    assert dirt == {"images without the field that names their scanner: kept, their scanner left open": 2}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", json.dumps({"images": []}), json.dumps({"images": [], "annotations": []}), "{", "<xml/>"]
)
def test_what_is_no_coco_is_refused_by_the_rule(lay, gather, text):
    with pytest.raises(PoolError, match=r"the coco layout|whole and well formed"):
        gather(coco.read, lay({"annotations.json": text}))


def test_a_folder_without_json_is_refused(lay, gather):
    with pytest.raises(PoolError, match="the coco layout"):
        gather(coco.read, lay({"images/1.png": b""}))


@pytest.mark.parametrize("value", [None, [], {}, "x", 5, [[]], True, {"id": {}}])
@pytest.mark.parametrize("field", ["id", "image_id", "category_id", "bbox", "segmentation", "attributes", "iscrowd"])
def test_no_value_of_a_field_stops_the_reading(lay, gather, field, value):
    scans, _ = gather(coco.read, source(lay, document([image(1)], [{**box(1, 1), field: value}, box(2, 1)]), [1]))
    assert len(scans["1"].views[0].objects) in {1, 2}


NUMBERS = st.floats(-1e6, 1e6, width=32)
OBJECTS = st.lists(
    st.tuples(st.sampled_from([1, 2, 3]), NUMBERS, NUMBERS, st.floats(0, 1e6), st.floats(0, 1e6)), unique=True
)


@given(of=st.dictionaries(st.integers(1, 6), OBJECTS, min_size=1, max_size=4))
def test_what_was_written_is_what_is_read(tmp_path_factory, of):
    root = tmp_path_factory.mktemp("coco")
    annotations = [box(0, key, bbox, category) for key, objects in of.items() for category, *bbox in objects]
    numbered = [{**one, "id": number} for number, one in enumerate(annotations)]
    (root / "annotations.json").write_text(json.dumps(document([image(key) for key in of], numbered)))
    for key in of:
        (root / f"{key}.png").write_bytes(b"")
    dirt = coco.Dirt()
    found = {
        int(scan.name): [(one.label, *one.bbox) for one in scan.views[0].objects] for scan in coco.read(root, dirt)
    }
    names = {category["id"]: category["name"] for category in CATEGORIES}
    assert found == {key: [(names[one[0]], *one[1:]) for one in objects] for key, objects in of.items()}
    assert dirt.counts == {}


def test_memory_does_not_hold_the_source(lay, monkeypatch):
    monkeypatch.setattr(json_items, "CHUNK_BYTES", 1 << 14)
    held = []
    for count in (60, 600):
        images = [image(number, note="x" * 500) for number in range(count)]
        annotations = [box(number, number % count, (number, 1, 1, 1)) for number in range(count * 5)]
        root = source(lay, document(images, annotations), range(count))
        scans = coco.read(root, coco.Dirt())
        tracemalloc.start()
        assert sum(len(next(scans).views[0].objects) for _ in range(count)) == count * 5
        # Names of files are put into Python's own table, which grows by leaps.
        now = tracemalloc.take_snapshot().filter_traces([tracemalloc.Filter(False, "*/pathlib.py")])
        tracemalloc.stop()
        held.append(sum(trace.size for trace in now.traces))
    assert held[1] - held[0] < 100_000  # some 400 bytes an object, were they kept


@pytest.mark.real
@pytest.mark.parametrize(
    ("folder", "scans", "objects", "labels", "scanners"),
    [  # of the ten labels of metro_scenes one has no box
        ("metro_scenes", 288, 503, 9, {"1", "2", "3", "4"}),
        ("subway_bags", 460, 445, 3, {""}),
        ("airport_blades", 400, 400, 5, {""}),
        ("cabinet_knives", 100, 316, 2, {""}),
    ],
)
def test_real_folders_have_the_counts_of_their_readme(
    real_data, gather, boxes, folder, scans, objects, labels, scanners
):
    found, dirt = gather(coco.read, real_data / folder, scanner_key="scene" if len(scanners) > 1 else "")
    every = [one for scan in found.values() for one in boxes(scan)]
    assert dirt == {}
    assert (len(found), len(every), len({label for label, _ in every})) == (scans, objects, labels)
    assert {scan.scanner for scan in found.values()} == scanners
    assert all(scan.views[0].stated_hw for scan in found.values())
