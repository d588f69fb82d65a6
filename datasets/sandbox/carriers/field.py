"""The part of the detector plane that shows a carrier."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.physics.projection import Field
from datasets.sandbox.physics.scanner import Parallel, Scanner
from datasets.sandbox.shapes import Space


def check_scanner(scanner: Scanner) -> None:
    """Refuse a scanner that cargo does not go through.

    Raises:
        ValueError: when it is no accelerator, or its pitch not between 2 and 60 mm.
    """
    pitch_mm = scanner.pitch_mm.value
    if scanner.channels[0].source.kind != "linac":
        raise ValueError(f"cargo goes through scanners with an accelerator; found {scanner.name}: {scanner.what}")
    if not 2 <= pitch_mm <= 60:
        raise ValueError(f"the pixel pitch of a cargo scan is 2 to 60 mm; found {pitch_mm}; choose one, such as 12")


def field_of_view(scanner: Scanner, seen: Space) -> Field:
    """Field that shows all of a space; 256 x 544 pixels for a 20 ft container in a parallel beam at 12 mm.

    Raises:
        ValueError: see `check_scanner`.
    """
    check_scanner(scanner)
    pitch_mm, geometry = scanner.pitch_mm.value, scanner.geometry.value
    columns = round(seen.size[0] / pitch_mm)
    if isinstance(geometry, Parallel):
        return Field(pitch_mm, round(seen.size[2] / pitch_mm), columns, seen.x0, seen.z1, geometry)
    unbounded = Field(pitch_mm, 0, columns, seen.x0, 0.0, geometry, middle_mm=(seen.y0 + seen.y1) / 2)
    edges = unbounded.heights(
        np.array([seen.y0, seen.y0, seen.y1, seen.y1]), np.array([seen.z0, seen.z1, seen.z0, seen.z1])
    )
    return replace(unbounded, rows=round((edges.max() - edges.min()) / pitch_mm), top=float(edges.max()))
