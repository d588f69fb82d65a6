"""Opening files: only regular ones, and never more than the limit."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from imaging.errors import ScanTooLarge, UnreadableScan

_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a character device"),
    (stat.S_ISBLK, "a block device"),
)


def read_content(path: Path, max_bytes: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        UnreadableScan: when there is no regular, non-empty file that can be read (a pipe would never end).
        ScanTooLarge: when it is larger than `max_bytes`.
    """
    rule = "a scan is a regular file that can be read"
    try:
        _refuse_special(path.stat().st_mode, path, rule)  # before opening: opening some devices acts on them
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)  # what was opened, not what stood there before
            _refuse_special(status.st_mode, path, rule)
            if status.st_size > max_bytes:
                raise ScanTooLarge(
                    f"one file holds at most {max_bytes} bytes", f"{status.st_size} in {path}", "raise the read limits"
                )
            content = file.read(max(status.st_size, 1))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableScan(rule, f"{path}: {reason}", "check path, link and permissions") from error
    if not content:
        raise UnreadableScan(rule, f"{path} with no bytes in it", "copy or export the file again")
    return content


def read_head(path: Path, count: int) -> bytes:
    """The first bytes of a regular file; empty for anything else. Never raises, never waits."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b""
        with path.open("rb") as file:
            return file.read(count)
    except (OSError, ValueError):
        return b""


def _refuse_special(mode: int, path: Path, rule: str) -> None:
    if not stat.S_ISREG(mode):
        kind = next((name for test, name in _KINDS if test(mode)), "something else")
        raise UnreadableScan(rule, f"{path} is {kind}", "name a file")
