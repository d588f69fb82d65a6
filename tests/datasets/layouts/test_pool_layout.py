"""A pool of ours as a source: every field of views and objects comes through, missing files leave their scan out."""

import pytest

from datasets.layouts import SourceObject, pool
from datasets.pool import PoolError
from datasets.pool.draft import Draft, LabelledObject, ViewObjects
from datasets.pool.records import FileRecord, PoolInfo, Rights, ScanRecord, ViewRecord

RIGHTS = Rights(licence="none", may_train=True, may_redistribute=False)


def scan(scan_id, *files, split="train"):
    views = tuple(
        ViewRecord(
            view_id=f"view{number}",
            quantity="transmission",
            channels=tuple(channels),
            files=(FileRecord(path=path, channels=tuple(channels), sha256="0" * 64),),
            size_hw=(48, 64),
        )
        for number, (path, channels) in enumerate(files)
    )
    return ScanRecord(
        scan_id=scan_id,
        site="here",
        scanner="cargo 6/4",
        split=split,
        group=f"group of {scan_id}",
        rights=RIGHTS,
        examined_for=("Gun",),
        exam_basis="simulated",
        views=views,
    )


def pool_of(root, *entries, sealed=False):
    with Draft(root, {"verb": "test"}) as draft:
        for one, annotated in entries:
            draft.add_scan(one, annotated)
        draft.finish(PoolInfo(name="p", labels=("Gun",), sites=("here",)), sealed=sealed)
    for one, _ in entries:
        for view in one.views:
            (root / view.files[0].path).parent.mkdir(exist_ok=True)
            (root / view.files[0].path).write_bytes(b"")
    return root


def test_scans_views_and_objects_come_through(tmp_path, gather):
    found = LabelledObject(
        label="Gun",
        bbox=(1, 2, 30, 40),
        visible_bbox=(1, 2, 3, 4),
        iscrowd=1,
        segmentation=((1, 2, 3, 4, 5, 6),),
        attributes={"mask_level": 3, "detectability": 0.5, "note": None},
    )
    mask = FileRecord(path="masks/a.png", channels=("level",), sha256="0" * 64)
    root = pool_of(
        tmp_path / "p",
        (scan("b", ("images/b.tiff", ["low", "high"])), []),
        (
            scan("a", ("images/a0.tiff", ["low"]), ("images/a1.tiff", ["low"]), split="test"),
            [ViewObjects(view_id="view1", objects=(found,), mask=mask), ViewObjects(view_id="view0")],
        ),
    )
    (root / "masks").mkdir()
    (root / "masks" / "a.png").write_bytes(b"")
    scans, dirt = gather(pool.read, root)
    assert dirt == {}
    assert list(scans) == ["a", "b"]
    first, second = scans["a"].views
    assert first.objects == ()
    assert second.objects == (
        SourceObject(
            "Gun",
            (1, 2, 30, 40),
            ((1, 2, 3, 4, 5, 6),),
            is_crowd=True,
            visible_bbox=(1, 2, 3, 4),
            attributes={"mask_level": 3, "detectability": 0.5, "note": None},
        ),
    )
    assert second.mask == root / "masks" / "a.png"
    assert (first.files, first.stated_hw, first.is_annotated) == ((root / "images" / "a0.tiff",), (48, 64), True)
    assert (scans["a"].group, scans["a"].scanner, scans["a"].subset) == ("group of a", "cargo 6/4", "test")
    assert scans["a"].examined_for == ("Gun",)
    assert not scans["b"].views[0].is_annotated


def test_a_sealed_pool_has_scans_that_are_not_annotated(tmp_path, gather):
    root = pool_of(tmp_path / "p", (scan("a", ("images/a.tiff", ["low"])), None), sealed=True)
    scans, dirt = gather(pool.read, root)
    assert dirt == {}
    assert [view.is_annotated for view in scans["a"].views] == [False]


def test_scans_of_missing_or_outer_files_are_left_out_and_counted(tmp_path, gather):
    root = pool_of(
        tmp_path / "p",
        (scan("a", ("images/a.tiff", ["low"]), ("images/gone.tiff", ["low"])), []),
        (scan("b", ("images/b.tiff", ["low"])), []),
        (scan("c", ("images/c.tiff", ["low"])), []),
    )
    (root / "images" / "gone.tiff").unlink()
    (root / "images" / "b.tiff").rename(tmp_path / "outside.tiff")
    (root / "images" / "b.tiff").symlink_to(tmp_path / "outside.tiff")
    scans, dirt = gather(pool.read, root)
    assert list(scans) == ["c"]
    assert dirt == {
        "images that are named but not in the folder: left out": 1,
        "names that lead out of the folder: left out": 1,
        "scans of which a file is missing: left out": 2,
    }


def test_what_is_no_pool_is_refused(lay, gather):
    with pytest.raises(PoolError, match=r"a pool is a folder with pool\.json"):
        gather(pool.read, lay({"scans.jsonl": ""}))
