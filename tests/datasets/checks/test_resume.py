"""A check that was killed goes on, ends with the bytes of an undisturbed one, and trusts no file that changed since."""

import os
import shutil
import sqlite3
from itertools import count

import pytest

from datasets.duplicates import pairs
from datasets.pool import PoolError
from datasets.readings.working import working_readings
from datasets.verbs import check
from datasets.verbs.outcome import quietly
from imaging import write_tiff
from tests.datasets.checks.sound import picture, reseal, sound_pool, store_anew
from tests.datasets.verbs.killing import counted, killed

SCANS = 12
FILES = SCANS + 1  # and a mask
READERS = ("datasets.checks.files.file_sha256", "datasets.checks.files.residue_of", "datasets.checks.pixels.read_scan")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A pool with something to find: a picture that can not be read, one that is flat, and two that look the same."""
    root = sound_pool(tmp_path_factory.mktemp("made") / "pool", SCANS)
    store_anew(root, 2, b"II*\0 no picture")
    store_anew(root, 5, picture(5) * 0 + 7)
    store_anew(root, 8, picture(9))
    reseal(root)
    return root


@pytest.fixture
def pool(made, tmp_path):
    return shutil.copytree(made, tmp_path / "pool")


def run(pool, report=None, **options):
    return check.run(pool=pool, report=report, **{"pixels": True, "track": quietly, **options})


def beside(pool):
    return sorted(path.name for path in pool.parent.iterdir())


@pytest.mark.parametrize(
    ("doing", "behind", "hashed", "decoded"),
    [
        ("reading files", 0, FILES, SCANS),
        ("reading files", 5, FILES - 5, SCANS),
        ("looking at pixels", 0, 0, SCANS),
        ("looking at pixels", 7, 0, SCANS - 7),
        ("checking", 30, 0, 0),
    ],
)
def test_a_check_that_was_killed_goes_on(pool, tmp_path, monkeypatch, doing, behind, hashed, decoded):
    undisturbed = run(pool, tmp_path / "undisturbed.html")
    assert undisturbed.problems
    assert beside(pool) == ["pool", "undisturbed.html"]
    killed("check", doing, behind, pool=pool, report=tmp_path / "report.html", pixels=True)
    assert {"pool.check", "pool.check-wal"} <= set(beside(pool))
    assert not (tmp_path / "report.html").exists()
    calls = counted(monkeypatch, *READERS)
    assert run(pool, tmp_path / "report.html") == undisturbed
    assert (tmp_path / "report.html").read_bytes() == (tmp_path / "undisturbed.html").read_bytes()
    assert calls == {name: count for name, count in calls.items() if count}
    assert (calls["file_sha256"], calls["residue_of"], calls["read_scan"]) == (hashed, hashed, decoded)
    assert beside(pool) == ["pool", "report.html", "undisturbed.html"]


def _other_bytes(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def _other_bytes_at_the_same_time(path):
    times = path.stat()
    _other_bytes(path)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _another_file(path):
    path.rename(path.with_name("away"))
    shutil.copy2(path.with_name("away"), path)
    path.with_name("away").unlink()
    _other_bytes_at_the_same_time(path)


@pytest.mark.parametrize("damage", [_other_bytes, _other_bytes_at_the_same_time, _another_file])
def test_what_was_damaged_in_between_is_found(pool, monkeypatch, damage):
    killed("check", "checking", 0, pool=pool, report=None, pixels=True)
    damage(pool / "images" / "s004.tiff")
    calls = counted(monkeypatch, *READERS)
    found = run(pool).problems
    assert "file_hashes: s004: images/s004.tiff is not the file that was pooled" in found
    assert (calls["file_sha256"], calls["read_scan"]) == (1, 1)


def test_what_was_lost_in_between_is_found(pool):
    killed("check", "checking", 0, pool=pool, report=None, pixels=True)
    (pool / "images" / "s004.tiff").unlink()
    assert "files_there: s004: images/s004.tiff is missing" in run(pool).problems


def test_what_was_read_of_another_pool_or_by_other_code_does_not_count(pool, monkeypatch):
    killed("check", "checking", 0, pool=pool, report=None, pixels=True)
    calls = counted(monkeypatch, *READERS)
    with monkeypatch.context() as other:
        other.setattr("datasets.readings.working.edition", lambda: "another")
        run(pool)
    assert calls["read_scan"] == SCANS
    killed("check", "checking", 0, pool=pool, report=None, pixels=True)
    store_anew(pool, 3, picture(33))
    reseal(pool)
    run(pool)
    assert calls["read_scan"] == 2 * SCANS


def test_what_was_compared_is_not_compared_again(pool, monkeypatch):
    undisturbed = run(pool)
    find, numbers = pairs._alike, count()

    def cut_off(*given):
        if next(numbers) == 4:
            raise KeyboardInterrupt
        return find(*given)

    monkeypatch.setattr(pairs, "_alike", cut_off)
    with pytest.raises(KeyboardInterrupt):
        run(pool)
    monkeypatch.setattr(pairs, "_alike", find)
    calls = counted(monkeypatch, "datasets.duplicates.pairs._alike")
    assert run(pool) == undisturbed
    assert calls["_alike"] == SCANS - 2 - 4  # one can not be read, one is flat
    assert run(pool) == undisturbed
    assert calls["_alike"] == SCANS - 2 - 4 + SCANS - 2


def test_other_prints_are_compared_anew(pool, monkeypatch):
    killed("check", "cutting out objects", 0, pool=pool, report=pool.parent / "report.html", pixels=True)
    calls = counted(monkeypatch, "datasets.duplicates.pairs._alike")
    write_tiff(pool / "images" / "s004.tiff", picture(44))
    run(pool)
    assert calls["_alike"] == SCANS - 2


def test_two_checks_at_a_time_spoil_nothing(pool, caplog):
    undisturbed = run(pool)
    killed("check", "looking at pixels", 7, pool=pool, report=None, pixels=True)
    with working_readings(pool, "check", purpose={}, beside=None):
        assert run(pool) == undisturbed
        assert "pool.check: another run is at work with it" in caplog.text
        assert (pool.parent / "pool.check").exists()
    assert beside(pool) == ["pool"]


def test_where_nothing_can_be_kept_beside_the_pool_it_is_kept_beside_the_report(pool, tmp_path, monkeypatch, caplog):
    (tmp_path / "pool.check").mkdir()
    (tmp_path / "out").mkdir()
    report = tmp_path / "out" / "report.html"
    killed("check", "checking", 0, pool=pool, report=report, pixels=True)
    calls = counted(monkeypatch, *READERS)
    run(pool, report)
    assert calls["read_scan"] == 0
    assert [path.name for path in report.parent.iterdir()] == ["report.html"]
    assert "start again" not in caplog.text
    run(pool)
    assert calls["read_scan"] == SCANS
    assert "this run would start again" in caplog.text


@pytest.mark.parametrize("kind", ["text", "database", "link"])
def test_a_file_of_somebody_elses_is_left_alone(pool, tmp_path, caplog, kind):
    path = tmp_path / "pool.check"
    if kind == "text":
        path.write_text("to do: check the pool " * 50)
    elif kind == "database":
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE mine (x)")
        database.close()
    else:
        (tmp_path / "elsewhere").write_bytes(b"")
        path.symlink_to(tmp_path / "elsewhere")
    before = path.read_bytes()
    run(pool)
    assert path.read_bytes() == before
    assert str(path) in caplog.text


def test_nothing_is_kept_of_what_is_no_pool_or_is_not_read(pool):
    def track(items, doing, total=None):
        del doing, total
        for item in items:
            assert beside(pool) == ["pool"]
            yield item

    run(pool, pixels=False, track=track)
    (pool / "pool.json").unlink()
    with pytest.raises(PoolError):
        run(pool)
    assert beside(pool) == ["pool"]


def test_what_is_kept_is_for_its_owner_alone(pool):
    with working_readings(pool, "check", purpose={}, beside=None):
        assert [path.stat().st_mode & 0o777 for path in pool.parent.glob("pool.check*")] == [0o600] * 2
