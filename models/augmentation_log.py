"""A log of what was drawn for each batch: a line a batch, exact, from which any of them can be made again.

params = gpu.replayed(augment, json.loads(line))
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from gpu import PipelineParams


def logged_to(path: Path) -> Callable[[PipelineParams], None]:
    """What appends the records of parameters to a file that is emptied first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")

    def log(params: PipelineParams) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(params.record()) + "\n")

    return log
