"""What share of a pool could be linked, in which way, and what guessing would give."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from datasets.attack import file_hash, headers, names, near_duplicate, pixel_hash, quasi_identifiers, size_and_date
from datasets.attack.ledger import Ledger
from datasets.attack.row_order import Order, order_of
from evaluation.statistics import Interval, binomial_interval

WAYS = (file_hash.WAY, pixel_hash.WAY, near_duplicate.WAY, size_and_date.WAY, headers.WAY, names.WAY)
BY_PICTURE = (pixel_hash.WAY, near_duplicate.WAY)
_LINKED = (
    "SELECT sum(n = 1), sum(n > 1), sum(1.0 / n) FROM "
    "(SELECT count(*) AS n FROM links JOIN items ON side = 'pool' AND kind = ? AND name = pool WHERE way = ? "
    "GROUP BY pool)"
)


@dataclass(frozen=True)
class Linked:
    """What one way came to.

    Args:
        way: Its name.
        items: Scans (or declarations) of the pool.
        one: Share of them that it links to exactly one of the source, with its interval.
        several: How many it links to more than one.
        by_guessing: Share that is linked rightly when one of the candidates is taken at random, where each is as likely
            and the right one is among them.
        chance: The same with nothing known: one of all that are in the source.
        contradicted: How many of those linked to exactly one are linked to another by their pixels; None without pixels
            to compare with.
    """

    way: str
    items: int
    one: Interval
    several: int
    by_guessing: float
    chance: float
    contradicted: int | None = None


@dataclass(frozen=True)
class Attack:
    """All that was tried."""

    pool_scans: int
    source_scans: int
    ways: tuple[Linked, ...]
    without_pictures: Interval
    order: Order
    strings: int
    strings_found: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def summarise(ledger: Ledger) -> Attack:
    """Count the links."""
    scans, originals = (_items(ledger, side, "scan") for side in ("pool", "source"))
    ways = [_linked(ledger, way, "scan", scans, originals) for way in WAYS]
    declared = _items(ledger, "pool", quasi_identifiers.KIND)
    if declared:
        known = _items(ledger, "source", quasi_identifiers.KIND)
        ways.append(_linked(ledger, quasi_identifiers.WAY, quasi_identifiers.KIND, declared, known))
    return Attack(
        pool_scans=scans,
        source_scans=originals,
        ways=tuple(ways),
        without_pictures=_without_pictures(ledger, scans),
        order=order_of(ledger, pixel_hash.WAY),
        strings=ledger.one("SELECT count(DISTINCT text) FROM needles"),
        strings_found=ledger.one("SELECT count(DISTINCT text) FROM found"),
    )


def _items(ledger: Ledger, side: str, kind: str) -> int:
    return ledger.one("SELECT count(*) FROM items WHERE side = ? AND kind = ?", side, kind)


def _linked(ledger: Ledger, way: str, kind: str, items: int, originals: int) -> Linked:
    one, several, guessed = next(ledger.rows(_LINKED, kind, way))
    return Linked(
        way=way,
        items=items,
        one=binomial_interval(one or 0, items),
        several=several or 0,
        by_guessing=(guessed or 0) / max(1, items),
        chance=1 / max(1, originals),
        contradicted=None if way == pixel_hash.WAY or kind != "scan" else _contradicted(ledger, way),
    )


def _contradicted(ledger: Ledger, way: str) -> int:
    single = "SELECT pool, min(source) AS source FROM links WHERE way = ? GROUP BY pool HAVING count(*) = 1"
    question = (
        f"SELECT count(*) FROM ({single}) l WHERE EXISTS (SELECT 1 FROM links k WHERE k.way = ? AND k.pool = l.pool) "  # noqa: S608
        "AND NOT EXISTS (SELECT 1 FROM links k WHERE k.way = ? AND k.pool = l.pool AND k.source = l.source)"
    )
    return ledger.one(question, way, pixel_hash.WAY, pixel_hash.WAY)


def _without_pictures(ledger: Ledger, scans: int) -> Interval:
    """Share of scans that some way links to exactly one of the source without looking at what the picture shows."""
    others = [way for way in WAYS if way not in BY_PICTURE]
    holes = ",".join("?" * len(others))
    question = (
        f"SELECT count(DISTINCT pool) FROM (SELECT pool FROM links WHERE way IN ({holes}) "  # noqa: S608
        "GROUP BY way, pool HAVING count(*) = 1)"
    )
    return binomial_interval(ledger.one(question, *others), scans)
