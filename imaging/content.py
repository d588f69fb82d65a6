"""Opening files: only regular ones, never more than the limit, and none that changes meanwhile."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from imaging.errors import ScanTooLarge, UnreadableScan

_RULE = "a scan is a regular file that can be read"
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)


def read_content(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file, as it stood from the first to the last of them.

    Raises:
        UnreadableScan: when there is no regular, non-empty file that can be read (a pipe would never end), or when it
            changed while it was read.
        ScanTooLarge: when it is larger than `max_bytes`.
    """
    try:
        with _regular_file(path) as (descriptor, before):
            if before.st_size > max_bytes:
                raise ScanTooLarge(
                    f"one file holds at most {max_bytes} bytes", f"{before.st_size} in {path}", "raise the read limits"
                )
            content = _read(descriptor, max(before.st_size, 1))
            after = os.fstat(descriptor)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableScan(_RULE, f"{path}: {reason}", "check path, link and permissions") from error
    if len(content) != before.st_size or _state(after) != _state(before):
        raise UnreadableScan(
            "a scan stays as it is while it is read",
            f"{path} with {before.st_size} bytes at first, {len(content)} read, {after.st_size} at the end",
            "wait until it is written whole, and read it again",
        )
    if not content:
        raise UnreadableScan(_RULE, f"{path} with no bytes in it", "copy or export the file again")
    return content


def read_head(path: Path, count: int) -> bytes:
    """The first `count` bytes of a regular file; empty for anything else. Never raises, never waits."""
    try:
        with _regular_file(path) as (descriptor, _):
            return _read(descriptor, count)
    except (OSError, ValueError, UnreadableScan):
        return b""


@contextmanager
def _regular_file(path: Path) -> Iterator[tuple[int, os.stat_result]]:
    """Descriptor and state of the opened file; O_NONBLOCK, or a pipe put there meanwhile would wait for a writer."""
    _refuse_special(path.stat().st_mode, path)  # before opening: opening some devices acts on them
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(descriptor)
        _refuse_special(status.st_mode, path)  # what was opened, not what stood there before
        yield descriptor, status
    finally:
        os.close(descriptor)


def _read(descriptor: int, count: int) -> bytes:
    """Up to `count` bytes; less only at the end of the file. One call of the system gives 2 GB at most."""
    parts = [os.read(descriptor, count)]
    while parts[-1] and (left := count - sum(map(len, parts))) > 0:
        parts.append(os.read(descriptor, left))
    return b"".join(parts)  # a single part is handed on without a copy


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _refuse_special(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for test, name in _KINDS if test(mode)), "something else")
        raise UnreadableScan(_RULE, f"{path} is {kind}", "name a file")
