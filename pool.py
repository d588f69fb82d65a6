"""Pools on disk: anonymise, import, merge, split, check, describe, export, and try to link back; threat libraries."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, TypeVar

from configs.offline import stay_offline

stay_offline()

from configs import pool as options
from configs.cli import parse_verb

if TYPE_CHECKING:
    from datasets.verbs.outcome import Outcome

Item = TypeVar("Item")
VERBS = {
    "anonymise": options.AnonymiseConfig,
    "attack": options.AttackConfig,
    "forget": options.ForgetConfig,
    "import": options.ImportConfig,
    "merge": options.MergeConfig,
    "split": options.SplitConfig,
    "check": options.CheckConfig,
    "diff": options.DiffConfig,
    "card": options.CardConfig,
    "export": options.ExportConfig,
    "threats": options.ThreatsConfig,
}


def main() -> int:
    """Run one verb; 0 done, 1 our fault, 2 wrong use, 3 problems found."""
    verb, given = parse_verb(VERBS, "Make, check and describe pools of scans.")
    from datasets.pool import PoolError
    from imaging import ScanError

    run = import_module(f"datasets.verbs.{verb}_" if iskeyword(verb) else f"datasets.verbs.{verb}").run
    try:
        return _say(run(**vars(given), track=_track))
    except (PoolError, ScanError) as error:
        print(f"pool.py: {error}", file=sys.stderr)  # noqa: T201 - a message to the user
        return 2


def _track(items: Iterable[Item], doing: str, total: int | None = None) -> Iterator[Item]:
    from rich.progress import track

    yield from track(items, doing, total=total, transient=True)


def _say(outcome: Outcome) -> int:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console()
    for title, rows in outcome.tables.items():
        if rows:
            table = Table("", "", title=escape(title), title_justify="left", show_header=False)
            table.columns[1].overflow = "fold"  # a hash that is cut off is no hash
            for name, value in rows.items():
                table.add_row(escape(name), escape(str(value)))
            console.print(table)
    for problem in outcome.problems:
        console.print(escape(problem), soft_wrap=True, highlight=False)
    return 3 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
