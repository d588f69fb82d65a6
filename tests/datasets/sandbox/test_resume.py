"""A run that was cut off goes on, and ends with the bytes of an undisturbed one."""

import json

import pytest

from datasets.sandbox import Rates, generate
from datasets.sandbox.journal import Journal
from datasets.sandbox.physics.scanner import read_scanner
from tests.datasets.sandbox.ordering import order_of

SCANS = 5
ORDER = order_of(4, Rates(0.5, 0.4, 0.1), read_scanner().at_pitch(48.0))


class CutOffError(Exception):
    """The power went."""


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def cut_off(folder, after):
    """Run until so many scans are noted."""
    left = after

    def progress():
        nonlocal left
        left -= 1
        if left < 0:
            raise CutOffError

    with pytest.raises(CutOffError):
        generate(folder, ORDER, scans=SCANS, progress=progress)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    generate(folder, ORDER, scans=SCANS)
    return files_of(folder)


@pytest.mark.parametrize("after", [0, 1, SCANS - 1])
def test_a_run_that_was_cut_off_goes_on(tmp_path, undisturbed, after):
    cut_off(tmp_path, after)
    assert not (tmp_path / "pool.json").exists()
    calls = []
    generate(tmp_path, ORDER, scans=SCANS, progress=lambda: calls.append(1))
    assert len(calls) == SCANS
    assert files_of(tmp_path) == undisturbed


def test_what_was_finished_is_not_made_again(tmp_path):
    cut_off(tmp_path, 3)
    noted = sorted((tmp_path / "images").iterdir())
    times = [path.stat().st_mtime_ns for path in noted]
    generate(tmp_path, ORDER, scans=SCANS)
    assert len(noted) == 4
    assert [path.stat().st_mtime_ns for path in noted] == times


def test_what_was_half_written_is_made_again(tmp_path, undisturbed):
    """The last line of the journal cut short, an image damaged, another lost."""
    cut_off(tmp_path, 4)
    journal = tmp_path / "unfinished.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    first, second, *_ = sorted((tmp_path / "images").iterdir())
    first.write_bytes(first.read_bytes()[:100])
    second.unlink()
    generate(tmp_path, ORDER, scans=SCANS)
    assert files_of(tmp_path) == undisturbed


def test_a_line_cut_short_spoils_no_other(tmp_path, undisturbed):
    cut_off(tmp_path, 2)
    journal = tmp_path / "unfinished.jsonl"
    journal.write_bytes(journal.read_bytes()[:-40])
    cut_off(tmp_path, 3)
    noted = [one.index for one in Journal(journal).read()]
    assert noted == [0, 1, 2, 3]
    generate(tmp_path, ORDER, scans=SCANS)
    assert files_of(tmp_path) == undisturbed


def test_another_run_does_not_go_on_with_this_one(tmp_path):
    cut_off(tmp_path, 1)
    before = files_of(tmp_path)
    for other, scans in ((ORDER, SCANS + 1), (order_of(5, ORDER.rates, ORDER.scanner), SCANS)):
        with pytest.raises(ValueError, match="options that it was begun with"):
            generate(tmp_path, other, scans=scans)
    assert files_of(tmp_path) == before


def test_a_finished_pool_is_left_alone(tmp_path):
    generate(tmp_path, ORDER, scans=1)
    with pytest.raises(ValueError, match="found a finished pool"):
        generate(tmp_path, ORDER, scans=1)


def test_a_journal_of_nothing_has_no_scans(tmp_path):
    journal = Journal.opened(tmp_path / "new", {"seed": 1})
    assert list(journal.read()) == []
    assert json.loads(journal.path.read_text()) == {"seed": 1}
