"""How many declarations look alike: k is the size of the smallest class of equal quasi-identifiers.

L. Sweeney, "k-anonymity: a model for protecting privacy", 2002. Quasi-identifiers are all that a declaration keeps:
codes, masses, packages and origins of its lines, whatever their order.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass

from declarations.schema import Declaration


@dataclass(frozen=True)
class KAnonymity:
    """`k` (0 without declarations), declarations, classes of equal ones, and declarations that no other equals."""

    k: int
    declarations: int
    classes: int
    alone: int


def quasi_identifiers(declaration: Declaration) -> str:
    """What could be compared with a source that knows the declaration: equal texts are of one class."""
    lines = [
        (
            line.commodity_code,
            line.gross_mass_kg,
            line.net_mass_kg,
            line.origin,
            line.description,
            sorted((package.type, package.count) for package in line.packages),
        )
        for line in declaration.lines
    ]
    return repr(sorted(lines, key=repr))


def k_anonymity(quasi: Iterable[str]) -> KAnonymity:
    """The figure for declarations with these quasi-identifiers; on disk, for a million of them."""
    with closing(sqlite3.connect("")) as database:
        database.execute("CREATE TABLE class (quasi TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID")
        database.executemany(
            "INSERT INTO class VALUES (?, 1) ON CONFLICT (quasi) DO UPDATE SET n = n + 1", ((one,) for one in quasi)
        )
        k, total, classes, alone = database.execute(
            "SELECT coalesce(min(n), 0), coalesce(sum(n), 0), count(*), coalesce(sum(n = 1), 0) FROM class"
        ).fetchone()
    return KAnonymity(k, total, classes, alone)
