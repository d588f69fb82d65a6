"""Merges: the order of pools changes nothing, every scan is there once, rights and ignorance are kept."""

import json
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.checks.run import problems_at
from datasets.merge import merge_pools
from datasets.pool import PoolError, read_pool
from datasets.pool.records import FileRecord, Rights, all_operations
from datasets.pool.split import split_of
from datasets.pool.store import read_info, seal_info
from datasets.pool.stream import PoolStream
from datasets.resplit import split_pool
from datasets.verbs import merge as verb
from datasets.verbs.outcome import quietly
from imaging import ScanError
from tests.datasets.pooling import bag, box, files_of, scan, write

NO_TRAINING = Rights(licence="y", may_train=False, may_redistribute=False)


def merged(tmp_path, *pools, out="out"):
    return merge_pools(pools, tmp_path / out, name="merged", track=quietly)


def scans_of(root):
    return {scan.scan_id: scan for scan in PoolStream(root).scans()}


@pytest.fixture
def pools(tmp_path):
    """Three sites: two share a bag in other crops, the third has other labels and rights."""
    return (
        write(tmp_path / "a", scan("a1", bag(1), objects=[box()], declared="da"), scan("a2", bag(2)), site="a"),
        write(tmp_path / "b", scan("b1", bag(1)[:-4, 5:]), scan("b2", bag(3), outcome="contraband"), site="b"),
        write(
            tmp_path / "c", scan("c1", bag(4), objects=[box("saw")], rights=NO_TRAINING), labels=("saw",), site="c"
        ),
    )  # fmt: skip


def test_all_of_them_are_in_one_sound_pool(pools, tmp_path):
    done = merged(tmp_path, *pools)
    pool = read_pool(tmp_path / "out")
    assert problems_at(tmp_path / "out") == []
    assert sorted(scans_of(tmp_path / "out")) == ["a1", "a2", "b1", "b2", "c1"]
    assert (done.duplicates, done.refused, done.joined, done.leaks) == (0, (), 1, ())
    assert done.info.labels == ("firearm", "knife", "saw")
    assert done.info.sites == ("a", "b", "c")
    assert {unit: truth.outcome for unit, truth in pool.truth.items()}["ub2"] == "contraband"
    assert set(pool.declarations) == {"da"}
    found = {key[0]: [one.bbox for one in objects] for key, objects in pool.annotations_by_view.items()}
    assert found["a1"] == found["c1"] == [(3, 5, 20, 10)]


def test_look_alikes_of_two_pools_share_a_group_and_a_side(pools, tmp_path):
    merged(tmp_path, *pools)
    scans = scans_of(tmp_path / "out")
    assert scans["a1"].group == scans["b1"].group == "a1"
    assert all(scan.split == split_of(scan.group) for scan in scans.values())


def test_what_others_looked_for_stays_unknown_and_rights_stay_with_the_scan(pools, tmp_path):
    merged(tmp_path, *pools)
    scans = scans_of(tmp_path / "out")
    assert scans["a1"].examined_for == ("firearm", "knife")
    assert scans["c1"].examined_for == ("saw",)
    assert scans["c1"].rights == NO_TRAINING
    assert scans["a1"].rights.may_train


def test_pixels_are_those_of_the_pools_and_are_not_copied(pools, tmp_path):
    merged(tmp_path, *pools)
    before = {scan.scan_id: pool.read_scan(scan) for pool in map(read_pool, pools) for scan in pool.scans}
    after = read_pool(tmp_path / "out")
    for record in after.scans:
        assert np.array_equal(after.read_scan(record).pixels, before[record.scan_id].pixels)
        assert (after.root / record.views[0].files[0].path).stat().st_nlink == 2


@settings(max_examples=6)
@given(st.permutations([0, 1, 2]))
def test_the_order_of_pools_changes_nothing(tmp_path_factory, order):
    root = tmp_path_factory.mktemp("order")
    pools = (
        write(root / "a", scan("x", bag(1)), scan("y", bag(2), objects=[box()]), site="a"),
        write(root / "b", scan("x", bag(3)), scan("z", bag(2), objects=[box()]), site="b"),
        write(root / "c", scan("w", bag(2), objects=[box("saw")]), labels=("saw",), site="c"),
    )
    merge_pools(pools, root / "one", name="merged", track=quietly)
    merge_pools([pools[place] for place in order], root / "two", name="merged", track=quietly)
    assert files_of(root / "one") == files_of(root / "two")
    assert sorted(scans_of(root / "one")) == ["a-x", "b-x", "w"]


def test_the_same_pixels_are_kept_once_with_what_either_says(tmp_path):
    one = write(tmp_path / "a", scan("a1", bag(1), objects=[box()]), scan("a2", bag(9), group="a1"), site="a")
    other = write(
        tmp_path / "b",
        scan("b1", bag(1), objects=[box("saw", 9.0)], rights=NO_TRAINING, group="g"),
        scan("b2", bag(8), group="g"),
        labels=("saw",),
        site="b",
    )
    done = merged(tmp_path, one, other)
    scans = scans_of(tmp_path / "out")
    assert (sorted(scans), done.duplicates, done.refused) == (["a1", "a2", "b2"], 1, ())
    assert scans["a1"].examined_for == ("firearm", "knife", "saw")
    assert scans["a1"].rights == Rights(licence="x; y", may_train=False, may_redistribute=False)
    assert {scan.group for scan in scans.values()} == {"a1"}, "what was grouped with either is grouped with both"
    (view,) = next(entry for entry in PoolStream(tmp_path / "out").entries() if entry.scan.scan_id == "a1").annotated
    assert [(one.label, one.bbox[0]) for one in view.objects] == [("firearm", 3), ("saw", 9)]
    assert set(read_pool(tmp_path / "out").truth) == {"ua1", "ua2", "ub2"}


@pytest.mark.parametrize(
    "said",
    [{"objects": [box(x=50.0)]}, {"objects": []}, {"objects": [box("knife")]}, {"objects": [box()], "declared": "d"}],
    ids=["elsewhere", "nothing", "another label", "another declaration"],
)
def test_the_same_pixels_with_another_story_are_refused_and_listed(tmp_path, said):
    one = write(tmp_path / "a", scan("a1", bag(1), objects=[box()], declared="da"), site="a")
    other = write(tmp_path / "b", scan("b1", bag(1), **said), scan("b2", bag(2)), site="b")
    (line,) = merged(tmp_path, one, other).refused
    assert line.startswith("b/b1: the pixels of a1, but ") or said.get("objects") == [box()]
    assert sorted(scans_of(tmp_path / "out")) == ["a1", "b2"]


def test_names_that_two_sites_use_get_the_site_before_them(tmp_path):
    pools = [write(tmp_path / site, scan("x", bag(number)), site=site) for number, site in enumerate("ab")]
    merged(tmp_path, *pools)
    scans = scans_of(tmp_path / "out")
    assert sorted(scans) == ["a-x", "b-x"]
    assert [scan.units[0].unit_id for scan in scans.values()] == ["a-ux", "b-ux"]
    assert set(read_pool(tmp_path / "out").truth) == {"a-ux", "b-ux"}


def test_the_history_of_every_parent_is_kept_with_its_hashes(pools, tmp_path):
    split_pool(pools[0], tmp_path / "split", [], track=quietly)
    merged(tmp_path, tmp_path / "split", pools[1])
    merged(tmp_path, tmp_path / "out", pools[2], out="second")
    history = PoolStream(tmp_path / "second").info.history
    assert [step.verb for step in all_operations(history)].count("split") == 1
    hashes = {parent.content_hash for step in all_operations(history) for parent in step.parents}
    assert hashes == {PoolStream(root).info.content_hash for root in (tmp_path / "out", tmp_path / "split", *pools[1:])}


def test_what_was_held_out_stays_held_out(tmp_path):
    one = write(tmp_path / "a", *(scan(f"a{number}", bag(number), scanner=f"s{number % 2}") for number in range(8)))
    split_pool(one, tmp_path / "held", ["scanner=s1"], track=quietly)
    other = write(tmp_path / "b", scan("b", bag(3)[3:, 4:]), scan("c", bag(30)))
    merged(tmp_path, tmp_path / "held", other)
    scans = scans_of(tmp_path / "out")
    assert {scan.split for scan in scans.values() if scan.scanner == "s1"} == {"test"}
    assert scans["b"].split == "test", "it shows what a3 shows, which is held out"
    assert scans["a0"].split == split_of("a0")
    assert problems_at(tmp_path / "out") == []


@pytest.mark.parametrize("sides", [("val", "test"), ("test", "train"), ("test", "calibration")])
def test_a_group_that_stands_on_two_sides_on_purpose_goes_to_the_strictest(tmp_path, sides):
    groups = [next(name for name in "abcdefghijkl" if split_of(f"{site}{name}") not in sides) for site in "ab"]
    pools = [
        write(
            tmp_path / site,
            scan(site, bag(1)[number:], group=f"{site}{group}", split=side),
            site=site,
        )
        for number, (site, group, side) in enumerate(zip("ab", groups, sides, strict=True))
    ]
    merged(tmp_path, *pools)
    assert {scan.split for scan in scans_of(tmp_path / "out").values()} == {"test"}


def _rewritten(root, name, change):
    """A file of the pool with other words in it; the head's hashes are set to fit."""
    path = root / name
    path.write_text(change(path.read_text()))
    seal_info(root, read_info(root))


def _spoil(root, how):
    if how == "schema":
        head = json.loads((root / "pool.json").read_text())
        (root / "pool.json").write_text(json.dumps(head | {"schema_version": 2}))
    if how == "stale":
        (root / "scans.jsonl").write_text((root / "scans.jsonl").read_text().replace('"single"', '"high"'))
    if how == "file":
        next((root / "images").iterdir()).write_bytes(b"")
    if how == "gone":
        next((root / "images").iterdir()).unlink()
    if how == "spelling":
        head = json.loads((root / "pool.json").read_text())
        (root / "pool.json").write_text(json.dumps(head | {"labels": ["Fire arm", "knife"]}))


@pytest.mark.parametrize("how", ["schema", "stale", "file", "gone", "spelling"])
def test_a_spoilt_pool_is_refused(pools, tmp_path, how):
    for path in (tmp_path / "b" / "images").iterdir():  # what was linked is not spoilt with it
        assert path.stat().st_nlink == 1
    _spoil(tmp_path / "b", how)
    with pytest.raises((PoolError, ScanError)):
        merged(tmp_path, *pools)
    assert not (tmp_path / "out").exists()


def test_pools_that_contradict_each_other_are_refused(pools, tmp_path):
    sealed = write(tmp_path / "sealed", scan("s", bag(6)), sealed=True)
    with pytest.raises(PoolError, match="sealed"):
        merged(tmp_path, pools[0], sealed)
    twin = write(tmp_path / "twin", scan("a1", bag(7)), site="a")
    with pytest.raises(PoolError, match="two scans of one site"):
        merged(tmp_path, pools[0], twin)
    with pytest.raises(PoolError, match="two pools"):
        verb.run(pools=pools[:1], out=tmp_path / "alone", name="", track=quietly)
    assert not (tmp_path / "out").exists()


def test_declarations_of_one_name_are_one_or_refused(tmp_path):
    one = write(tmp_path / "a", scan("a1", bag(1), declared="d"), site="a")
    same = write(tmp_path / "b", scan("b1", bag(2), declared="d"), site="b")
    merged(tmp_path, one, same)
    scans = scans_of(tmp_path / "out")
    assert scans["a1"].group == scans["b1"].group, "one consignment stands on one side"
    _rewritten(same, "declarations.jsonl", lambda text: text.replace("090121", "090122"))
    with pytest.raises(PoolError, match="declarations of one name"):
        merged(tmp_path, one, same, out="second")


def test_sealed_pools_give_a_sealed_pool(tmp_path):
    pools = [write(tmp_path / name, scan(name, bag(number)), sealed=True) for number, name in enumerate("ab")]
    merged(tmp_path, *pools)
    assert PoolStream(tmp_path / "out").is_sealed
    assert sorted(scans_of(tmp_path / "out")) == ["a", "b"]


class CutOffError(Exception):
    """Something like a kill."""


@pytest.mark.parametrize("last", [0, 2, 4])
def test_a_run_that_was_cut_off_goes_on_to_the_same_bytes(pools, tmp_path, last):
    def track(items, doing, total=None):
        for number, item in enumerate(items):
            if number == last:
                raise CutOffError
            yield item

    merged(tmp_path, *pools, out="whole")
    with pytest.raises(CutOffError):
        merge_pools(pools, tmp_path / "out", name="merged", track=track)
    assert not (tmp_path / "out").exists()
    merged(tmp_path, *pools)
    assert files_of(tmp_path / "out") == files_of(tmp_path / "whole")


def test_masks_come_along(tmp_path):
    root = write(tmp_path / "a", scan("a1", bag(1)), site="a")
    (root / "masks").mkdir()
    (root / "masks" / "m").write_bytes(b"mask")
    mask = FileRecord(path="masks/m", channels=(), sha256=sha256(b"mask").hexdigest()).model_dump_json()
    _rewritten(root, "annotations.json", lambda text: text.replace('"mask":null', f'"mask":{mask}'))
    merged(tmp_path, root, write(tmp_path / "b", scan("b1", bag(2)), site="b"))
    (image,) = [image for image in PoolStream(tmp_path / "out").images() if image.mask]
    assert (tmp_path / "out" / image.mask.path).read_bytes() == b"mask"


def test_the_verb_says_what_the_pool_may_be_used_for(pools, tmp_path):
    outcome = verb.run(pools=pools, out=tmp_path / "out", name="", track=quietly)
    rights = outcome.tables["scans by licence, and what a merge of them may be used for"]
    assert (rights["scans"], rights["may train"], rights["may be passed on"]) == (5, 4, 4)
    assert (rights["licence: x"], rights["licence: y"]) == (4, 1)
    assert outcome.problems == ()
    assert outcome.tables[str(tmp_path / "out")]["groups joined into others"] == 1
