"""Records of a pool's files, with those that break the schema told apart: one bad line costs no other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import ijson
from pydantic import BaseModel, ValidationError

from datasets.pool.errors import PoolError
from datasets.pool.nesting import refuse_deep

Model = TypeVar("Model", bound=BaseModel)
MOST_BYTES = 64 * 2**20
"""No record of a scan is longer than this; a file without line ends must not fill the memory."""


def lines_of(path: Path, model: type[Model]) -> Iterator[tuple[int, Model | str]]:
    """Line numbers with their records, or with the reason why a line is none; nothing where there is no such file."""
    if not path.is_file():
        return
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(MOST_BYTES):
            number += 1
            if len(line) == MOST_BYTES and not line.endswith(b"\n"):
                yield number, f"a line of more than {MOST_BYTES} bytes; what follows was not read"
                return
            yield number, _record(line, model)


def items_of(path: Path, name: str, model: type[Model]) -> Iterator[tuple[int, Model | str]]:
    """Items of a list in an object of JSON, numbered from 1, or the reason why one is no record."""
    if not path.is_file():
        return
    number = 0
    with path.open("rb") as stream:
        try:
            refuse_deep(path)
            for number, item in enumerate(ijson.items(stream, f"{name}.item", use_float=True), start=1):
                yield number, _validated(item, model)
        except (PoolError, ijson.JSONError, ValueError) as error:
            yield number + 1, f"no JSON: {error}"


def _record(line: bytes, model: type[Model]) -> Model | str:
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        return _first(error)


def _validated(item: object, model: type[Model]) -> Model | str:
    try:
        return model.model_validate(item)
    except ValidationError as error:
        return _first(error)


def _first(error: ValidationError) -> str:
    """The first thing that is wrong, without the value: it may be what nobody should read."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'line'}: {first['msg']}"
