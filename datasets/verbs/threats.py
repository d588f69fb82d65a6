"""`pool.py threats`: a library of threats for projection, simulated or from scans of single items in air."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from datasets.threats.make import make_library
from datasets.threats.sheet import library_sheet
from datasets.verbs.outcome import Outcome, Track
from imaging import write_png


def run(
    *,
    out: Path,
    source: str,
    count: int,
    seed: int,
    profile: Path | None,
    labels: Sequence[str],
    pitch_mm: float | None,
    licence: str,
    preview: Path | None,
    track: Track,
) -> Outcome:
    """Make the library; what could not be used is a problem each."""
    del track  # made in one go
    library, left_out = make_library(
        out=out,
        source=source,
        count=count,
        seed=seed,
        profile=profile,
        labels=labels,
        pitch_mm=pitch_mm,
        licence=licence,
    )
    if preview:
        write_png(preview, library_sheet(library))
    counts = Counter(threat.record.label for threat in library.threats)
    return Outcome({str(out): counts}, tuple(f"{name}: {reason}" for name, reason in left_out.items()))
