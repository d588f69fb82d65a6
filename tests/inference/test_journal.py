from __future__ import annotations

import contextlib

import pytest

from inference.errors import OutputRefused
from inference.journal import Journal

PRINT = {"model": "abc", "inputs": "1" * 64, "batch_size": 8}


def opened(tmp_path, fingerprint=PRINT):
    return contextlib.closing(Journal(tmp_path / "journal", fingerprint))


def test_an_empty_journal_knows_no_batch(tmp_path):
    with opened(tmp_path) as journal:
        assert journal.batch(0) is None


def test_a_batch_is_there_after_reopening(tmp_path):
    with opened(tmp_path) as journal:
        journal.write(3, [{"scan_id": "caf\udce9"}], [])
    with opened(tmp_path) as again:
        assert again.batch(3) == [{"scan_id": "caf\udce9"}]
        assert again.batch(2) is None


@pytest.mark.parametrize("content", [b"", b'{"records": [', b"[]", b"\xff\xfe"])
def test_a_batch_that_the_disk_lost_is_made_again(tmp_path, content):
    with opened(tmp_path) as journal:
        journal.write(0, [{}], [])
        (tmp_path / "journal" / "batch-0000000.json").write_bytes(content)
        assert journal.batch(0) is None


def test_a_batch_whose_pictures_are_gone_is_made_again(tmp_path):
    picture = tmp_path / "a.png"
    picture.write_bytes(b"picture")
    with opened(tmp_path) as journal:
        journal.write(0, [{}], ["a.png"])
        assert journal.batch(0) == [{}]
        picture.write_bytes(b"pict")
        assert journal.batch(0) is None
        picture.unlink()
        assert journal.batch(0) is None


def test_another_run_is_refused_and_told_what_differs(tmp_path):
    opened(tmp_path).thing.close()
    with pytest.raises(OutputRefused, match=r"batch_size was 8, now 4.*inputs was 1{12}…, now 2{12}….*another --out"):
        opened(tmp_path, {**PRINT, "batch_size": 4, "inputs": "2" * 64})
    with opened(tmp_path):
        pass  # the refusal let go of the folder


def test_two_runs_at_once_are_refused(tmp_path):
    with opened(tmp_path), pytest.raises(OutputRefused, match="at work"):
        opened(tmp_path)
    with opened(tmp_path):
        pass


def test_a_removed_journal_leaves_nothing(tmp_path):
    with opened(tmp_path) as journal:
        journal.write(0, [], [])
        journal.remove()
    assert list(tmp_path.iterdir()) == []
