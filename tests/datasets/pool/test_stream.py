"""Streams: what a draft was given comes out again, and a pool that was tampered with is refused, not half read."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.pool import PoolError, read_pool
from datasets.pool.draft import Draft
from datasets.pool.nesting import LIMIT, refuse_deep
from datasets.pool.records import PoolInfo, TruthRecord, UnitRecord
from datasets.pool.stream import PoolStream
from declarations.schema import Declaration

from .conftest import a_box, annotated, scan_record

INFO = PoolInfo(name="small", labels=("gun", "knife"), sites=("here",))
BOXES = st.lists(st.builds(a_box, st.sampled_from(INFO.labels), st.floats(0, 20)), max_size=3)
VIEWS = st.dictionaries(st.integers(0, 2), BOXES)


def write(out, scans: dict, *, sealed: bool = False):
    """A pool of scans of three views; by name, what is annotated in which view."""
    with Draft(out, {}) as draft:
        for name, views in scans.items():
            found = [annotated(*boxes, view=view) for view, boxes in sorted(views.items())]
            draft.add_scan(scan_record(name, view_count=3), None if sealed else found)
        draft.finish(INFO, sealed=sealed)
    return PoolStream(out)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1, max_size=4), VIEWS, max_size=6))
def test_entries_are_what_the_draft_was_given(tmp_path_factory, scans):
    stream = write(tmp_path_factory.mktemp("pool") / "pool", scans)
    found = {
        entry.scan.scan_id: {int(view.view_id[-1]): list(view.objects) for view in entry.annotated or ()}
        for entry in stream.entries()
    }
    assert list(found) == sorted(scans)
    assert found == scans


def test_it_reads_what_read_pool_reads(tmp_path):
    with Draft(tmp_path / "pool", {}) as draft:
        for name in "cab":
            draft.add_scan(scan_record(name, units=(UnitRecord(unit_id=name),)), [annotated(a_box())])
            draft.add_truth(TruthRecord(unit_id=name, outcome="clean", basis="simulated"))
            draft.add_declaration(Declaration(declaration_id=name, lines=()))
        draft.finish(INFO)
    pool, stream = read_pool(tmp_path / "pool"), PoolStream(tmp_path / "pool")
    assert stream.info == pool.info
    assert tuple(stream.scans()) == pool.scans
    assert {one.declaration_id: one for one in stream.declarations()} == pool.declarations
    assert {one.unit_id: one for one in stream.truth()} == pool.truth
    assert tuple(stream.images()) == pool.annotations.images
    assert tuple(stream.annotations()) == pool.annotations.annotations
    assert stream.categories() == pool.annotations.categories


def test_a_sealed_pool_has_scans_of_which_nothing_is_said(tmp_path):
    stream = write(tmp_path / "pool", {"a": {}, "b": {}}, sealed=True)
    assert stream.is_sealed
    assert [(entry.scan.scan_id, entry.annotated) for entry in stream.entries()] == [("a", None), ("b", None)]
    said = (stream.truth(), stream.images(), stream.annotations(), stream.categories())
    assert [list(records) for records in said] == [[], [], [], []]


def test_a_scan_without_annotated_views_lies_between_others(tmp_path):
    stream = write(tmp_path / "pool", {"a": {0: [a_box()]}, "b": {}, "c": {2: []}, "d": {0: [], 2: [a_box()]}})
    assert [len(entry.annotated) for entry in stream.entries()] == [1, 0, 1, 2]


def _tamper(document, change):
    if change == "image of no scan":
        document["images"][1]["scan_id"] = "nobody"
    if change == "images out of order":
        document["images"].reverse()
    if change == "annotations out of order":
        document["annotations"].reverse()
    if change == "annotation of no image":
        document["annotations"][0]["image_id"] = 99
    if change == "no such category":
        document["annotations"][0]["category_id"] = 99
    if change == "unknown key":
        document["images"][0]["owner"] = "x"
    if change == "no number":
        document["annotations"][0]["area"] = "x"


@pytest.mark.parametrize(
    "change",
    [
        "image of no scan",
        "images out of order",
        "annotations out of order",
        "annotation of no image",
        "no such category",
        "unknown key",
        "no number",
    ],
)
def test_annotations_that_do_not_fit_the_scans_are_refused(tmp_path, change):
    stream = write(tmp_path / "pool", {name: {0: [a_box()]} for name in "abc"})
    assert len(list(stream.entries())) == 3
    path = tmp_path / "pool" / "annotations.json"
    document = json.loads(path.read_text())
    _tamper(document, change)
    path.write_text(json.dumps(document))
    with pytest.raises(PoolError):
        list(stream.entries())


@pytest.mark.parametrize(
    "text", [b"", b"{", b'{"images":[}', b"\xff", b'{"images":[{"id":"\xff"}]}', b'{"images":' + b"[" * 100_000]
)
def test_annotations_that_are_no_json_are_refused(tmp_path, text):
    stream = write(tmp_path / "pool", {"a": {0: [a_box()]}})
    (tmp_path / "pool" / "annotations.json").write_bytes(text)
    with pytest.raises(PoolError):
        list(stream.images())


@pytest.mark.parametrize("name", ["scans.jsonl", "declarations.jsonl", "truth.jsonl"])
def test_lines_stand_in_order_each_once(tmp_path, name):
    with Draft(tmp_path / "pool", {}) as draft:
        for one in "ab":
            draft.add_scan(scan_record(one), None)
            draft.add_declaration(Declaration(declaration_id=one, lines=()))
            draft.add_truth(TruthRecord(unit_id=one, outcome="clean", basis="simulated"))
        draft.finish(INFO)
    stream = PoolStream(tmp_path / "pool")
    read = {"scans.jsonl": stream.scans, "declarations.jsonl": stream.declarations, "truth.jsonl": stream.truth}[name]
    assert len(list(read())) == 2
    first, second = (tmp_path / "pool" / name).read_text().splitlines()
    for lines in ([second, first], [first, first], [first, "", second], [first, "\x00"]):
        (tmp_path / "pool" / name).write_text("\n".join(lines) + "\n")
        with pytest.raises(PoolError):
            list(read())
    (tmp_path / "pool" / name).write_bytes(b"\xff\xfe\n")
    with pytest.raises(PoolError):
        list(read())


def test_a_pool_without_its_scans_is_refused(tmp_path):
    stream = write(tmp_path / "pool", {"a": {}})
    (tmp_path / "pool" / "scans.jsonl").unlink()
    with pytest.raises(PoolError, match=r"no scans\.jsonl"):
        list(stream.scans())


@pytest.mark.parametrize("path", ["/etc/passwd", "../x.tiff", "images/../../x", "", "images\\x", "a\x00b"])
def test_files_lie_below_the_root(tmp_path, path):
    stream = write(tmp_path / "pool", {"a": {}})
    lines = tmp_path / "pool" / "scans.jsonl"
    record = json.loads(lines.read_text())
    record["views"][0]["files"][0]["path"] = path
    lines.write_text(json.dumps(record) + "\n")
    with pytest.raises(PoolError, match="below the pool's root"):
        list(stream.scans())


def _reference_depth(value) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_reference_depth, inner), default=0)


TEXT = st.text(st.sampled_from('[]{}"\\a'), max_size=6)
NESTED = st.recursive(TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3))


@given(NESTED, st.integers(1, 9), st.sampled_from([0, LIMIT - 2, LIMIT - 1, LIMIT]))
def test_depth_is_that_of_the_parsed_file(tmp_path_factory, value, chunk, around):
    """Whatever stands in strings, and wherever the file is cut into chunks."""
    for _ in range(around):
        value = [value]
    path = tmp_path_factory.mktemp("json") / "x.json"
    path.write_text(json.dumps(value))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datasets.pool.nesting._CHUNK", chunk)
        if _reference_depth(value) > LIMIT:
            with pytest.raises(PoolError, match="nests"):
                refuse_deep(path)
        else:
            refuse_deep(path)
