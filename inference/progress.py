"""What a person at the terminal sees while a run goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class _Speed(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Scans a second, of late."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f} scans/s", style="progress.data.speed")


@contextmanager
def progress_bar(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error: scans done, speed, time left. Yields what is to be told how many were finished."""
    columns = (TextColumn("scans"), BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("scans", total=total)
        yield lambda scans: progress.advance(task, scans)
