"""Simulate a pool of scans with declarations, contraband and truth."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")  # a process for each core: more threads would only wait for each other

from configs.offline import stay_offline

stay_offline()

from configs.cli import parse
from configs.schema import SandboxConfig


def main() -> int:
    """Simulate; 0 done, 2 wrong use."""
    options = parse(SandboxConfig)
    try:
        return _generate(options)
    except ValueError as error:
        print(f"sandbox.py: {error}", file=sys.stderr)  # noqa: T201 - a message to the user
        return 2


def _generate(options: SandboxConfig) -> int:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    from datasets.pool import read_pool
    from datasets.pool.contact_sheet import contact_sheet
    from datasets.sandbox import KINDS, Order, Rates, generate
    from imaging import write_png

    if options.scans < 1:
        raise ValueError(f"a pool holds at least one scan; found --scans {options.scans}; give 1 or more")
    if options.preview is not None and options.preview.resolve().is_relative_to(options.out.resolve()):
        raise ValueError(
            f"a pool holds its own files alone; found --preview {options.preview} inside; name another place"
        )
    kind = KINDS[options.kind]
    order = Order(
        kind=options.kind,
        seed=options.seed,
        rates=Rates(options.contraband_rate, options.mismatch_rate, options.empty_rate),
        scanner=kind.read_scanner(options.scanner or kind.scanner),
        carriers=options.carriers or kind.carriers,
    )
    with Progress("simulating", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), transient=True) as progress:
        task = progress.add_task("", total=options.scans)
        made = generate(
            options.out,
            order,
            scans=options.scans,
            site=options.site,
            workers=options.workers or len(os.sched_getaffinity(0)),
            progress=lambda: progress.advance(task),
        )
    if options.preview is not None:
        write_png(options.preview, contact_sheet(read_pool(options.out)))
    print(  # noqa: T201 - the answer
        f"{options.out}: {made.scans} scans of {made.units} units, {made.clean} of them clean, {made.contraband} with "
        f"contraband ({made.objects} objects), {made.false} falsely declared"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
