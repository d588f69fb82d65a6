"""A pool that was made in the service becomes one that can be given on, with what is annotated in it."""

import json

import numpy as np
import pytest

from datasets.checks.run import problems_at
from datasets.pool.draft import Draft
from datasets.pool.errors import PoolError
from datasets.pool.records import Falsehood, PoolInfo, TruthRecord
from datasets.pool.store import read_pool
from datasets.pool.stream import PoolStream
from datasets.sandbox import KINDS, Order, Rates, generate
from declarations.schema import Declaration, Line, Package
from imaging.anonymisation.pseudonym import Pseudonyms
from tests.datasets.pooling import bag, box, files_of, scan, write

SECRETS = (b"kowalski", b"quill", b"zephyr", b"dec-7", b"1234.5", b"bremerhaven", b"\x27x\x27")


@pytest.fixture
def source(tmp_path):
    """Three scans of two consignments, annotated, with words in every field that takes them."""
    marked = box().model_copy(update={"attributes": {"found_by": "Quill", "visible_share": 0.5, "Kowalski": 1}})
    root = write(
        tmp_path / "bremerhaven",
        scan("Kowalski1", bag(1), objects=[marked, box("knife", 40)], declared="DEC-7", group="Zephyr"),
        scan("Kowalski2", bag(2), group="Zephyr", scanner="gate of Zephyr", captured="2024-03"),
        scan("Kowalski3", bag(3), objects=[box("knife")], split="test", group="Quill"),
        site="bremerhaven",
    )
    line = Line(
        line_no=1, commodity_code="0901210010", description="coffee of Zephyr", gross_mass_kg=1234.5, origin="DE",
        packages=(Package(count=2, type="bags of Quill"),),
    )  # fmt: skip
    (root / "declarations.jsonl").write_text(
        Declaration(declaration_id="DEC-7", lines=(line,)).model_dump_json() + "\n"
    )
    lies = Falsehood(kind="goods_swapped", facts={"told_by": "Quill", "mass_kg": 4.0})
    truth = [
        TruthRecord(unit_id=f"uKowalski{n}", outcome="clean", basis="physical_exam", falsehoods=(lies,), lines=(line,))
        for n in (1, 2, 3)
    ]
    (root / "truth.jsonl").write_text("".join(one.model_dump_json() + "\n" for one in truth))
    return root


def _new(kind, name):
    return Pseudonyms("north", b"00112233445566778899aabbccddeeff").of(kind, name)


def test_no_word_of_the_source_is_left(anonymised, source, tmp_path):
    anonymised(source, descriptions="keep")
    found = {**files_of(tmp_path / "pool"), "audit": (tmp_path / "pool.audit.json").read_bytes()}
    for name, body in found.items():
        assert [word for word in SECRETS if word in (name.encode() + body).lower()] == [], name
    assert problems_at(tmp_path / "pool") == []


def test_annotations_stay_with_their_scans(anonymised, source, tmp_path):
    anonymised(source)
    entries = {entry.scan.scan_id: entry for entry in PoolStream(tmp_path / "pool").entries()}
    (view,) = entries[_new("scan", "Kowalski1")].annotated
    assert [(one.label, one.bbox) for one in view.objects] == [("firearm", (3, 5, 20, 10)), ("knife", (40, 5, 20, 10))]
    assert view.objects[0].attributes == {"visible_share": 0.5}
    assert [len(entries[_new("scan", f"Kowalski{n}")].annotated[0].objects) for n in (1, 2, 3)] == [2, 0, 1]
    pool = read_pool(tmp_path / "pool")
    pixels = {record.scan_id: pool.read_scan(record).view.pixels[0] for record in pool.scans}
    for n in (1, 2, 3):
        assert np.array_equal(pixels[_new("scan", f"Kowalski{n}")], bag(n))


def test_what_belongs_together_stays_together_and_on_its_side(anonymised, source, tmp_path):
    anonymised(source)
    scans = {record.scan_id: record for record in read_pool(tmp_path / "pool").scans}
    one, two, three = (scans[_new("scan", f"Kowalski{n}")] for n in (1, 2, 3))
    assert one.group == two.group != three.group
    assert three.split == "test"
    assert two.scanner.startswith("scanner-")
    assert two.captured == "2024-03"
    assert one.site == "north"


def test_what_is_declared_and_true_is_coarser(anonymised, source, tmp_path):
    anonymised(source)
    (declaration,) = PoolStream(tmp_path / "pool").declarations()
    (line,) = declaration.lines
    assert declaration.declaration_id == _new("declaration", "DEC-7")
    assert (line.commodity_code, line.gross_mass_kg, line.description) == ("090121", 1230, "")
    assert line.packages == (Package(count=2, type="package"),)
    truth = {one.unit_id: one for one in PoolStream(tmp_path / "pool").truth()}
    assert set(truth) == {_new("unit", f"uKowalski{n}") for n in (1, 2, 3)}
    (lie,) = truth[_new("unit", "uKowalski1")].falsehoods
    assert (lie.kind, lie.facts) == ("goods_swapped", {"mass_kg": 4.0})
    totals = json.loads((tmp_path / "pool.audit.json").read_text())["totals"]
    assert totals["cells_removed"] == 2 + 3


def test_truth_of_what_is_held_back_stays_behind(anonymised, source, tmp_path):
    (source / "images" / "Kowalski3.tiff").write_bytes(b"II*\x00torn")
    (source / "images" / "Kowalski2.tiff").unlink()
    (source / "images" / "Kowalski2.tiff").symlink_to("/etc/hostname")
    outcome = anonymised(source)
    assert len(outcome.problems) == 2
    assert [one.unit_id for one in PoolStream(tmp_path / "pool").truth()] == [_new("unit", "uKowalski1")]
    assert problems_at(tmp_path / "pool") == []


def test_what_an_owner_forbids_stays_forbidden(anonymised, source, tmp_path):
    anonymised(source, may_redistribute=False)
    (rights,) = {record.rights for record in read_pool(tmp_path / "pool").scans}
    assert (rights.licence, rights.may_train, rights.may_redistribute) == ("x", True, False)


def test_a_sealed_pool_stays_sealed(anonymised, tmp_path):
    root = write(tmp_path / "sealed", scan("a", bag(1)), sealed=True)
    anonymised(root)
    assert PoolStream(tmp_path / "pool").is_sealed


def test_pools_of_several_services_are_refused(anonymised, source):
    path = source / "pool.json"
    info = PoolInfo.model_validate_json(path.read_text())
    path.write_text(info.model_copy(update={"sites": ("a", "b")}).model_dump_json())
    with pytest.raises(PoolError, match="its own scans"):
        anonymised(source)


@pytest.mark.parametrize("after", [0, 1, 2, 4])
def test_a_run_that_was_cut_off_ends_with_the_same_bytes(anonymised, source, tmp_path, monkeypatch, after):
    anonymised(source, "whole/pool")
    finish, calls = Draft.done, []

    def cut(*args):
        if len(calls) == after:
            raise KeyboardInterrupt
        calls.append(0)
        finish(*args)

    monkeypatch.setattr(Draft, "done", cut)
    with pytest.raises(KeyboardInterrupt):
        anonymised(source, "cut/pool")
    monkeypatch.setattr(Draft, "done", finish)
    anonymised(source, "cut/pool", workers=2)
    assert files_of(tmp_path / "whole") == files_of(tmp_path / "cut")


@pytest.mark.parametrize("kind", ["cargo", "ct"])
def test_simulated_pools_pass_whole(anonymised, tmp_path, kind):
    made = KINDS[kind]
    order = Order(kind, 3, Rates(0.5, 0.5, 0.1), made.read_scanner(made.scanner), made.carriers)
    generate(tmp_path / "made", order, scans=2 if kind == "cargo" else 1, site="here", workers=1, progress=lambda: None)
    anonymised(tmp_path / "made", dates="shift")
    before, after = PoolStream(tmp_path / "made"), PoolStream(tmp_path / "pool")
    assert after.count() == before.count()
    assert len(list(after.annotations())) == len(list(before.annotations()))
    old = {_new("scan", entry.scan.scan_id): entry for entry in before.entries()}
    for entry in after.entries():
        views, old_views = entry.scan.views, old[entry.scan.scan_id].scan.views
        assert [(one.size_hw, one.quantity, one.channels, one.geometry) for one in views] == [
            (one.size_hw, one.quantity, one.channels, one.geometry) for one in old_views
        ]
    assert problems_at(tmp_path / "pool") == []
