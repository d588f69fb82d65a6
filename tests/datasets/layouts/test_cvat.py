"""CVAT layout: every shape against its own geometry, tags, and every kind of dirt."""

import tracemalloc

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import Dirt, cvat, xml_tree
from datasets.pool import PoolError

BOX = '<box label="Gun" occluded="0" xtl="1" ytl="2" xbr="11" ybr="22" z_order="0"/>'


def xml(*images):
    meta = "<meta><task><labels><label><name>Gun</name></label></labels></task></meta>"
    return f"<annotations><version>1.1</version>{meta}{''.join(images)}</annotations>"


def image(name, *shapes, more=""):
    return f'<image id="0" name="{name}" width="64" height="48" {more}>{"".join(shapes)}</image>'


def only(root):
    dirt = Dirt()
    ((scan,),) = [tuple(cvat.read(root, dirt))]
    return scan.views[0].objects, dict(dirt.counts)


def test_a_clean_folder_is_read_without_dirt(lay, gather, boxes):
    polygon = (
        '<polygon label="Knife" occluded="1" points="1,1;9,1;9.5,7"><attribute name="side">upper</attribute>'
        '<attribute name="blunt">false</attribute></polygon>'
    )
    content = xml(
        image("b.png", BOX, polygon, '<tag label="Lighter"/>', '<tag label="Gun"/>', more='subset="train"'),
        image("x/a.png"),
    )
    scans, dirt = gather(
        cvat.read, root := lay({"annotations.xml": content, "images/train/b.png": b"", "images/x/a.png": b""})
    )
    assert dirt == {}
    assert list(scans) == ["train/b", "x/a"]
    scan = scans["train/b"]
    assert boxes(scan) == [("Gun", (1, 2, 10, 20)), ("Knife", (1, 1, 8.5, 6))]
    assert scan.views[0].objects[1].segmentation == ((1, 1, 9, 1, 9.5, 7),)
    assert scan.views[0].objects[1].attributes == {"blunt": "false", "side": "upper", "occluded": True}
    assert (scan.unlocated, scan.subset, scan.views[0].stated_hw) == (("Lighter",), "train", (48, 64))
    assert scan.views[0].files == (root / "images" / "train" / "b.png",)
    assert (boxes(scans["x/a"]), scans["x/a"].views[0].is_annotated) == ([], True)


def test_every_dirt_is_counted_and_treated(lay, gather, boxes):
    shapes = [
        BOX,
        BOX,
        BOX.replace('xtl="1"', 'xtl="31"'),
        BOX.replace('xtl="1"', 'xtl="nan"'),
        BOX.replace('xtl="1"', ""),
        BOX.replace('z_order="0"', 'rotation="often"'),
        BOX.replace("Gun", "None"),
        '<polygon label="Gun" points="1,1;2,2"/>',
        '<polygon label="Gun" points="1,1;2;3,3"/>',
        '<polygon label="Gun"/>',
        '<polyline label="Gun" points="1,1;2,2;3,3"/>',
        '<points label="Gun" points="1,1"/>',
        '<cuboid label="Gun"/>',
        '<ellipse label="Gun" cx="1"/>',
        '<mask label="Gun" left="3" top="4" width="5" height="6" rle="1, 2, 27"/>',
        '<mask label="Gun" rle="1, 2, 27"/>',
        '<tag label=""/>',
    ]
    images = [
        image("1.png", *shapes),
        image("gone.png", BOX),
        image("../s.png", BOX),
        image("1.png", BOX),
        image("", BOX),
    ]
    track = '<track id="0" label="Gun"><box frame="0"/></track>'
    root = lay({"annotations.xml": xml(*images, track), "1.png": b"", "other.png": b"", "../s.png": b""})
    scans, dirt = gather(cvat.read, root)
    assert list(scans) == ["1"]
    assert boxes(scans["1"]) == [("Gun", (1, 2, 10, 20)), ("Gun", (11, 2, 20, 20)), ("Gun", (3, 4, 5, 6))]
    assert dirt == {
        "objects given twice, with the same label and box: kept once": 1,
        "boxes with inverted corners: set right": 1,
        "objects whose coordinates are not numbers: left out": 7,
        'objects without a label, or labelled "None": left out': 2,
        "points, lines and other shapes without an area: left out": 4,
        "masks in run-length form: left out, the box kept": 1,
        "images that are named but not in the folder: left out": 2,
        "names that lead out of the folder: left out": 1,
        "images that are listed more than once: the first entry counts": 1,
        "tracks through a video: left out": 1,
        "images in the folder that no annotation names: left out": 1,
    }


@given(turn=st.floats(-720, 720), width=st.floats(1, 50), height=st.floats(1, 50))
def test_a_turned_box_is_the_one_that_opencv_turns(tmp_path_factory, turn, width, height):
    root = tmp_path_factory.mktemp("cvat")
    (root / "1.png").write_bytes(b"")
    box = f'<box label="Gun" xtl="10" ytl="20" xbr="{10 + width!r}" ybr="{20 + height!r}" rotation="{turn!r}"/>'
    (root / "annotations.xml").write_text(xml(image("1.png", box)))
    ((one,), dirt) = only(root)
    corners_42 = cv2.boxPoints(((10 + width / 2, 20 + height / 2), (width, height), turn))
    left, top = corners_42.min(axis=0)
    right, bottom = corners_42.max(axis=0)
    np.testing.assert_allclose(one.bbox, (left, top, right - left, bottom - top), atol=1e-3)
    assert bool(one.segmentation) == (turn % 360 != 0)
    for outline in one.segmentation:
        away = np.linalg.norm(np.reshape(outline, (4, 1, 2)) - corners_42, axis=-1)
        assert away.min(axis=0).max() < 1e-3
    assert dirt == {}


@given(turn=st.floats(-360, 360), radii=st.tuples(st.floats(1, 50), st.floats(1, 50)))
def test_an_ellipse_is_boxed_by_its_rim(tmp_path_factory, turn, radii):
    root = tmp_path_factory.mktemp("cvat")
    (root / "1.png").write_bytes(b"")
    ellipse = f'<ellipse label="Gun" cx="100" cy="60" rx="{radii[0]!r}" ry="{radii[1]!r}" rotation="{turn!r}"/>'
    (root / "annotations.xml").write_text(xml(image("1.png", ellipse)))
    ((one,), _) = only(root)
    along = np.linspace(0, 2 * np.pi, 20_001)
    rim = np.stack([radii[0] * np.cos(along), radii[1] * np.sin(along)])
    angle = np.radians(turn)
    x, y = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ rim
    np.testing.assert_allclose(one.bbox, (100 + x.min(), 60 + y.min(), np.ptp(x), np.ptp(y)), atol=1e-3)


@pytest.mark.parametrize(
    "content", [b"", b"<annotations>", b'<!DOCTYPE a [<!ENTITY x "y">]><annotations>&x;</annotations>']
)
def test_what_may_not_be_read_is_refused(lay, gather, content):
    with pytest.raises(PoolError, match="whole, plain, and without a document type"):
        gather(cvat.read, lay({"annotations.xml": content}))


def test_a_folder_without_annotations_is_refused(lay, gather):
    with pytest.raises(PoolError, match="the cvat layout"):
        gather(cvat.read, lay({"1.png": b""}))


def test_memory_does_not_hold_the_file(lay, monkeypatch):
    monkeypatch.setattr(xml_tree, "CHUNK_BYTES", 1 << 14)
    content = xml(*(image(f"{number}.png", BOX * 20) for number in range(1000)))
    root = lay({"annotations.xml": content, "0.png": b""})
    tracemalloc.start()
    assert len(list(cvat.read(root, Dirt()))) == 1
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 500_000 < len(content) / 3
