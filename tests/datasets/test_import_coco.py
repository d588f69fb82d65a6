"""COCO -> pool: pixels kept, dirt counted, groups joined, nothing of the source's hash left."""

import json

import cv2
import numpy as np
import pytest

from datasets.import_source import import_source
from datasets.layouts import read_coco
from datasets.pool import PoolError, check_pool, read_pool, split_of
from datasets.pool.records import Operation, Rights
from datasets.pool.store import file_sha256

RIGHTS = Rights(licence="test", may_train=True, may_redistribute=False)


def imported(source, out, mapping=None):
    read = read_coco(source, scanner_key="scene")
    report = import_source(read, out, site="site", rights=RIGHTS, mapping=mapping, history=Operation(verb="import"))
    return report, read_pool(out)


def test_pool_is_sound_and_every_dirt_is_counted(coco_source, tmp_path):
    report, pool = imported(coco_source, tmp_path / "pool")
    assert check_pool(pool) == []
    assert len(pool.scans) == report.scans == 40
    assert dict(report.dirt) == {
        "boxes of categories that the source does not list: left out": 1,
        "boxes of images that the source does not list: left out": 1,
        "boxes that left the image by over half a pixel: clipped": 1,
        "boxes without area inside the image: left out": 1,
        "images named in the annotations but not on disk: left out": 1,
        "images whose stated size is not that of the file: the file's size counts": 1,
    }
    assert report.boxes == 41


def test_pixels_are_those_of_the_source(coco_source, tmp_path):
    _, pool = imported(coco_source, tmp_path / "pool")
    for record in pool.scans:
        stored = pool.read_scan(record).pixels
        original = cv2.imread(str(coco_source / "images" / f"{record.scan_id}.png"))[:, :, ::-1]
        np.testing.assert_array_equal(stored, np.moveaxis(original, -1, 0))


def test_no_hash_of_a_source_file_enters_the_pool(coco_source, tmp_path):
    imported(coco_source, tmp_path / "pool")
    text = "".join(path.read_text() for path in (tmp_path / "pool").glob("*.json*"))
    for path in (coco_source / "images").iterdir():
        assert file_sha256(path) not in text


def test_near_duplicates_share_a_group_and_groups_share_a_side(coco_source, tmp_path):
    report, pool = imported(coco_source, tmp_path / "pool")
    group = {record.scan_id: record.group for record in pool.scans}
    assert group["bag03"] == group["bag04"] == "s3"
    assert report.near_duplicate_pairs == 1
    assert group["bag10"] == group["bag11"]
    assert all(record.split == split_of(record.group) for record in pool.scans)


def test_a_label_that_the_source_never_boxed_is_not_claimed_as_examined(coco_source, tmp_path):
    _, pool = imported(coco_source, tmp_path / "pool")
    assert pool.info.labels == ("Gun", "Knife")
    assert {record.examined_for for record in pool.scans} == {("Gun", "Knife")}
    assert {record.scanner for record in pool.scans} == {"0", "1"}


def test_labels_are_mapped_and_an_unknown_one_stops_the_import(coco_source, tmp_path):
    _, pool = imported(coco_source, tmp_path / "mapped", {"Gun": "firearm", "Knife": "blade"})
    assert pool.info.labels == ("blade", "firearm")
    with pytest.raises(PoolError, match="'Knife', nearest"):
        imported(coco_source, tmp_path / "stopped", {"Gun": "firearm", "Knives": "blade"})


def test_same_source_same_bytes(coco_source, tmp_path):
    for name in ("a", "b"):
        imported(coco_source, tmp_path / name / "pool")
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) == 44
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_broken_image_loses_no_other(coco_source, tmp_path):
    (coco_source / "images" / "bag00.png").write_bytes(b"not a picture")
    report, pool = imported(coco_source, tmp_path / "pool")
    assert len(pool.scans) == 39
    assert any("unreadable" in kind for kind in report.dirt)


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"images": []})])
def test_what_is_no_coco_is_refused_by_the_rule(tmp_path, text):
    (tmp_path / "annotations.json").write_text(text)
    with pytest.raises(PoolError, match="coco layout"):
        read_coco(tmp_path)


def test_a_name_that_points_outside_is_not_followed(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    document = {"images": [{"id": 1, "file_name": "../secret.png"}], "annotations": [], "categories": []}
    (tmp_path / "source" / "annotations.json").write_text(json.dumps(document))
    assert read_coco(tmp_path / "source").images == ()
