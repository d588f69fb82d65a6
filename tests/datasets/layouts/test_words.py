"""Lines of words: numbers of lines, odd bytes, and lines without end."""

import pytest

from datasets.layouts.words import MOST_CHARACTERS, lines_of
from datasets.pool import PoolError


def test_lines_keep_their_numbers_and_lose_what_is_no_word(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfone  two\r\n\r\n \t \nthree\xff\nlast")
    assert list(lines_of(path)) == [(1, ["one", "two"]), (4, ["three\N{REPLACEMENT CHARACTER}"]), (5, ["last"])]


def test_an_empty_file_has_no_lines(tmp_path):
    (tmp_path / "a.txt").touch()
    assert list(lines_of(tmp_path / "a.txt")) == []


def test_a_line_of_the_greatest_length_is_read_and_a_longer_one_refused(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("x" * (MOST_CHARACTERS - 2) + "\ny")
    assert [number for number, _ in lines_of(path)] == [1, 2]
    path.write_text("y\n" + "x" * MOST_CHARACTERS)
    with pytest.raises(PoolError, match="line 2 has more than 65536 characters"):
        list(lines_of(path))


def test_a_file_that_can_not_be_read_is_refused(tmp_path):
    with pytest.raises(PoolError, match=r"gone\.txt"):
        list(lines_of(tmp_path / "gone.txt"))
