"""CARD.md of a package: what it is, what it was trained on, and what its rates hold for."""

from __future__ import annotations

from models.spec import OperatingPoint, PackageSpec


def card(spec: PackageSpec) -> str:
    """Markdown for people, from the same record that the program reads."""
    parts = "\n".join(
        f"- {part.role}: `{part.family}`, channels {', '.join(part.channels)} ({part.quantity}), "
        f"answers {', '.join(part.labels)}"
        for part in spec.components
    )
    points = "\n".join(_point(point) for point in spec.operating_points) or "- none frozen: no rate can be promised"
    tables = (
        "\n".join(f"- {table.check} under {table.scanner}: {table.n} honest units" for table in spec.calibration)
        or "- none: no declaration check can answer"
    )
    rights = "\n".join(f"- {right}" for right in spec.rights) or "- not stated"
    return f"""# {spec.name}

Decision support: an officer decides. Rates hold on average over calibration sets, for scans like those calibrated on;
under another scanner, site or season they are not known.

## Components
{parts}

## Operating points
{points}

## Calibration of the declaration checks
{tables}

## Training data
Pool {spec.pool_hash or "not stated"}. Rights:
{rights}

Code version {spec.code_version or "not stated"}.
"""


def _point(point: OperatingPoint) -> str:
    if point.threshold is None:
        return f"- {point.name}, {point.rate:.0%} of clean scans: not frozen ({point.reason})"
    return f"- {point.name}, {point.rate:.0%} of clean scans: score {point.threshold:.4f}, frozen on {point.n_clean}"
