"""Forgetting leaves no byte of what is forgotten, and a sound pool."""

import hashlib
import json
import shutil

import pytest

from datasets import forget as forget_module
from datasets.bring import bring_files
from datasets.checks.run import problems_at
from datasets.pool.draft import Draft
from datasets.pool.errors import PoolError
from datasets.pool.store import read_pool
from datasets.pool.stream import PoolStream
from datasets.sandbox import KINDS, Order, Rates, generate
from datasets.verbs import forget
from datasets.verbs.outcome import quietly


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Five simulated scans with declarations, objects and truth."""
    out = tmp_path_factory.mktemp("made") / "pool"
    kind = KINDS["cargo"]
    generate(out, Order("cargo", 5, Rates(0.5, 0.3, 0.1), kind.read_scanner(kind.scanner), kind.carriers), scans=5)
    return out


@pytest.fixture
def pool(made, tmp_path):
    shutil.copytree(made, tmp_path / "shelf" / "pool")
    return tmp_path / "shelf" / "pool"


def _declared(pool):
    return next(scan for scan in read_pool(pool).scans if scan.units[0].declarations)


def _forget(pool, *units, search=()):
    return forget.run(pool=pool, units=units, search=search, track=quietly)


def test_no_byte_of_the_unit_is_left(pool):
    scan = _declared(pool)
    unit = scan.units[0]
    file = pool / scan.views[0].files[0].path
    needles = [
        scan.scan_id,
        unit.unit_id,
        unit.declarations[0].declaration_id,
        scan.views[0].files[0].sha256,
        scan.group,
    ]
    content = hashlib.sha256(file.read_bytes()).hexdigest()
    outcome = _forget(pool, unit.unit_id)
    assert outcome.problems == ()
    for path in (path for path in pool.rglob("*") if path.is_file()):
        body = path.read_bytes()
        assert [needle for needle in needles if needle.encode() in body or needle in path.name] == []
        assert hashlib.sha256(body).hexdigest() != content
    assert len(read_pool(pool).scans) == 4
    assert problems_at(pool) == []
    assert [path.name for path in pool.parent.iterdir()] == ["pool"]


def test_history_gives_the_number_alone(pool):
    scan = _declared(pool)
    _forget(pool, scan.scan_id)
    step = read_pool(pool).info.history[-1]
    assert (step.verb, step.arguments) == ("forget", {"scans": 1})


def test_a_name_that_is_not_there_changes_nothing(pool):
    before = {path: path.read_bytes() for path in pool.rglob("*") if path.is_file()}
    outcome = _forget(pool, "nobody")
    assert outcome.problems == ("no scan or unit is named 'nobody'",)
    assert {path: path.read_bytes() for path in pool.rglob("*") if path.is_file()} == before


def test_nothing_named_is_refused(pool):
    with pytest.raises(PoolError, match="named"):
        _forget(pool)


def test_what_was_made_from_the_pool_is_listed(pool, tmp_path):
    digest = read_pool(pool).info.content_hash
    shelf = tmp_path / "others"
    for name, body in (("a/pool.json", {"history": [digest]}), ("b/model.json", {"pool_hash": f"x {digest}"}),
                       ("c/model.json", {"pool_hash": "0" * 64})):  # fmt: skip
        (shelf / name).parent.mkdir(parents=True)
        (shelf / name).write_text(json.dumps(body))
    outcome = _forget(pool, _declared(pool).scan_id, search=[shelf])
    assert [problem.partition(" made")[0] for problem in outcome.problems] == [
        f"{shelf / 'a'}: a pool", f"{shelf / 'b'}: a model package",
    ]  # fmt: skip


def test_killed_before_the_new_pool_has_its_name_it_is_put_in_place_later(pool, monkeypatch):
    scan = _declared(pool)
    monkeypatch.setattr(forget_module.shutil, "rmtree", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        _forget(pool, scan.scan_id)
    monkeypatch.undo()
    assert problems_at(pool) == []
    outcome = _forget(pool, scan.scan_id)
    assert outcome.problems == (f"no scan or unit is named {scan.scan_id!r}",)
    assert not list(pool.parent.glob("*.forg*"))


def test_a_group_is_not_called_after_what_is_forgotten(pool):
    first, *others = read_pool(pool).scans
    with Draft(pool.with_name("tied"), {}) as draft:
        for entry in PoolStream(pool).entries():
            kept = bring_files(entry, pool, draft.root)
            draft.add_scan(kept.scan.model_copy(update={"group": first.scan_id, "split": "val"}), kept.annotated)
        for declaration in PoolStream(pool).declarations():
            draft.add_declaration(declaration)
        draft.finish(read_pool(pool).info)
    _forget(pool.with_name("tied"), first.scan_id)
    left = read_pool(pool.with_name("tied")).scans
    assert {(scan.group, scan.split) for scan in left} == {(others[0].scan_id, "val")}
    assert first.scan_id not in (pool.with_name("tied") / "scans.jsonl").read_text()
