"""A process that reads damaged files until it is told to stop, or dies of one.

It takes lines `FIRST COUNT` and answers a line of JSON for each file; the parent knows by the last answer which file
killed it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TextIO

from tools.fuzzing.mutate import damaged
from tools.fuzzing.readers import MEMORY, Outcome, outcome_of
from tools.fuzzing.seeds import Seed, all_seeds, planted_seeds

GROWTH_BYTES = 1 << 30
_GUARD_BYTES = 3 << 30  # of address space: a runaway allocation fails before it takes the machine along


def main() -> None:
    """Answer until the parent closes the pipe."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--samples", type=Path)
    parser.add_argument("--planted", action="store_true")
    options = parser.parse_args()
    seeds = planted_seeds() if options.planted else all_seeds(options.samples)
    with tempfile.TemporaryDirectory() as folder:
        _warm_up(seeds, Path(folder, "file"))
        baseline = _peak_bytes()
        _guard()
        answers = _quiet_answers()
        print("ready", file=answers, flush=True)
        for line in sys.stdin:
            first, count = map(int, line.split())
            for number in range(first, first + count):
                print(json.dumps(_answer(seeds, options, number, Path(folder, "file"), baseline)), file=answers)
                answers.flush()


def _answer(
    seeds: tuple[Seed, ...], options: argparse.Namespace, number: int, path: Path, baseline: int
) -> dict[str, object]:
    chosen, content = (
        (seeds[number], seeds[number].content) if options.planted else damaged(seeds, options.seed, number)
    )
    before, started = _peak_bytes(), time.perf_counter()
    outcome = outcome_of(chosen.reader, path, content)
    seconds = time.perf_counter() - started
    peak = _peak_bytes()
    if peak - baseline > GROWTH_BYTES:
        outcome = Outcome(MEMORY, f"{(peak - baseline) >> 20} MiB more than after the whole files")
    return {
        "number": number,
        "kind": outcome.kind,
        "detail": outcome.detail,
        "seconds": seconds,
        "growth_mib": (peak - before) >> 20,
    }


def _quiet_answers() -> TextIO:
    """The pipe to the parent, taken away from decoders that print."""
    answers = os.fdopen(os.dup(1), "w")
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    return answers


def _warm_up(seeds: tuple[Seed, ...], path: Path) -> None:
    """Load what decoders load at their first call, so that it counts as nobody's growth."""
    for seed in seeds:
        if seed.reader != "planted":
            outcome_of(seed.reader, path, seed.content)


def _peak_bytes() -> int:
    """Peak resident memory of this program alone: getrusage would begin with that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def _guard() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + _GUARD_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


if __name__ == "__main__":
    main()
