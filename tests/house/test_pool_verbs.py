"""`pool.py` hands the options of a verb to its `run` by name: both lists are one."""

import dataclasses
import inspect
from importlib import import_module
from keyword import iskeyword
from pathlib import Path

import pytest

import datasets.verbs
import pool


@pytest.mark.parametrize("verb", pool.VERBS)
def test_options_of_a_verb_are_the_arguments_of_its_run(verb):
    module = import_module(f"datasets.verbs.{verb}_" if iskeyword(verb) else f"datasets.verbs.{verb}")
    fields = {field.name for field in dataclasses.fields(pool.VERBS[verb])}
    assert set(inspect.signature(module.run).parameters) == fields | {"track"}


def test_every_verb_that_is_written_can_be_called():
    written = {name.rstrip("_") for name in _modules()} - {"outcome"}
    assert written == set(pool.VERBS)


def _modules():
    (folder,) = datasets.verbs.__path__
    return {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}
