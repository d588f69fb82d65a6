"""`pool.py card`: CARD.md and croissant.json, written into a pool."""

from __future__ import annotations

from pathlib import Path

from datasets.card.croissant import croissant
from datasets.card.facts import count_pool
from datasets.card.markdown import markdown
from datasets.checks.files import CARD_FILE, CROISSANT_FILE
from datasets.pool.stream import PoolStream
from datasets.verbs.outcome import Outcome, Track
from imaging.writing.whole import write_whole


def run(*, pool: Path, track: Track) -> Outcome:
    """Describe the pool to people and machines; nothing that its hashes cover is changed.

    Raises:
        PoolError: when it is no pool.
    """
    facts = count_pool(PoolStream(pool), track)
    write_whole(pool / CARD_FILE, markdown(facts).encode())
    write_whole(pool / CROISSANT_FILE, croissant(pool, facts).encode())
    return Outcome(
        {str(pool): {"scans": facts.scans, "objects": facts.objects, "written": f"{CARD_FILE}, {CROISSANT_FILE}"}}
    )
