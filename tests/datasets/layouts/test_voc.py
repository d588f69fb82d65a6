"""PASCAL VOC layout, and EDS, which is three of them: lists, XML of every kind of dirt, names that lead nowhere."""

from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import Dirt, eds, voc
from datasets.pool import PoolError


def thing(name="Gun", corners=(1, 2, 11, 22), more=""):
    sides = "".join(
        f"<{side}>{value}</{side}>" for side, value in zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=False)
    )
    return f"<object><name>{escape(name)}</name>{more}<bndbox>{sides}</bndbox></object>"


def xml(*things, filename="", size="<size><width>64</width><height>48</height><depth>3</depth></size>"):
    return f"<annotation><filename>{filename}</filename>{size}{''.join(things)}</annotation>"


def files(pictures, annotations, lists=None, at=""):
    return {
        **{f"{at}JPEGImages/{name}.jpg": b"" for name in pictures},
        **{f"{at}Annotations/{name}.xml": content for name, content in annotations.items()},
        **{f"{at}ImageSets/Main/{name}.txt": names for name, names in (lists or {}).items()},
    }


def test_a_clean_folder_is_read_without_dirt(lay, gather, boxes):
    flags = "<pose>Left</pose><truncated>1</truncated><difficult>0</difficult><occluded>1</occluded>"
    found = {"b": xml(thing(more=flags), thing("Knife", (0.5, 0, 3, 4)), filename="b.jpg"), "a": xml(filename="a")}
    root = lay(files(["a", "b"], found, {"train": "a\n", "trainval": "a\n", "test": "b\n", "Gun_train": "a -1\n"}))
    scans, dirt = gather(voc.read, root)
    assert dirt == {}
    assert list(scans) == ["a", "b"]
    assert boxes(scans["a"]) == []
    assert boxes(scans["b"]) == [("Gun", (1, 2, 10, 20)), ("Knife", (0.5, 0, 2.5, 4))]
    assert scans["b"].views[0].objects[0].attributes == {"occluded": True, "truncated": True, "pose": "Left"}
    assert scans["b"].views[0].stated_hw == (48, 64)
    assert scans["b"].views[0].files == (root / "JPEGImages" / "b.jpg",)
    assert (scans["a"].subset, scans["b"].subset) == ("train", "test")
    assert (scans["a"].group, scans["a"].examined_for, scans["a"].views[0].is_annotated) == ("a", None, True)


def test_every_dirt_is_counted_and_treated(lay, gather, boxes):
    annotations = {
        "1": xml(thing(corners=(11, 22, 1, 2)), thing(corners=(1, 2, 1, 22)), thing(corners=(-5, 0, 900, 9))),
        "2": xml(
            thing(corners=("nan", 2, 3, 4)),
            thing(corners=("x", 2, 3, 4)),
            thing(corners=(1, 2, 3)),
            thing(corners=("1e99", 1, 2, 3)),
        ),
        "3": xml(thing(), thing(), thing("Knife")),
        "4": xml(thing(""), thing("None"), "<object><name>Gun</name></object>", "<object/>"),
        "5": xml(thing(), filename="somewhere/6.jpg"),
        "6": xml(size="<size><width>0</width><height>48</height></size>"),
        "7": "<annotation><object>",
        "8": '<!DOCTYPE a [<!ENTITY x "y">]><annotation/>',
        "gone": xml(thing()),
    }
    root = lay(
        files(["1", "2", "3", "4", "5", "6", "7", "8", "9"], annotations, {"train": "1\n../1\ngone\n", "val": "1\n2\n"})
    )
    (root / "JPEGImages" / "1.png").write_bytes(b"")
    (root.parent / "secret.jpg").write_bytes(b"")
    (root / "JPEGImages" / "link.jpg").symlink_to(root.parent / "secret.jpg")
    scans, dirt = gather(voc.read, root)
    assert [name for name, scan in scans.items() if not scan.views[0].is_annotated] == ["7", "8", "9"]
    assert all((scan.examined_for == ()) == (not scan.views[0].is_annotated) for scan in scans.values())
    assert {name: boxes(scan) for name, scan in scans.items() if boxes(scan)} == {
        "1": [("Gun", (1, 2, 10, 20)), ("Gun", (1, 2, 0, 20)), ("Gun", (-5, 0, 905, 9))],
        "3": [("Gun", (1, 2, 10, 20)), ("Knife", (1, 2, 10, 20))],
        "5": [("Gun", (1, 2, 10, 20))],
    }
    assert {name: scan.subset for name, scan in scans.items() if scan.subset} == {"2": "val"}
    assert scans["6"].views[0].stated_hw is None
    assert dirt == {
        "boxes with inverted corners: set right": 1,
        "objects whose coordinates are not numbers: left out": 4,
        "objects given twice, with the same label and box: kept once": 1,
        'objects without a label, or labelled "None": left out': 3,
        "objects without a box: left out": 1,
        "annotation files that name another image than they are called after: taken for the one of their own name": 1,
        "stated sizes that are no size: not compared": 1,
        "annotation files that can not be read: their images kept as not annotated": 2,
        "images without an annotation file: kept as not annotated": 1,
        "annotation files without an image: left out": 1,
        "images that are named but not in the folder: left out": 2,
        "images that several subsets list: kept, their subset left open": 1,
        "images whose name differs from another's only in its suffix: left out": 1,
        "names that lead out of the folder: left out": 1,
    }


def test_sets_below_the_folder_keep_their_names(lay, gather):
    table = files(["x/1"], {"x/1": xml()}, {"test": "x/1"}, at="VOCdevkit/VOC2007/") | files(
        ["1"], {"1": xml()}, at="VOCdevkit/VOC2012/"
    )
    scans, dirt = gather(voc.read, lay(table))
    assert {name: scan.subset for name, scan in scans.items()} == {
        "VOCdevkit/VOC2007/x/1": "test",
        "VOCdevkit/VOC2012/1": "",
    }
    assert dirt == {}


@pytest.mark.parametrize(("read", "rule"), [(voc.read, "voc layout"), (eds.read, "eds layout")])
def test_what_is_not_laid_out_so_is_refused(lay, gather, read, rule):
    with pytest.raises(PoolError, match=rule):
        gather(read, lay({"JPEGImages/1.jpg": b"", "domain1/labels/1.xml": xml()}))


def test_a_list_that_can_not_be_read_leaves_subsets_open(lay, gather):
    root = lay(files(["1"], {"1": xml()}, {"train": "x" * 100_000}))
    scans, dirt = gather(voc.read, root)
    assert scans["1"].subset == ""
    assert dirt == {"lists of names that can not be read: their images kept, the subset left open": 1}


LABELS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=5).filter(
    lambda text: text.casefold() not in {"none", "null", "nan"}
)
CORNERS = st.tuples(*[st.integers(-(10**6), 10**6)] * 4).map(
    lambda one: (*map(min, one[:2], one[2:]), *map(max, one[:2], one[2:]))
)


@given(objects=st.lists(st.tuples(LABELS, CORNERS), unique=True, max_size=6))
def test_what_was_written_is_what_is_read(tmp_path_factory, objects):
    root = tmp_path_factory.mktemp("voc")
    for folder in ("JPEGImages", "Annotations"):
        (root / folder).mkdir()
    (root / "JPEGImages" / "1.jpg").write_bytes(b"")
    (root / "Annotations" / "1.xml").write_text(xml(*(thing(*one) for one in objects)), encoding="utf-8")
    dirt = Dirt()
    (scan,) = voc.read(root, dirt)
    found = [
        (one.label, (*one.bbox[:2], one.bbox[0] + one.bbox[2], one.bbox[1] + one.bbox[3]))
        for one in scan.views[0].objects
    ]
    assert found == objects
    assert dirt.counts == {}


def test_the_domains_of_eds_are_scanners(lay, gather, boxes):
    table = {}
    for number in (1, 2, 3):
        table |= {
            f"domain{number}/images/1.jpg": b"",
            f"domain{number}/labels/1.xml": xml(thing("smallelectronicequipmen")),
            f"domain{number}/train.txt": "1\n",
            f"domain{number}/val.txt": "gone\n",
        }
    scans, dirt = gather(eds.read, lay(table))
    assert {name: (scan.scanner, scan.subset) for name, scan in scans.items()} == {
        f"domain{number}/1": (f"domain{number}", "train") for number in (1, 2, 3)
    }
    assert boxes(scans["domain2/1"]) == [("smallelectronicequipmen", (1, 2, 10, 20))]
    assert dirt == {"images that are named but not in the folder: left out": 3}
