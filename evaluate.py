"""Compare detectors, from any vendor, on the same scans: rates with intervals, comparison, a report to sign."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from configs.offline import stay_offline
from configs.schema import EvaluateConfig

if TYPE_CHECKING:
    from datasets.pool import Pool
    from evaluation import PoolTruth


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code: 0 done, 2 wrong use."""
    stay_offline()
    from jsonargparse import ArgumentParser  # noqa: PLC0415

    parser = ArgumentParser(prog="evaluate.py", description=__doc__)
    parser.add_argument("--config", action="config")
    parser.add_class_arguments(EvaluateConfig)
    config = EvaluateConfig(**vars(parser.instantiate_classes(parser.parse_args(arguments))))
    return 0
