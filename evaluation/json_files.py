"""JSON from outside, with an answer for every way in which it can be broken."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationError

_LARGEST = 1e100
"""Beyond it the area of a box overflows, and no detector means it."""

_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def load(path: Path) -> Any:
    """Content of a JSON file.

    Raises:
        EvaluationError: when it cannot be read, or is no JSON.
    """
    return _parsed(path, _text(path))


def load_lines(path: Path) -> list[Any]:
    """Content of a JSON Lines file, one entry a line.

    Raises:
        EvaluationError: when it cannot be read, or a line is no JSON.
    """
    # Not splitlines(): a scan's name may hold U+2028, which ends a line for Python but not for JSON.
    return [_parsed(path, line) for line in _text(path).split("\n") if line]


def finite(path: Path, where: str, values: Sequence[Any]) -> list[float]:
    """The same numbers as floats.

    Raises:
        EvaluationError: when one is not a finite number, or absurdly large.
    """
    for value in values:
        if not _is_number(value, _LARGEST):
            raise broken(path, f"{repr(value)[:80]} in {where}", "finite numbers for box and score")
    return [float(value) for value in values]


def finite_or_none(path: Path, where: str, value: Any) -> float | None:
    """The same number as a float; None stays None.

    Raises:
        EvaluationError: when it is neither None nor a finite number.
    """
    if value is not None and not _is_number(value, sys.float_info.max):
        raise broken(path, f"{repr(value)[:80]} in {where}", "a finite number or null there")
    return None if value is None else float(value)


def broken(path: Path, found: str, wanted: str) -> EvaluationError:
    """The error for a file that does not hold what it should."""
    return EvaluationError(f"{path.name} holds {wanted}", found, "mend the file, or write it again")


def _is_number(value: Any, largest: float) -> bool:
    # Compared, not converted: nan fails, and an integer of a thousand digits has no float.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= largest


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise EvaluationError(
            "predictions are a folder of infer.py or a file of COCO results",
            f"{path}, which cannot be read ({error.strerror})",
            "check the path",
        ) from error
    except UnicodeDecodeError as error:
        raise broken(path, str(error), "text in UTF-8") from error


def _parsed(path: Path, text: str) -> Any:
    try:
        found = json.loads(text)
        if _HALF_CHARACTER.search(text):
            json.dumps(found, ensure_ascii=False).encode()  # half a character could not be written into a report
    except (ValueError, RecursionError) as error:
        raise broken(path, str(error), "JSON") from error
    return found
