"""What a room hands on: `__all__` is sorted, whole, and nothing else is visible."""

import importlib
import types

import pytest

ROOMS = ("imaging", "gpu", "models", "declarations", "evaluation", "inference", "datasets.pool", "datasets.layouts")


@pytest.mark.parametrize("room", ROOMS)
def test_all_is_what_is_visible(room):
    module = importlib.import_module(room)
    visible = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType) and name != "annotations"
    }
    assert sorted(module.__all__) == sorted(visible)
    assert len(set(module.__all__)) == len(module.__all__)


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_callable_says_what_it_does(room):
    module = importlib.import_module(room)
    silent = [name for name in module.__all__ if callable(getattr(module, name)) and not getattr(module, name).__doc__]
    assert silent == []
