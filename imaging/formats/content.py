"""Opening files: only regular ones, never more than the limit, and none that changes meanwhile."""

from __future__ import annotations

import io
import mmap
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np

from imaging.errors import ScanTooLarge, UnreadableScan

HEAD_BYTES = 4096
Content = bytes | memoryview
Answer = TypeVar("Answer")

_MAPS = hasattr(mmap, "PROT_READ")  # elsewhere a file that is mapped cannot be deleted
_AT_ONCE = getattr(mmap, "MAP_POPULATE", 0)  # all pages, rather than each when it is first touched
_RULE = "a scan is a regular file that can be read"
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)


def read_content(path: Path, max_bytes: int) -> memoryview:
    """The bytes of a regular file, as it stood from the first to the last of them; read-only.

    Raises:
        UnreadableScan: when there is no regular, non-empty file that can be read (a pipe would never end), or when it
            changed while it was read.
        ScanTooLarge: when it is larger than `max_bytes`.
    """
    return read_looked_at(path, max_bytes, lambda _: None)[0]


def read_looked_at(path: Path, max_bytes: int, look: Callable[[bytes], Answer]) -> tuple[memoryview, Answer]:
    """What `read_content` gives, and the answer of `look` to the first 4,096 bytes.

    `look` is asked before the rest is read: what it raises is raised here, and costs no more than those bytes.
    """
    try:
        with _regular_file(path) as (file, before):
            if before.st_size > max_bytes:
                raise ScanTooLarge(
                    f"one file holds at most {max_bytes} bytes", f"{before.st_size} in {path}", "raise the read limits"
                )
            head = bytearray(min(HEAD_BYTES, max(before.st_size, 1)))  # where no size is said there may be bytes
            filled = _fill(file, memoryview(head), 0)
            if filled == len(head) <= before.st_size:
                answer = look(bytes(head))
                room = _room(before.st_size)
                room[:filled] = head
                filled = _fill(file, room, filled)
            after = os.fstat(file.fileno())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableScan(_RULE, f"{path}: {reason}", "check path, link and permissions") from error
    if filled != before.st_size or _state(after) != _state(before):
        raise UnreadableScan(
            "a scan stays as it is while it is read",
            f"{path} with {before.st_size} bytes at first, {filled} read, {after.st_size} at the end",
            "wait until it is written whole, and read it again",
        )
    if not filled:
        raise UnreadableScan(_RULE, f"{path} with no bytes in it", "copy or export the file again")
    return room.toreadonly(), answer


def map_looked_at(path: Path, max_bytes: int, look: Callable[[bytes], Answer]) -> tuple[memoryview, Answer]:
    """What `read_looked_at` gives, as the system's own pages rather than a copy; where it cannot be mapped, it is read.

    For files of the caller's own: one that shrinks while it is held ends the process, and one that is written to shows
    what was written.
    """
    if not _MAPS or not path.is_file() or not 0 < path.stat().st_size <= max_bytes:
        return read_looked_at(path, max_bytes, look)
    with _regular_file(path) as (file, _):
        content = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_SHARED | _AT_ONCE, prot=mmap.PROT_READ)
    return memoryview(content), look(content[:HEAD_BYTES])


def read_head(path: Path, count: int) -> bytes:
    """The first `count` bytes of a regular file; empty for anything else. Never raises, never waits."""
    try:
        with _regular_file(path) as (file, _):
            head = bytearray(count)
            return bytes(head[: _fill(file, memoryview(head), 0)])
    except (OSError, ValueError, UnreadableScan):
        return b""


@contextmanager
def _regular_file(path: Path) -> Iterator[tuple[io.FileIO, os.stat_result]]:
    """The opened file and its state; O_NONBLOCK, or a pipe put there meanwhile would wait for a writer."""
    _refuse_special(path.stat().st_mode, path)  # before opening: opening some devices acts on them
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        _refuse_special(status.st_mode, path)  # what was opened, not what stood there before
        yield io.FileIO(descriptor, closefd=False), status
    finally:
        os.close(descriptor)


def _room(count: int) -> memoryview:
    """NumPy asks for large pages: it takes a quarter of the time to fill what it gives, against `bytes` over 32 MB."""
    return np.empty(count, np.uint8).data


def _fill(file: io.FileIO, room: memoryview, begin: int) -> int:
    """Fill from `begin` on; returns where the bytes end in it. One call of the system gives 2 GB at most."""
    while begin < len(room) and (more := file.readinto(room[begin:])):
        begin += more
    return begin


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _refuse_special(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for test, name in _KINDS if test(mode)), "something else")
        raise UnreadableScan(_RULE, f"{path} is {kind}", "name a file")
