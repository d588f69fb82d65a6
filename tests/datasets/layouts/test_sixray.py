"""SIXray layout: what tables find and what boxes show, together and against each other."""

import pytest

from datasets.layouts import sixray
from datasets.pool import PoolError

HEAD = "name,Gun,Knife,Wrench,Pliers,Scissors\n"
LABELS = ("Gun", "Knife", "Pliers", "Scissors", "Wrench")


def xml(*labels):
    box = "<bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>22</ymax></bndbox>"
    things = "".join(f"<object><name>{label}</name>{box}</object>" for label in labels)
    return f"<annotation><size><width>64</width><height>48</height></size>{things}</annotation>"


def test_a_clean_folder_is_read_without_dirt(lay, gather, boxes):
    table = {
        "JPEGImage/P1.jpg": b"",
        "JPEGImage/P2.jpg": b"",
        "3/N7.jpg": b"",
        "Annotation/P1.xml": xml("Gun", "Hammer"),
        "ImageSet/10/train.csv": HEAD + "P1,1,-1,1,-1,0\nN7,-1.0,-1.0,-1.0,-1.0,-1.0\n",
        "ImageSet/10/test.csv": HEAD + "P2,-1,1,-1,-1,-1\n",
        "ImageSet/100/train.csv": HEAD + "P1,1,-1,1,-1,0\n",
    }
    scans, dirt = gather(sixray.read, lay(table))
    assert dirt == {}
    assert list(scans) == ["3/N7", "JPEGImage/P1", "JPEGImage/P2"]
    clean, boxed, found = scans.values()
    assert [scan.subset for scan in scans.values()] == ["train", "train", "test"]
    assert [scan.group for scan in scans.values()] == ["N7", "P1", "P2"]
    assert (boxes(clean), clean.unlocated, clean.views[0].is_annotated) == ([], (), True)
    assert clean.examined_for == LABELS
    assert boxes(boxed) == [("Gun", (1, 2, 10, 20)), ("Hammer", (1, 2, 10, 20))]
    assert boxed.unlocated == ("Wrench",)
    assert boxed.examined_for == ("Gun", "Hammer", "Knife", "Pliers", "Wrench")
    assert boxed.views[0].stated_hw == (48, 64)
    assert (boxes(found), found.unlocated, found.views[0].is_annotated) == ([], ("Knife",), False)
    assert found.examined_for == LABELS


def test_every_dirt_is_counted_and_treated(lay, gather, boxes):
    table = {
        **{f"JPEGImage/{name}.jpg": b"" for name in ("P1", "P2", "P3", "P4", "P5")},
        "Annotation/P1.xml": xml("gun"),
        "positive-Annotation/P1.xml": xml("Knife"),
        "Annotation/P2.xml": "<annotation>",
        "Annotation/P9.xml": xml(),
        "ImageSet/10/train.csv": HEAD + "P1,-1,-1,-1,-1,-1\nP3,1,-1,2,x,nan\nP4,1\n\nP8,1,-1,-1,-1,-1\n",
        "ImageSet/10/test.csv": HEAD + "P3,-1,-1,0,0,0\n",
    }
    scans, dirt = gather(sixray.read, lay(table))
    one, two, three, four, five = scans.values()
    assert boxes(one) == [("gun", (1, 2, 10, 20))]
    assert one.unlocated == ()
    assert [scan.examined_for for scan in (two, four, five)] == [()] * 3
    assert [scan.views[0].is_annotated for scan in (two, four, five)] == [False] * 3
    assert (three.examined_for, three.unlocated, three.subset) == (("Knife",), (), "")
    assert dirt == {
        "boxes of labels that the table of their image denies: kept": 1,
        "annotation files of the same name as another: left out": 1,
        "annotation files that can not be read: their images kept as not annotated": 1,
        "annotation files without an image: left out": 1,
        "values of a table that are neither 1, 0 nor -1: taken for labels nobody looked for": 3,
        "rows of a table that have another number of values than its head: left out": 1,
        "labels that one table finds in an image and another denies: taken for labels nobody looked for": 1,
        "images that several subsets list: kept, their subset left open": 1,
        "images that are named but not in the folder: left out": 1,
        "images without an annotation file: kept as not annotated": 2,
    }


@pytest.mark.parametrize(
    "text", ["", "Gun,Knife\n1,1\n", "name,Gun,Gun\n", HEAD + '"' + "x" * 200_000 + '",1,1,1,1,1\n']
)
def test_what_is_no_table_is_refused_by_the_rule(lay, gather, text):
    with pytest.raises(PoolError, match="a table of SIXray has a column `name`"):
        gather(sixray.read, lay({"JPEGImage/P1.jpg": b"", "ImageSet/10/train.csv": text}))


def test_a_folder_of_images_alone_is_refused(lay, gather):
    with pytest.raises(PoolError, match="the sixray layout"):
        gather(sixray.read, lay({"JPEGImage/P1.jpg": b""}))
