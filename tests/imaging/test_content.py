"""Files that are no files, and files that change under the reader's hands."""

import os
import stat
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import pytest

from imaging import ScanTooLarge, UnreadableScan, read_scan
from imaging.formats import content as module
from imaging.formats.content import map_looked_at, read_content, read_head, read_looked_at

LIMIT = 1 << 20


@pytest.fixture
def during_reading(monkeypatch):
    """Run something between the look at the file and the reading of its bytes."""

    def plant(act, calls=1):
        real, seen = os.fstat, []

        def fstat(descriptor):
            status = real(descriptor)
            seen.append(1)
            if len(seen) == calls:
                act()
            return status

        monkeypatch.setattr(module.os, "fstat", fstat)

    return plant


def test_a_file_gives_its_bytes(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"abc" * 1000)
    assert read_content(path, LIMIT) == b"abc" * 1000
    assert read_content(path, 3000) == b"abc" * 1000
    assert read_head(path, 4) == b"abca"
    with pytest.raises(ScanTooLarge, match=r"2999 bytes.*found 3000"):
        read_content(path, 2999)


def test_the_first_bytes_decide_before_the_rest_is_read(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"no scan")
    os.truncate(path, 2 << 30)
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableScan, match=r"begins as PNG.*no scan"):
            read_scan(path)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 70_000])
def test_a_look_sees_the_first_bytes(tmp_path, size):
    content = np.random.default_rng(size).bytes(size)
    (tmp_path / "a").write_bytes(content)
    whole, seen = read_looked_at(tmp_path / "a", LIMIT, bytes)
    assert whole == content
    assert seen == content[:4096]
    assert whole.readonly


@pytest.mark.parametrize("maps", [True, False], ids=["mapped", "where nothing is mapped"])
@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 70_000])
def test_what_is_mapped_is_what_would_be_read(tmp_path, monkeypatch, size, maps):
    monkeypatch.setattr(module, "_MAPS", maps)
    content = np.random.default_rng(size).bytes(size)
    (tmp_path / "a").write_bytes(content)
    whole, seen = map_looked_at(tmp_path / "a", LIMIT, bytes)
    assert whole == content
    assert seen == content[:4096]
    assert whole.readonly


def test_what_is_mapped_is_no_copy(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    mapped, _ = map_looked_at(tmp_path / "a", LIMIT, bytes)
    read, _ = read_looked_at(tmp_path / "a", LIMIT, bytes)
    with (tmp_path / "a").open("r+b") as file:
        file.write(b"x")
    assert (bytes(mapped), bytes(read)) == (b"xbc", b"abc")
    (tmp_path / "a").unlink()
    assert mapped == b"xbc"


def test_what_cannot_be_mapped_is_refused_as_by_reading(tmp_path):
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(bytes(11))
    for name, error, match in (
        ("empty", UnreadableScan, "no bytes"),
        ("large", ScanTooLarge, "found 11"),
        ("missing", UnreadableScan, "No such file"),
        (".", UnreadableScan, "a folder"),
    ):
        with pytest.raises(error, match=match):
            map_looked_at(tmp_path / name, 10, bytes)


def test_no_bytes(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(UnreadableScan, match="no bytes"):
        read_content(tmp_path / "a", LIMIT)
    assert read_head(tmp_path / "a", 8) == b""


@pytest.mark.parametrize("size", [0, 10, 999, 1001, 5000])
def test_a_file_that_shrinks_or_grows_while_it_is_read(tmp_path, during_reading, size):
    path = tmp_path / "a"
    path.write_bytes(bytes(1000))
    during_reading(lambda: os.truncate(path, size))
    with pytest.raises(UnreadableScan, match=rf"while it is read.*1000 bytes at first.*{size} at the end.*again"):
        read_content(path, LIMIT)


def test_a_file_that_is_written_over_while_it_is_read(tmp_path, during_reading):
    path = tmp_path / "a"
    path.write_bytes(bytes(1000))
    os.utime(path, ns=(0, 0))
    during_reading(lambda: path.write_bytes(b"\1" * 1000))
    with pytest.raises(UnreadableScan, match="while it is read"):
        read_content(path, LIMIT)


def test_a_file_that_is_taken_away_while_it_is_read_is_read_to_its_end(tmp_path, during_reading):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    during_reading(path.unlink)
    assert read_content(path, LIMIT) == b"abc"


def read_until_refused(path, max_bytes):
    while True:
        read_content(path, max_bytes)


def test_a_file_that_never_stops_growing_is_refused_and_ends(tmp_path):
    path, stop = tmp_path / "a", threading.Event()
    path.write_bytes(bytes(1 << 19))

    def grow():
        with path.open("ab", buffering=0) as file:
            while not stop.is_set() and file.tell() < 1 << 26:
                file.write(bytes(1 << 12))

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        with pytest.raises((UnreadableScan, ScanTooLarge)):
            read_until_refused(path, 1 << 25)
    finally:
        stop.set()
        writer.join()


@pytest.mark.parametrize("swapped", ["pipe", "folder", "gone"])
def test_what_is_opened_counts_and_not_what_stood_there_before(tmp_path, monkeypatch, swapped):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    real = os.open

    def swap(name, flags):
        path.unlink()
        if swapped == "pipe":
            os.mkfifo(path)
        elif swapped == "folder":
            path.mkdir()
        return real(name, flags)

    monkeypatch.setattr(module.os, "open", swap)
    with pytest.raises(UnreadableScan, match=r"named pipe|folder|directory|No such file"):
        read_content(path, LIMIT)


def test_the_head_of_a_pipe_put_in_the_place_of_a_file_is_not_waited_for(tmp_path, monkeypatch):
    path = tmp_path / "a"
    os.mkfifo(path)
    fake = os.stat_result((stat.S_IFREG, *[0] * 9))
    monkeypatch.setattr(type(path), "stat", lambda self: fake)
    assert read_head(path, 8) == b""


@pytest.mark.parametrize("name", ["absent", "a\0b", "x" * 300, "x" * 5000, "absent/a"])
def test_names_without_a_file(tmp_path, name):
    with pytest.raises(UnreadableScan, match=r".*; found .*; check path"):
        read_content(tmp_path / name, LIMIT)
    assert read_head(tmp_path / name, 8) == b""


@pytest.mark.parametrize("name", ["two\nlines", "bell\a", "x" * 255, "\udcff\udc80", "日本", " ", "..."])
def test_odd_names_are_read_and_their_errors_fit_one_line_of_utf8(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"abc")
    assert read_content(path, LIMIT) == b"abc"
    with pytest.raises(ScanTooLarge) as caught:
        read_content(path, 1)
    assert str(caught.value).encode("utf-8").decode("utf-8").isprintable()


@pytest.mark.parametrize(("device", "kind"), [("/dev/zero", "character device"), ("/dev/full", "character device")])
def test_devices_are_not_opened(device, kind):
    with pytest.raises(UnreadableScan, match=kind):
        read_content(module.Path(device), LIMIT)
    assert read_head(module.Path(device), 8) == b""


def test_something_else_than_a_file_of_a_known_kind(tmp_path, monkeypatch):
    monkeypatch.setattr(module.stat, "S_ISREG", lambda mode: False)
    (tmp_path / "a").touch()
    with pytest.raises(UnreadableScan, match="something else"):
        read_content(tmp_path / "a", LIMIT)


def test_files_that_only_pretend_to_be_empty_are_refused():
    path = module.Path("/proc/self/status")
    if not path.exists():
        pytest.skip("no /proc")
    with pytest.raises(UnreadableScan, match="while it is read"):
        read_content(path, LIMIT)


LOCKED = """
import os, sys
from pathlib import Path
from imaging import UnreadableScan
from imaging.formats.content import read_content
os.setuid(65534)
try:
    read_content(Path(sys.argv[1]), 100)
except UnreadableScan as error:
    sys.exit(0 if "ermission denied" in error.found else 3)
sys.exit(4)
"""


def test_a_locked_file(tmp_path, root):
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    path.chmod(0)
    if os.getuid() != 0:
        with pytest.raises(UnreadableScan, match="ermission denied"):
            read_content(path, LIMIT)
        return
    ended = subprocess.run([sys.executable, "-c", LOCKED, str(path)], cwd=root, check=False)
    assert ended.returncode == 0
