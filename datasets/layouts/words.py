"""Files of lines of words, read line by line, as a source may hold very long ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from datasets.pool.errors import PoolError

MOST_CHARACTERS = 1 << 16


def lines_of(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Lines that are not empty, by number from 1, as words; bytes that are no UTF-8 become signs of replacement.

    Raises:
        PoolError: when the file can not be read, or a line has more than 65,536 characters.
    """
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            number = 0
            while line := stream.readline(MOST_CHARACTERS):
                number += 1
                if len(line) == MOST_CHARACTERS:
                    raise ValueError(f"line {number} has more than {MOST_CHARACTERS} characters")
                if words := line.split():
                    yield number, words
    except (OSError, ValueError) as error:
        raise PoolError(
            "an annotation in text is lines of a few words", f"{path.name}: {error}", "mend or remove the file"
        ) from error
