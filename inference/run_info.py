"""What is said of a run as a whole: in `run.json`, and without its times in the report."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import torch

from declarations import CalibrationTable
from inference.fingerprint import device_name
from inference.journal import Fingerprint
from inference.judge import Judge
from inference.lanes import Thresholds
from inference.outputs import counts_of, exit_code_of
from inference.results import SCHEMA
from models import ModelPackage


def judge_of(package: ModelPackage, *, declarations_given: bool) -> Judge:
    """Thresholds, tables and names of a package, as lines of results need them."""
    spec = package.spec
    found = {name: spec.operating_point(name) for name in ("strict", "loose")}
    return Judge(
        thresholds=Thresholds(
            strict=found["strict"].threshold if found["strict"] else None,
            loose=found["loose"].threshold if found["loose"] else None,
            strict_rate=spec.strict_rate,
            loose_rate=spec.loose_rate,
        ),
        tables=tuple(CalibrationTable.model_validate(table.model_dump()) for table in spec.calibration),
        models={part.role: {"name": f"{spec.name}/{part.role}", "sha256": part.sha256} for part in spec.components},
        declarations_given=declarations_given,
    )


def described(package: ModelPackage, labels: Sequence[str], *, declarations_given: bool) -> dict[str, Any]:
    """What the package promises: the same for every run with it."""
    spec = package.spec
    return {
        "schema": SCHEMA,
        "model": spec.name,
        "model_sha256": spec.package_sha256,
        "model_pool_hash": spec.pool_hash,
        "model_rights": list(spec.rights),
        "model_code_version": spec.code_version,
        "operating_points": [point.model_dump(mode="json") for point in spec.operating_points],
        "strict_rate": spec.strict_rate,
        "loose_rate": spec.loose_rate,
        "calibration_units": [table.model_dump(mode="json", exclude={"scores"}) for table in spec.calibration],
        "categories": {str(number): label for number, label in enumerate(labels, start=1)},
        "declarations_given": declarations_given,
    }


def ended(
    package: ModelPackage, lines: Sequence[dict[str, Any]], fingerprint: Fingerprint, *, started: datetime
) -> dict[str, Any]:
    """What came of a run, when, and on which machine."""
    now = datetime.now(UTC)
    return {
        "exit_code": exit_code_of(lines),
        "counts": counts_of(lines),
        "fingerprint": dict(fingerprint),
        "device": device_name(package),
        "threads": torch.get_num_threads(),
        "system": platform.system(),
        "started": started.isoformat(timespec="seconds"),
        "ended": now.isoformat(timespec="seconds"),
        "seconds": round((now - started).total_seconds(), 1),
    }
