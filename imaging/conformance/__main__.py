"""The suite from the command line: a plain report, and 0 when the adapter conforms, 1 when not, 2 on wrong use."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from imaging.adapter import FormatAdapter
from imaging.conformance.check import check_adapter
from imaging.conformance.sample import read_samples
from imaging.errors import ScanError


def main(arguments: Sequence[str] | None = None) -> int:
    """Check one adapter and print what was found."""
    parser = argparse.ArgumentParser(prog="python -m imaging.conformance", description=__doc__)
    parser.add_argument(
        "--adapter", required=True, metavar="MODULE:NAME", help="a class without arguments, or an object"
    )
    parser.add_argument("--samples", required=True, type=Path, metavar="FOLDER", help="files, with sidecars NAME.json")
    parser.add_argument("--mutations", type=int, default=200, help="damaged copies of each sample")
    parser.add_argument("--seed", type=int, default=0, help="seed of the damage")
    options = parser.parse_args(arguments)
    try:
        adapter = _loaded(options.adapter)
        samples = read_samples(options.samples)
    except (ScanError, ImportError, AttributeError, ValueError) as error:
        sys.stderr.write(f"imaging.conformance: {error}\n")
        return 2
    problems = check_adapter(adapter, samples, mutations=options.mutations, seed=options.seed)
    for problem in problems:
        sys.stdout.write(f"{problem.rule}\n    {problem.sample or adapter.name}: {problem.found}\n")
    sys.stdout.write(f"{adapter.name}: {len(samples)} sample(s), {len(problems)} problem(s)\n")
    return 1 if problems else 0


def _loaded(place: str) -> FormatAdapter:
    """The adapter that the person at the command line named; nothing else is ever loaded by name."""
    module, colon, name = place.partition(":")
    if not colon:
        raise ValueError(f"an adapter is named MODULE:NAME; found {place!r}; put a colon in between")
    found = getattr(importlib.import_module(module), name)
    adapter: FormatAdapter = found() if isinstance(found, type) else found
    return adapter


if __name__ == "__main__":
    sys.exit(main())
