"""DvXray layout: pairs, words in place of boxes, views and annotations that are missing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.layouts.dvxray import read
from datasets.pool import PoolError

POSITIVE, NEGATIVE = "DvXray_Positive_Samples", "DvXray_Negative_Samples"


def written(root, name, objects=None, views=("OL", "SD"), folder=POSITIVE, stated=None):
    """A pair: `objects` None for no annotation, text starting with `{` as it is."""
    (root / folder).mkdir(parents=True, exist_ok=True)
    for view in views:
        (root / folder / f"{name}_{view}.png").write_bytes(b"")
    if objects is not None:
        is_text = isinstance(objects, str) and objects.startswith("{")
        text = objects if is_text else json.dumps({"name": stated or name, "objects": objects})
        (root / folder / f"{name}.json").write_text(text)
    return root


def item(label, ol_bb, sd_bb):
    return {"label": label, "ol_bb": ol_bb, "sd_bb": sd_bb}


def read_all(root):
    dirt = Dirt()
    return {scan.name: scan for scan in read(root, dirt)}, dirt


def boxes_of(scan):
    return [[(one.label, one.bbox) for one in view.objects] for view in scan.views]


def test_a_pair_is_one_scan_with_a_box_in_each_view(tmp_path):
    written(tmp_path, "P00001", [item("Gun", [10, 20, 30, 60], [1, 2, 3, 4])])
    scans, dirt = read_all(tmp_path)
    name, folder = f"{POSITIVE}/P00001", tmp_path / POSITIVE
    views = (
        SourceView("view0", (folder / "P00001_OL.png",), objects=(SourceObject("Gun", (10, 20, 20, 40)),)),
        SourceView("view1", (folder / "P00001_SD.png",), objects=(SourceObject("Gun", (1, 2, 2, 2)),)),
    )
    assert scans == {name: SourceScan(name, views, name)}
    assert dirt.counts == {}


def test_pairs_are_read_once_each_however_their_names_sort(tmp_path):
    names = ["P1", "P10", "P1_2", "p1", "P100"]
    for name in names:
        written(tmp_path, name, "None")
    scans, dirt = read_all(tmp_path)
    assert sorted(scans) == sorted(f"{POSITIVE}/{name}" for name in names)
    assert dirt.counts == {'pairs whose objects are the word "None": read as nothing found': 5}
    assert all(boxes_of(scan) == [[], []] and scan.examined_for is None for scan in scans.values())
    assert all(view.is_annotated for scan in scans.values() for view in scan.views)


def test_words_in_place_of_a_box(tmp_path):
    objects = [
        item("Gun", "difficult", [1, 1, 2, 2]),
        item("Knife", [1, 1, 2, 2], "None"),
        item("Bat", "difficult", "difficult"),
        item("Dart", [], None),
        item("Gun", "difficult", "None"),
        {"label": "Wrench", "sd_bb": [3, 3, 5, 5]},
    ]
    written(tmp_path, "P00001", objects)
    scans, dirt = read_all(tmp_path)
    scan = scans[f"{POSITIVE}/P00001"]
    assert boxes_of(scan) == [[("Knife", (1, 1, 1, 1))], [("Gun", (1, 1, 1, 1)), ("Wrench", (3, 3, 2, 2))]]
    assert scan.unlocated == ("Bat", "Dart")
    assert dirt.counts == {
        'boxes that are the word "difficult": the object is in the scan, not located in that view': 4,
        'boxes that are "None", empty or missing: the object is not visible in that view': 5,
    }


def test_every_dirt_of_objects_is_counted_and_treated(tmp_path):
    objects = [
        item("Gun", [30, 60, 10, 20], [1, 2, 3, 4]),
        item("Gun", [10, 20, 30, 60], [5, 6, 7, 8]),
        item("None", [1, 1, 2, 2], [1, 1, 2, 2]),
        {"ol_bb": [1, 1, 2, 2]},
        "Gun",
        item("Dart", [1, 2, 3], "1 2 3 4"),
        item("Saw_blade", [-5, 0, 1e5, 7], [1, 1, 1, 1]),
    ]
    written(tmp_path, "P00001", objects)
    scans, dirt = read_all(tmp_path)
    scan = scans[f"{POSITIVE}/P00001"]
    assert boxes_of(scan) == [
        [("Gun", (10, 20, 20, 40)), ("Saw_blade", (-5, 0, 100_005, 7))],
        [("Gun", (1, 2, 2, 2)), ("Gun", (5, 6, 2, 2)), ("Saw_blade", (1, 1, 0, 0))],
    ]
    assert scan.unlocated == ("Dart",)
    assert dirt.counts == {
        "boxes with inverted corners: set right": 1,
        "objects given twice, with the same label and box: kept once": 1,
        'objects without a label, or labelled "None": left out': 2,
        "entries of objects that are no JSON objects: left out": 1,
        "objects whose coordinates are not numbers: left out": 2,
    }


def test_every_dirt_of_files_is_counted_and_treated(tmp_path):
    gun = [item("Gun", [1, 1, 2, 2], "difficult")]
    written(tmp_path, "a", gun, views=("SD",))
    written(tmp_path, "b", gun, views=())
    written(tmp_path, "c", None)
    written(tmp_path, "d", None, views=("SD",))
    written(tmp_path, "e", "{not json")
    written(tmp_path, "f", '{"name": "f"}')
    written(tmp_path, "g", "None", folder=NEGATIVE, stated="h")
    (tmp_path / NEGATIVE / "g_OL.jpg").write_bytes(b"")
    (tmp_path / NEGATIVE / "stray.png").write_bytes(b"")
    (tmp_path / NEGATIVE / "stray_OL.dcm").write_bytes(b"")
    scans, dirt = read_all(tmp_path)
    short = {name.split("/")[1]: [view.view_id for view in scan.views] for name, scan in scans.items()}
    assert short == {
        "a": ["view1"],
        "c": ["view0", "view1"],
        "d": ["view1"],
        "e": ["view0", "view1"],
        "f": ["view0", "view1"],
        "g": ["view0", "view1"],
    }
    assert scans[f"{POSITIVE}/a"].unlocated == ("Gun",)
    assert scans[f"{POSITIVE}/c"].examined_for == ()
    assert not any(view.is_annotated for view in scans[f"{POSITIVE}/e"].views)
    assert dirt.counts == {
        "pairs of which one view is missing: kept with the other": 2,
        "images that are named but not in the folder: left out": 1,
        "images without an annotation file: kept as not annotated": 2,
        "annotation files that can not be read: their images kept as not annotated": 2,
        'boxes that are the word "difficult": the object is in the scan, not located in that view': 1,
        'pairs whose objects are the word "None": read as nothing found': 1,
        "annotations that give another name than their file has: that of the file counts": 1,
        "images whose name differs from another's only in its suffix: left out": 1,
        "images in the folder that no annotation names: left out": 2,
    }
    assert scans[f"{NEGATIVE}/g"].views[0].files[0].suffix == ".png"


def test_a_backslash_in_a_name_does_not_break_the_reader(tmp_path):
    written(tmp_path, "P1", "None")
    written(tmp_path, "x\\P1", None)
    scans, dirt = read_all(tmp_path)
    assert list(scans) == [f"{POSITIVE}/P1"]
    assert dirt.counts["images that are named but not in the folder: left out"] == 2


def test_suffixes_in_capitals_are_as_good(tmp_path):
    written(tmp_path, "P1", None)
    for path in list((tmp_path / POSITIVE).iterdir()):
        path.rename(path.with_suffix(".PNG"))
    scans, _ = read_all(tmp_path)
    assert [len(scan.views) for scan in scans.values()] == [2]


@pytest.mark.parametrize("linked", ["P1.json", "P1_OL.png", "P1_SD.png"])
def test_a_file_that_is_a_link_out_of_the_folder_is_as_one_that_is_missing(tmp_path, linked):
    written(tmp_path / "outside", "P1", "None")
    source = written(tmp_path / "source", "P1", "None")
    (source / POSITIVE / linked).unlink()
    (source / POSITIVE / linked).symlink_to(tmp_path / "outside" / POSITIVE / linked)
    scans, dirt = read_all(source)
    scan = scans[f"{POSITIVE}/P1"]
    assert all((tmp_path / "outside") not in file.resolve().parents for view in scan.views for file in view.files)
    assert len(scan.views) == (2 if linked.endswith("json") else 1)
    assert all(view.is_annotated != linked.endswith("json") for view in scan.views)
    assert dirt.counts["names that lead out of the folder: left out"] == 1


VALUES = st.none() | st.integers(-99, 99) | st.floats(allow_nan=False) | st.text(max_size=3) | st.booleans()
TREES = st.recursive(VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner))
ENTRIES = st.fixed_dictionaries(
    {}, optional={"label": TREES, "ol_bb": TREES | st.lists(VALUES, min_size=4, max_size=4), "sd_bb": TREES}
)


@given(objects=st.lists(ENTRIES | TREES, max_size=4) | TREES)
def test_nothing_in_a_file_breaks_the_reader(tmp_path_factory, objects):
    root = written(tmp_path_factory.mktemp("dvxray"), "P1", json.dumps({"name": "P1", "objects": objects}))
    scans, dirt = read_all(root)
    scan = scans[f"{POSITIVE}/P1"]
    located = {one.label for view in scan.views for one in view.objects}
    assert not located & set(scan.unlocated)
    assert all(one.bbox[2] >= 0 and one.bbox[3] >= 0 for view in scan.views for one in view.objects)
    if isinstance(objects, list) and objects and not any(boxes_of(scan)):
        assert dirt.counts


def test_a_folder_that_is_no_such_set_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(PoolError, match="P00001_OL"):
        read_all(tmp_path)
