"""Linking by order: whether the lines of the pool stand as the files of the source do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.attack.ledger import Ledger

_MOST_PAIRS, _SHUFFLES = 2000, 999
_KNOWN = (
    "SELECT p.place, s.place FROM (SELECT pool, min(source) AS source FROM links WHERE way = ? GROUP BY pool "
    "HAVING count(*) = 1) l JOIN items p ON p.side = 'pool' AND p.kind = 'scan' AND p.name = l.pool "
    "JOIN items s ON s.side = 'source' AND s.kind = 'scan' AND s.name = l.source ORDER BY p.place"
)


@dataclass(frozen=True)
class Order:
    """How far the order of the pool tells that of the source.

    Args:
        pairs: Scans whose original is known.
        same_rank: Of these, those that stand at the same place among them on both sides.
        correlation: Spearman's, -1 to 1; None for fewer than three pairs.
        p_value: Share of 999 random orders, and this one, that correlate as strongly (on 2,000 pairs at most).
    """

    pairs: int
    same_rank: int
    correlation: float | None
    p_value: float | None


def order_of(ledger: Ledger, known_by: str) -> Order:
    """Compare orders over the scans that one way links to exactly one of the source."""
    places = np.array(list(ledger.rows(_KNOWN, known_by)), np.int64).reshape(-1, 2)
    ranks = np.argsort(np.argsort(places[:, 1], kind="stable"), kind="stable")
    own = np.arange(len(ranks))
    same = int(np.count_nonzero(ranks == own))
    if len(ranks) < 3:
        return Order(len(ranks), same, None, None)
    step = -(-len(ranks) // _MOST_PAIRS)
    part = np.argsort(np.argsort(ranks[::step])).astype(np.float64)
    part -= part.mean()
    centred = np.arange(len(part)) - (len(part) - 1) / 2
    shuffle = np.random.default_rng(0)
    drawn = np.array([abs(shuffle.permutation(part) @ centred) for _ in range(_SHUFFLES)])
    product = float(part @ centred)
    p_value = (1 + np.count_nonzero(drawn >= abs(product) - 1e-9)) / (1 + _SHUFFLES)
    return Order(len(ranks), same, product / float(centred @ centred), float(p_value))
