"""Drafts: nothing is lost by a kill, nothing is there before all is, and the same records give the same bytes."""

import json
import os
import signal
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.pool import PoolError, read_pool, write_pool
from datasets.pool.draft import Draft, LabelledObject, ViewObjects
from datasets.pool.records import Annotation, Annotations, Category, PoolInfo, TruthRecord, UnitRecord
from declarations.schema import Declaration, Line

from .conftest import a_box, annotated, scan_record


def test_an_empty_draft_gives_an_empty_pool(draft, info):
    finished = draft.finish(info)
    pool = read_pool(draft.out)
    assert (pool.scans, pool.declarations, pool.truth) == ((), {}, None)
    assert pool.info == finished
    assert not draft.root.exists()


def test_it_writes_the_bytes_that_write_pool_writes(draft, info, tmp_path):
    """The reader's oracle: the same records through the writer that holds all of them in memory."""
    scans = [scan_record(name, units=(UnitRecord(unit_id=f"u{name}"),)) for name in ("b", "a", "é", "Z")]
    declaration = Declaration(declaration_id="d", lines=(Line(line_no=1, commodity_code="090121"),))
    truth = TruthRecord(unit_id="ub", outcome="clean", basis="simulated")
    for scan in scans:
        draft.add_scan(scan, [annotated(a_box("knife"), a_box())] if scan.scan_id == "b" else [annotated()])
    draft.add_declaration(declaration)
    draft.add_truth(truth)
    draft.finish(info)
    ordered = sorted(scans, key=lambda scan: scan.scan_id)
    objects = tuple(
        Annotation(id=number, image_id=3, category_id=category, bbox=(2, 3, 5, 4), area=20)
        for number, category in ((1, 2), (2, 1))
    )
    images = tuple(
        {
            "id": number,
            "scan_id": scan.scan_id,
            "view_id": "view0",
            "file_name": scan.views[0].files[0].path,
            "height": 20,
            "width": 30,
        }
        for number, scan in enumerate(ordered, start=1)
    )
    categories = (Category(id=1, name="gun"), Category(id=2, name="knife"))
    document = Annotations.model_validate({"images": images, "annotations": objects, "categories": categories})
    write_pool(tmp_path / "oracle", info, ordered, [declaration], [truth], document)
    written = {path.name: path.read_bytes() for path in draft.out.iterdir()}
    assert written == {path.name: path.read_bytes() for path in (tmp_path / "oracle").iterdir()}


def test_a_sealed_pool_has_no_annotations(draft, info):
    draft.add_scan(scan_record("a"), None)
    draft.finish(info, sealed=True)
    assert read_pool(draft.out).annotations is None


def test_a_folder_with_files_is_refused(tmp_path):
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool" / "mine").touch()
    with pytest.raises(PoolError, match="empty folder"):
        Draft(tmp_path / "pool", {})
    assert not (tmp_path / "pool.draft").exists()


def test_an_empty_folder_is_taken(tmp_path, info):
    (tmp_path / "pool").mkdir()
    with Draft(tmp_path / "pool", {}) as draft:
        draft.finish(info)
    assert read_pool(tmp_path / "pool").scans == ()


def test_another_command_does_not_go_on_with_a_draft(tmp_path):
    with Draft(tmp_path / "pool", {"verb": "import", "site": "a"}):
        pass
    with pytest.raises(PoolError, match="the command that began it"):
        Draft(tmp_path / "pool", {"verb": "import", "site": "b"})


def test_names_are_unique(draft):
    draft.add_scan(scan_record("a"), None)
    with pytest.raises(PoolError, match="'a' twice"):
        draft.add_scan(scan_record("a"), None)


def test_names_are_text(draft):
    with pytest.raises(PoolError, match="Unicode"):
        draft.add_scan(scan_record("\udcff", group="x"), None)


@pytest.mark.parametrize("views", [[annotated(view=1)], [annotated(), annotated()]], ids=["strange", "twice"])
def test_what_is_annotated_is_a_view_of_the_scan(draft, views):
    with pytest.raises(PoolError, match="a view of the scan"):
        draft.add_scan(scan_record("a"), views)


def test_an_object_of_no_label_is_refused(draft, info):
    draft.add_scan(scan_record("a"), [annotated(a_box("bomb"))])
    with pytest.raises(PoolError, match="'bomb'"):
        draft.finish(info)
    assert not draft.out.exists()


def test_what_is_done_outlives_a_kill_and_what_is_not_does_not(tmp_path):
    with Draft(tmp_path / "pool", {}) as draft:
        draft.add_scan(scan_record("a"), None)
        draft.keep("n", "1")
        draft.done("first", "one scan")
        draft.add_scan(scan_record("b"), None)
    with Draft(tmp_path / "pool", {}) as again:
        assert [scan.scan_id for scan in again.scans()] == ["a"]
        assert again.is_done("first")
        assert not again.is_done("second")
        assert list(again.results()) == [("first", "one scan")]
        assert list(again.kept()) == [("n", "1")]
        again.give_up()
    assert not (tmp_path / "pool.draft").exists()


def test_a_killed_process_leaves_a_draft_that_can_be_finished(tmp_path, root, info):
    """SIGKILL amid writing: no pool, and the draft holds what was done."""
    script = (
        "import sys, os, signal; from pathlib import Path; from datasets.pool.draft import Draft\n"
        "sys.path.insert(0, 'tests/datasets/pool'); from conftest import scan_record\n"
        f"draft = Draft(Path({str(tmp_path / 'pool')!r}), {{}})\n"
        "for number in range(9):\n"
        "    draft.add_scan(scan_record(str(number)), None)\n"
        "    if number == 4: draft.done('half')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(root)}
    died = subprocess.run([sys.executable, "-c", script], cwd=root, env=environment, check=False)
    assert died.returncode == -signal.SIGKILL
    assert not (tmp_path / "pool").exists()
    with Draft(tmp_path / "pool", {}) as draft:
        assert len(list(draft.scans())) == 5
        draft.finish(info, sealed=True)
    assert len(read_pool(tmp_path / "pool").scans) == 5


def test_scans_may_be_replaced_while_they_are_read(draft):
    """More of them than are read at once."""
    for number in range(600):
        draft.add_scan(scan_record(f"{number:03}"), None)
    for scan in draft.scans():
        draft.replace_scan(scan.model_copy(update={"group": "one"}))
    found = list(draft.scans())
    assert [scan.scan_id for scan in found] == [f"{number:03}" for number in range(600)]
    assert {scan.group for scan in found} == {"one"}


@settings(max_examples=25)
@given(st.sets(st.text(st.characters(codec="utf-8"), max_size=3), max_size=12), st.text("ab%_\U0010ffff", max_size=2))
def test_notes_are_found_by_how_their_name_begins(tmp_path_factory, names, prefix):
    with Draft(tmp_path_factory.mktemp("notes") / "pool", {}) as draft:
        for name in names:
            draft.keep(name, name)
        assert list(draft.kept(prefix)) == [(name, name) for name in sorted(names) if name.startswith(prefix)]


def test_an_object_keeps_all_that_is_known_of_it(draft, info):
    one = LabelledObject(
        label="gun",
        bbox=(1.5, 2.25, 3.0, 4.0),
        visible_bbox=(1.5, 2.25, 2.0, 2.0),
        iscrowd=1,
        segmentation=((1.0, 2.0, 3.0, 2.0, 2.0, 4.0),),
        attributes={"mass_kg": 0.25, "hidden": True, "note": None},
        area=6.0625,
    )
    draft.add_scan(scan_record("a"), [ViewObjects(view_id="view0", objects=(one,))])
    draft.finish(info)
    (found,) = json.loads((draft.out / "annotations.json").read_text())["annotations"]
    assert (found["visible_bbox"], found["iscrowd"], found["area"]) == ([1.5, 2.25, 2.0, 2.0], 1, 6.0625)
    assert found["attributes"] == one.attributes
    assert found["segmentation"] == [[1.0, 2.0, 3.0, 2.0, 2.0, 4.0]]


def test_area_is_that_of_the_box_where_nobody_measured_it(draft):
    draft.add_scan(scan_record("a"), [annotated(LabelledObject(label="gun", bbox=(0, 0, 1.111, 3)))])
    draft.finish(PoolInfo(name="p", labels=("gun",), sites=()))
    assert json.loads((draft.out / "annotations.json").read_text())["annotations"][0]["area"] == 3.33
