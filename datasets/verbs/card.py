"""`pool.py card`: CARD.md and croissant.json, written into a pool."""

from __future__ import annotations

from pathlib import Path

from datasets.card.croissant import croissant
from datasets.card.facts import count_pool
from datasets.card.markdown import markdown
from datasets.checks.files import CARD_FILE, CROISSANT_FILE
from datasets.pool.stream import PoolStream
from datasets.verbs.outcome import Outcome, Track


def run(*, pool: Path, track: Track) -> Outcome:
    """Describe the pool to people and machines; nothing that its hashes cover is changed.

    Raises:
        PoolError: when it is no pool.
    """
    facts = count_pool(PoolStream(pool), track)
    _write(pool / CARD_FILE, markdown(facts))
    _write(pool / CROISSANT_FILE, croissant(pool, facts))
    return Outcome(
        {str(pool): {"scans": facts.scans, "objects": facts.objects, "written": f"{CARD_FILE}, {CROISSANT_FILE}"}}
    )


def _write(path: Path, text: str) -> None:
    """At once: a file is whole or as it was."""
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(text, encoding="utf-8", newline="\n")
    beside.replace(path)
