"""A folder becomes a pool: nothing confidential in it, nothing lost on the way, the same bytes each time."""

import json

import pytest

from datasets.anonymise import run as run_module
from datasets.checks.run import problems_at
from datasets.pool.draft import Draft
from datasets.pool.errors import PoolError
from datasets.pool.store import read_pool

SECRETS = (
    "ZephyrLogistics", "Quillfeather", "MSCU6639871", "663987", "GERPHARM", "PLATE7788", "acme-private-column",
    "DECL-5500", "Montcalm", "portside", "kowalski", "20250314", "4417.5", "812.25",
)  # fmt: skip


def _bytes(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _audit(tmp_path, out="pool"):
    return json.loads((tmp_path / "made" / f"{out}.audit.json").read_text())


def test_no_secret_is_left_in_pool_or_audit(make, tmp_path):
    make()
    for name, content in _bytes(tmp_path / "made").items():
        text = name.encode() + content
        assert [secret for secret in SECRETS if secret.lower().encode() in text.lower()] == [], name


def test_pool_is_sound(make, tmp_path):
    make()
    assert problems_at(tmp_path / "made" / "pool") == []


def test_every_file_that_came_in_is_counted_once(make, source, tmp_path):
    make()
    totals = _audit(tmp_path)["totals"]
    files = sum(path.is_file() for path in source.rglob("*"))
    assert totals["inputs"] == files
    assert totals["files_written_from"] + totals["files_of_tables"] + totals["files_held_back"] == files
    assert (totals["scans"], totals["tables"], totals["held_back"], totals["urgent"]) == (5, 2, 6, 1)
    assert totals["looked_for_people"] == 1
    page = (tmp_path / "made" / "pool.audit.html").read_text()
    assert "People were looked for in 1 of 5 scans" in page


def test_what_is_held_back_is_kept_with_its_reason_urgent_first(make, source, tmp_path):
    outcome = make()
    assert outcome.problems[0].startswith("URGENT: a person may be seen in 1 scan")
    lines = [json.loads(line) for line in (tmp_path / "quarantine" / "pool" / "reasons.jsonl").read_text().splitlines()]
    assert lines[0]["urgent"]
    assert lines[0]["originals"][0].endswith("GERPHARM.tif")
    originals = {line["originals"][0].rpartition("/")[2] for line in lines}
    assert originals == {
        "GERPHARM.tif", "bag_of_kowalski.tif", "torn_Quillfeather.tif", "notes_jan.kowalski.txt", "bomb.json",
        "spoilt.csv",
    }  # fmt: skip
    for line in lines:
        (held,) = line["held"]
        original = next(source.rglob(line["originals"][0].rpartition("/")[2]))
        assert (tmp_path / "quarantine" / "pool" / held).read_bytes() == original.read_bytes()
        assert _audit(tmp_path)["entries"][0]["urgent"]


def test_text_and_cabs_are_blanked_in_all_channels_of_a_view(make, tmp_path):
    make()
    pool = read_pool(tmp_path / "made" / "pool")
    found = []
    for record in pool.scans:
        pixels = pool.read_scan(record).view.pixels
        assert not (pixels > 65000).any()
        found.append([int((plane == 500).sum()) for plane in pixels])
    assert sorted(found) == [[0], [0], [21], [21, 21], [42]]


def test_declarations_are_made_coarser_and_stay_linked(make, tmp_path):
    make()
    pool = read_pool(tmp_path / "made" / "pool")
    lines = sorted((line for one in pool.declarations.values() for line in one.lines), key=lambda line: line.line_no)
    first = next(line for line in lines if line.commodity_code == "840991")
    assert (first.gross_mass_kg, first.origin, first.description) == (
        4420.0,
        "Western Europe",
        "parts frozen fish of",
    )
    assert {package.type for line in lines for package in line.packages} == {"CT", "package"}
    linked = [unit for scan in pool.scans for unit in scan.units if unit.declarations]
    assert sorted(len(pool.declarations[unit.declarations[0].declaration_id].lines) for unit in linked) == [1, 2]
    assert {unit.kind for unit in linked} == {"container", "unknown"}


def test_same_key_gives_same_bytes_whatever_was_done_before(make, tmp_path):
    make("one")
    make("two")
    one, two = (_bytes(tmp_path / "made" / name) for name in ("one", "two"))
    assert {name: body for name, body in one.items() if name != "pool.json"} == {
        name: body for name, body in two.items() if name != "pool.json"
    }
    assert one["pool.json"].replace(b'"one"', b'"two"') == two["pool.json"]


@pytest.mark.parametrize("other", [{"site": "south"}, {"key": "another key of enough bytes"}])
def test_another_site_or_key_shares_no_name(make, tmp_path, other):
    make("one")
    make("two", **other)
    one, two = (read_pool(tmp_path / "made" / name) for name in ("one", "two"))
    assert len(_names(one)) > 10
    assert not _names(one) & _names(two)


def _names(pool):
    units = {unit.unit_id for scan in pool.scans for unit in scan.units}
    return {*units, *pool.declarations, *(scan.scan_id for scan in pool.scans), *(scan.group for scan in pool.scans)}


@pytest.mark.parametrize("after", [1, 4, 9, 12])
def test_a_run_that_was_cut_off_ends_with_the_same_bytes(make, tmp_path, monkeypatch, after):
    make("whole")
    done, calls = Draft.done, []

    def cut(*args):
        if len(calls) == after:
            raise KeyboardInterrupt
        calls.append(0)
        done(*args)

    monkeypatch.setattr(Draft, "done", cut)
    with pytest.raises(KeyboardInterrupt):
        make("cut")
    assert not (tmp_path / "made" / "cut").exists()
    monkeypatch.setattr(Draft, "done", done)
    make("cut")
    whole, cut_off = (_bytes(tmp_path / "made" / name) for name in ("whole", "cut"))
    del whole["pool.json"], cut_off["pool.json"]
    assert whole == cut_off
    whole, cut_off = (_audit(tmp_path, name) for name in ("whole", "cut"))
    assert (whole.pop("pool"), cut_off.pop("pool")) == ("whole", "cut")
    assert whole == cut_off


def test_another_key_does_not_go_on_with_a_draft(make, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(run_module, "regroup", stop)
    with pytest.raises(KeyboardInterrupt):
        make()
    with pytest.raises(PoolError, match="finished by the command that began it"):
        make(key="another key of enough bytes")


def test_folders_in_each_other_are_refused(make, source, tmp_path):
    with pytest.raises(PoolError, match="lie apart"):
        make(out=source / "pool")
    with pytest.raises(PoolError, match="lie apart"):
        make(quarantine=tmp_path / "made" / "pool" / "held")
