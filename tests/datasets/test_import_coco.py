"""COCO -> pool: pixels kept, dirt counted, groups joined, nothing of the source's hash left."""

import shutil

import cv2
import numpy as np
import pytest

from datasets.checks.run import check_pool
from datasets.import_source import HARMLESS, Given, import_source
from datasets.layouts import Dirt, SourceObject, SourceScan, SourceView
from datasets.pool import PoolError, read_pool, split_of
from datasets.pool.records import Operation, Rights
from datasets.pool.store import file_sha256
from datasets.sandbox import KINDS, Order, Rates, generate
from datasets.verbs import import_
from datasets.verbs.outcome import quietly


def imported(source, out, labels=None, track=quietly, examined_for=()):
    given = {"licence": "test", "may_train": True, "may_redistribute": False, "scanner_key": "scene"}
    outcome = import_.run(
        source=source, site="site", out=out, layout="coco", labels=labels, examined_for=examined_for, group_key="group",
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
    imported(coco_source, tmp_path / "whole" / "pool")
    with pytest.raises(KeyboardInterrupt):
        imported(coco_source, tmp_path / "cut" / "pool", track=stopped_at(17))
    assert not (tmp_path / "cut" / "pool").exists()
    started = []

    def counting(items, doing, total=None):
        started.extend(sorted((tmp_path / "cut" / "pool.draft" / "images").iterdir()))
        yield from items

    imported(coco_source, tmp_path / "cut" / "pool", track=counting)
    assert len(started) >= 17
    assert bytes_below(tmp_path / "cut") == bytes_below(tmp_path / "whole")


def import_all(scans, out, source, given):
    dirt, history = Dirt(), Operation(verb="import")
    return import_source(scans, dirt, out, source=source, given=given, history=history, track=quietly)


def stopped_at(number):
    def track(items, doing, total=None):
        for place, item in enumerate(items):
            if place == number:
                raise KeyboardInterrupt
            yield item

    return track


def test_a_draft_is_not_gone_on_with_for_another_folder_or_another_meaning_of_a_word(coco_source, tmp_path):
    mapping = tmp_path / "labels.yaml"
    mapping.write_text("Gun: weapon\nKnife: blade\n")
    with pytest.raises(KeyboardInterrupt):
        imported(coco_source, tmp_path / "pool", mapping, stopped_at(9))
    shutil.copytree(coco_source, tmp_path / "other")
    with pytest.raises(PoolError, match="finished by the command that began it"):
        imported(tmp_path / "other", tmp_path / "pool", mapping)
    mapping.write_text("Gun: firearm\nKnife: blade\n")
    with pytest.raises(PoolError, match='\'Gun\' is "firearm", and was "weapon"'):
        imported(coco_source, tmp_path / "pool", mapping)
    mapping.write_text("Gun: weapon\nKnife: blade\nPliers: tool\n")
    *_, pool = imported(coco_source, tmp_path / "pool", mapping)
    assert pool.info.labels == ("blade", "weapon")


def test_what_was_looked_for_is_canonical_and_holds_what_is_marked(coco_source, tmp_path):
    with pytest.raises(PoolError, match="'gunn'"):
        imported(coco_source, tmp_path / "a", examined_for=["gunn"])
    with pytest.raises(PoolError, match="'Gun', which is 'firearm'"):
        imported(coco_source, tmp_path / "b", examined_for=["blade"])
    *_, pool = imported(coco_source, tmp_path / "c", examined_for=["blade", "firearm", "currency"])
    assert {record.examined_for for record in pool.scans} == {("blade", "currency", "firearm")}


def test_a_pool_is_not_written_into_its_source(coco_source):
    with pytest.raises(PoolError, match="outside of its source"):
        imported(coco_source, coco_source / "pool")


def test_views_and_scans_of_like_names_keep_files_of_their_own(coco_source, tmp_path):
    one, other, third = sorted((coco_source / "images").iterdir())[:3]
    pair = SourceScan("a", (SourceView("ol", (one,)), SourceView("sd", (other,))), "g")
    scans = [pair, SourceScan("a-ol", (SourceView("v", (third,)),), "h"), SourceScan("x" * 300, pair.views[:1], "i")]
    given = Given("site", Rights(licence="x", may_train=True, may_redistribute=False), str)
    report = import_all([*scans, pair], tmp_path / "pool", coco_source, given)
    assert check_pool(read_pool(tmp_path / "pool")) == []
    assert report.scans == 3
    assert dict(report.dirt) == {"scans of the name of another: left out": 1}


def test_a_pool_of_ours_comes_in_with_declarations_and_truth(tmp_path):
    kind = KINDS["cargo"]
    order = Order("cargo", 3, Rates(0.5, 0.3, 0.1), kind.read_scanner(kind.scanner), kind.carriers)
    generate(tmp_path / "made", order, scans=3)
    options = {
        "source": tmp_path / "made", "site": "x", "out": tmp_path / "pool", "layout": "pool", "labels": None,
        "examined_for": (), "licence": "", "may_train": True, "may_redistribute": False, "scanner_key": "",
        "group_key": "group", "track": quietly,
    }  # fmt: skip
    import_.run(**options)
    for name in ("declarations.jsonl", "truth.jsonl"):
        assert (tmp_path / "pool" / name).read_bytes() == (tmp_path / "made" / name).read_bytes()
    one, other = read_pool(tmp_path / "pool"), read_pool(tmp_path / "made")
    assert one.annotations.annotations == other.annotations.annotations != ()
    assert [scan.units for scan in one.scans] == [scan.units for scan in other.scans]
    with pytest.raises(PoolError, match="keeps what it says"):
        import_.run(**options | {"licence": "other", "out": tmp_path / "again"})


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
    import_all(scans, tmp_path / "pool", coco_source, given)
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
