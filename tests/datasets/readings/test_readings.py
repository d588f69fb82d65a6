"""What is kept of files: handed back as it was, for files as they were, and never at the cost of reading."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.readings import Reading
from datasets.readings.readings import KeptReadings
from datasets.readings.working import working_readings
from tests.datasets.checks.sound import sound_pool


class Made(Reading):
    text: str = ""
    number: float | None = None
    parts: tuple[bytes, ...] = ()


@pytest.fixture
def database():
    found = sqlite3.connect(":memory:", isolation_level=None)
    found.execute("CREATE TABLE readings (what TEXT, files BLOB, stamp TEXT, line TEXT, PRIMARY KEY (what, files))")
    yield found
    found.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "\udcff.png"
    path.write_bytes(b"x")
    return path


def never():
    pytest.fail("it was read again")


@given(st.builds(Made, text=st.text(), number=st.none() | st.floats(allow_nan=False, allow_infinity=False)))
def test_a_reading_is_handed_back_as_it_was(made):
    whole = made.model_copy(update={"parts": (made.text.encode("utf-8", "replace"), b"", bytes(range(256)))})
    assert Made.model_validate_json(whole.model_dump_json()) == whole


def test_a_file_is_read_once_for_each_thing_that_is_made_of_it(database, file, tmp_path):
    readings = KeptReadings(database, tmp_path)
    assert readings.of("a", [file], Made, lambda: Made(text="1")).text == "1"
    assert readings.of("b", [file], Made, lambda: Made(text="2")).text == "2"
    assert readings.of("a", [file, file], Made, lambda: Made(text="3")).text == "3"
    assert [readings.of("a", [file], Made, never).text, readings.of("b", [file], Made, never).text] == ["1", "2"]


def test_what_changed_while_it_was_read_is_not_kept(database, file, tmp_path):
    def read():
        file.write_bytes(b"xx")
        return Made(text="half")

    readings = KeptReadings(database, tmp_path)
    readings.of("a", [file], Made, read)
    assert readings.of("a", [file], Made, lambda: Made(text="whole")).text == "whole"


def test_what_is_said_of_a_file_that_is_gone_is_not_kept(database, file, tmp_path):
    readings = KeptReadings(database, tmp_path)
    readings.of("a", [file], Made, Made)
    file.unlink()
    for text in ("gone", "still gone"):
        assert readings.of("a", [file], Made, lambda text=text: Made(text=text)).text == text


def test_a_full_disk_is_said_once_and_stops_nothing(database, file, tmp_path, caplog):
    readings = KeptReadings(database, tmp_path)
    database.execute("DROP TABLE readings")
    for text in "abc":
        assert readings.of(text, [file], Made, lambda text=text: Made(text=text)).text == text
    assert caplog.text.count("takes no more") == 1


def test_what_is_no_unicode_is_read_again(database, file, tmp_path):
    readings = KeptReadings(database, tmp_path)
    for _ in range(2):
        assert readings.of("a", [file], Made, lambda: Made.model_construct(text="\udcff")).text == "\udcff"


@pytest.mark.parametrize("line", ["", "{", '{"text": 1}'])
def test_what_was_damaged_is_read_again(database, file, tmp_path, line):
    readings = KeptReadings(database, tmp_path)
    readings.of("a", [file], Made, Made)
    database.execute("UPDATE readings SET line = ?", (line,))
    assert readings.of("a", [file], Made, lambda: Made(text="again")).text == "again"


def test_what_can_not_be_removed_is_said_and_costs_nothing(tmp_path, caplog):
    with working_readings(sound_pool(tmp_path / "pool", 2), "check", purpose={}, beside=None):
        (tmp_path / "pool.check").unlink()
    assert "could not be" in caplog.text
