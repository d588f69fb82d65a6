"""Contraband labels: the canonical names that source labels map to."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from declarations.schema import Strict

_FILE = Path(__file__).with_name("contraband.yaml")


class ContrabandLabel(Strict):
    """One label: its key, its name for people, and whether it alarms wherever it is found."""

    label: str
    name: str
    prohibited: bool


@cache
def contraband_labels() -> tuple[ContrabandLabel, ...]:
    """All labels, in the order of the file."""
    return tuple(ContrabandLabel.model_validate(entry) for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8")))
