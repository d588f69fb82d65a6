"""COCO -> pool: pixels kept, dirt counted, groups joined, nothing of the source's hash left."""

import cv2
import numpy as np
import pytest

from datasets.checks.run import check_pool
from datasets.import_source import HARMLESS, Given, import_source, scan_id_of
from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.pool import PoolError, read_pool, split_of
from datasets.pool.records import Operation, Rights
from datasets.pool.store import file_sha256
from datasets.verbs import import_
from datasets.verbs.outcome import quietly


def imported(source, out, labels=None, track=quietly):
    given = {"licence": "test", "may_train": True, "may_redistribute": False, "scanner_key": "scene"}
    outcome = import_.run(
        source=source, site="site", out=out, layout="coco", labels=labels, examined_for=(), group_key="group",
        track=track, **given,
    )  # fmt: skip
    counts, dirt = outcome.tables.values()
    return counts, dirt, read_pool(out)


def test_pool_is_sound_and_every_dirt_is_counted(coco_source, tmp_path):
    counts, dirt, pool = imported(coco_source, tmp_path / "pool")
    assert check_pool(pool) == []
    assert len(pool.scans) == counts["scans"] == 40
    assert dict(dirt) == {
        "objects of categories that the source does not list: left out": 1,
        "objects of images that the source does not list: left out": 1,
        "boxes that left the image by over half a pixel: clipped": 1,
        "boxes without area inside the image: left out": 1,
        "images that are named but not in the folder: left out": 1,
        "images whose stated size is not that of the file: the file's size counts": 1,
    }
    assert counts["objects"] == 41


def test_pixels_are_those_of_the_source(coco_source, tmp_path):
    *_, pool = imported(coco_source, tmp_path / "pool")
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
    counts, _, pool = imported(coco_source, tmp_path / "pool")
    group = {record.scan_id: record.group for record in pool.scans}
    assert group["bag03"] == group["bag04"] == "s3"
    assert counts["pairs that show the same, joined"] == 1
    assert group["bag10"] == group["bag11"]
    assert all(record.split == split_of(record.group) for record in pool.scans)


def test_a_label_that_the_source_never_boxed_is_not_claimed_as_examined(coco_source, tmp_path):
    *_, pool = imported(coco_source, tmp_path / "pool")
    assert pool.info.labels == ("blade", "firearm")
    assert {record.examined_for for record in pool.scans} == {("blade", "firearm")}
    assert {record.scanner for record in pool.scans} == {"0", "1"}


def test_labels_are_mapped_and_an_unknown_one_stops_the_import(coco_source, tmp_path):
    mapping = tmp_path / "labels.yaml"
    mapping.write_text("Gun: weapon\nKnife: null\n")
    _, dirt, pool = imported(coco_source, tmp_path / "mapped", mapping)
    assert pool.info.labels == ("weapon",)
    assert dirt[HARMLESS] == 20
    mapping.write_text("Gun: weapon\nKnives: blade\n")
    with pytest.raises(PoolError, match="'Knife', nearest \\['Knives'"):
        imported(coco_source, tmp_path / "stopped", mapping)
    assert not (tmp_path / "stopped").exists()


def test_an_import_that_was_stopped_goes_on_and_ends_with_the_same_bytes(coco_source, tmp_path):
    def cut_off(items, doing, total=None):
        for number, item in enumerate(items):
            if number == 17:
                raise KeyboardInterrupt
            yield item

    imported(coco_source, tmp_path / "whole" / "pool")
    with pytest.raises(KeyboardInterrupt):
        imported(coco_source, tmp_path / "cut" / "pool", track=cut_off)
    assert not (tmp_path / "cut" / "pool").exists()
    started = []

    def counting(items, doing, total=None):
        started.extend(sorted((tmp_path / "cut" / "pool.draft" / "images").iterdir()))
        yield from items

    imported(coco_source, tmp_path / "cut" / "pool", track=counting)
    assert len(started) >= 17
    assert bytes_below(tmp_path / "cut") == bytes_below(tmp_path / "whole")


def bytes_below(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_same_source_same_bytes(coco_source, tmp_path):
    for name in ("a", "b"):
        imported(coco_source, tmp_path / name / "pool")
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert len(files) == 44
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_broken_image_loses_no_other(coco_source, tmp_path):
    (coco_source / "images" / "bag00.png").write_bytes(b"not a picture")
    _, dirt, pool = imported(coco_source, tmp_path / "pool")
    assert len(pool.scans) == 39
    assert dirt["scans with a file that can not be read: left out (UnreadableScan)"] == 1


def test_a_source_in_another_layout_leaves_nothing_behind(tmp_path):
    (tmp_path / "source").mkdir()
    with pytest.raises(PoolError, match="coco layout"):
        imported(tmp_path / "source", tmp_path / "pool")
    assert not list(tmp_path.glob("pool*"))


def test_a_source_without_a_readable_image_is_no_pool(coco_source, tmp_path):
    for path in (coco_source / "images").iterdir():
        path.write_bytes(b"not a picture")
    with pytest.raises(PoolError, match="at least one readable image"):
        imported(coco_source, tmp_path / "pool")
    assert not list(tmp_path.glob("pool*"))


@pytest.mark.parametrize(("name", "scan_id"), [("bag 1", "bag_1-"), ("a/b", "a_b-"), ("../x", "_x-"), ("a\nb", "a_b-")])
def test_names_of_scans_are_names_of_files_and_stay_apart(name, scan_id):
    assert scan_id_of("bag-01.x") == "bag-01.x"
    assert scan_id_of(name).startswith(scan_id)
    assert scan_id_of(name) != scan_id_of(name.replace("/", "_").replace(" ", "_").replace("\n", "_"))


def test_a_label_without_a_place_is_unknown_in_its_scan_alone(tmp_path, coco_source):
    files = sorted((coco_source / "images").iterdir())
    found = SourceObject("Gun", (8, 8, 20, 16)), SourceObject("Knife", (1, 1, 9, 9))
    scans = [
        SourceScan(
            path.stem,
            (SourceView("view0", (path,), None, found),),
            group=path.stem,
            unlocated=("Knife",) if number == 1 else (),
            examined_for=("Gun",) if number == 2 else None,
        )
        for number, path in enumerate(files[:4])
    ]
    given = Given("site", Rights(licence="x", may_train=True, may_redistribute=False), lambda word: word.lower())
    import_source(scans, Dirt(), tmp_path / "pool", given=given, history=Operation(verb="import"), track=quietly)
    looked_for = [record.examined_for for record in read_pool(tmp_path / "pool").scans]
    assert looked_for == [("gun", "knife"), ("gun",), ("gun",), ("gun", "knife")]


@pytest.mark.real
@pytest.mark.parametrize(
    ("folder", "scans", "objects"),
    [("subway_bags", 460, 445), ("airport_blades", 400, 400), ("cabinet_knives", 100, 316), ("metro_scenes", 288, 503)],
)
@pytest.mark.slow
def test_real_folders_give_all_that_they_hold(real_data, tmp_path, folder, scans, objects):
    counts, dirt, _ = imported(real_data / folder, tmp_path / "pool")
    assert (counts["scans"], counts["objects"] + dirt.get(HARMLESS, 0)) == (scans, objects)
