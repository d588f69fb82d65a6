"""What can go wrong with a run, beside what can go wrong with one scan.

    InferenceError
    ├── PackageMisfit     the model package does not fit a scan: that scan alone is given up
    ├── OutputRefused     the output folder belongs to something else, or to another run
    └── OutOfResources    memory or disk is full: the run stops, and goes on when it is started again

Every message has three parts: the rule, what was found, what to do.
"""

# ruff: noqa: N818 -- the names say what the matter is, not that it is an error
from __future__ import annotations

import errno

import torch

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM, errno.EROFS}
_MEMORY_WORDS = ("can't allocate memory", "cannot allocate memory", "not enough memory", "insufficient memory")
LONGEST_REASON = 400


class InferenceError(Exception):
    """A run cannot go on; the message says which rule, what was found, and what to do."""

    def __init__(self, rule: str, found: str, remedy: str) -> None:
        self.rule, self.found, self.remedy = rule, found, remedy
        super().__init__(f"{rule}; found {found}; {remedy}")


class PackageMisfit(InferenceError):
    """The model package does not fit a scan."""


class OutputRefused(InferenceError):
    """The output folder belongs to something else."""


class OutOfResources(InferenceError):
    """Memory or disk is full."""


def stop_if_out_of_resources(error: BaseException) -> None:
    """Raise `OutOfResources` for an error that would hit the next scans as well: no memory, no space, no writing."""
    if isinstance(error, OSError) and error.errno in _FULL:
        raise OutOfResources(
            "results are written as they are made",
            f"{error.strerror} ({error.filename or 'no file named'})",
            "make room and start the same command again: it goes on where it stood",
        ) from error
    words = str(error).lower()
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or any(word in words for word in _MEMORY_WORDS):
        raise OutOfResources(
            "a batch fits into memory",
            one_line(error),
            "start again with a smaller --batch_size and a new --out, or on a larger machine",
        ) from error


def one_line(error: BaseException) -> str:
    """An error as one line of bounded length; errors that are not ours are named by type."""
    text = " ".join(str(error).split())
    if not hasattr(error, "remedy"):  # ours say everything in their three parts
        text = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + "…"
