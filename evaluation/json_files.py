"""JSON from outside, with an answer for every way in which it can be broken."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationError


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
        EvaluationError: when one is not a finite number.
    """
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise broken(path, f"{value!r} in {where}", "finite numbers for box and score")
    return [float(value) for value in values]


def broken(path: Path, found: str, wanted: str) -> EvaluationError:
    """The error for a file that does not hold what it should."""
    return EvaluationError(f"{path.name} holds {wanted}", found, "mend the file, or write it again")


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
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise broken(path, str(error), "JSON") from error
