"""A verb that is killed, and what it read counted when it runs again."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from pkgutil import resolve_name

SCRIPT = Path(__file__).with_name("killed_verb.py")
HOUSE = Path(__file__).parents[3]


def killed(verb, doing, count, **options):
    """Run a verb in a process of its own, which is killed (SIGKILL) when `count` items of `doing` are behind it."""
    given = {name: str(value) if isinstance(value, Path) else value for name, value in options.items()}
    process = subprocess.run(
        [sys.executable, str(SCRIPT), verb, doing, str(count), json.dumps(given)],
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
        timeout=120,
        check=False,
    )
    assert process.returncode == -signal.SIGKILL


def counted(monkeypatch, *places):
    """Calls of functions, each named by its module and name; they do what they did."""
    calls = Counter()
    for place in places:
        module, _, name = place.rpartition(".")
        true = getattr(resolve_name(module), name)

        def call(*arguments, _name=name, _true=true, **options):
            calls[_name] += 1
            return _true(*arguments, **options)

        monkeypatch.setattr(place, call)
    return calls
