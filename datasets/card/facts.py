"""What a card says of a pool, counted record by record."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from datasets.pool.records import Operation, PoolInfo, ScanRecord
from datasets.pool.stream import PoolStream
from datasets.verbs.outcome import Track


@dataclass
class CardFacts:
    """Counts over a pool; `months` are the first and the last in which a scan was taken, None where none says so."""

    info: PoolInfo
    is_sealed: bool
    scans: int = 0
    units: int = 0
    files: int = 0
    months: tuple[str, str] | None = None
    declarations: int = 0
    objects: int = 0
    groups: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    sites: Counter[str] = field(default_factory=Counter)
    scanners: Counter[str] = field(default_factory=Counter)
    bases: Counter[str] = field(default_factory=Counter)
    quantities: Counter[str] = field(default_factory=Counter)
    rights: Counter[tuple[str, bool, bool]] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    examined: Counter[str] = field(default_factory=Counter)
    suffixes: Counter[str] = field(default_factory=Counter)

    @property
    def is_simulated(self) -> bool:
        """Whether every scan is."""
        return set(self.bases) == {"simulated"}

    @property
    def is_anonymised(self) -> bool:
        """Whether the history says that names were taken out, here or in a pool that this one was made from."""
        return "anonymise" in set(verbs_of(self.info.history))


def count_pool(stream: PoolStream, track: Track) -> CardFacts:
    """Count what is in a pool.

    Raises:
        PoolError: when a line breaks the schema.
    """
    facts = CardFacts(stream.info, stream.is_sealed)
    groups: set[bytes] = set()
    for scan in track(stream.scans(), "counting scans"):
        _count(facts, scan)
        groups.add(hashlib.blake2b(scan.group.encode(), digest_size=8).digest())  # a name may be long
    facts.groups = len(groups)
    facts.declarations = sum(1 for _ in stream.declarations())
    names = {category.id: category.name for category in stream.categories()}
    for annotation in track(stream.annotations(), "counting objects"):
        facts.labels[names.get(annotation.category_id, "?")] += 1
    facts.objects = facts.labels.total()
    return facts


def verbs_of(history: tuple[Operation, ...]) -> list[str]:
    """Verbs of a history in their order, those of parents before what was made of them."""
    return [
        verb
        for step in history
        for verb in (*(verb for parent in step.parents for verb in verbs_of(parent.history)), step.verb)
    ]


def _count(facts: CardFacts, scan: ScanRecord) -> None:
    facts.scans += 1
    facts.units += len(scan.units)
    facts.splits[scan.split] += 1
    facts.sites[scan.site] += 1
    facts.scanners[scan.scanner] += 1
    facts.bases[scan.exam_basis] += 1
    facts.rights[scan.rights.licence, scan.rights.may_train, scan.rights.may_redistribute] += 1
    facts.examined.update(scan.examined_for)
    if scan.captured is not None:
        first, last = facts.months or (scan.captured, scan.captured)
        facts.months = min(first, scan.captured), max(last, scan.captured)
    for view in scan.views:
        facts.quantities[f"{view.quantity.value} ({', '.join(view.channels)})"] += 1
        facts.files += len(view.files)
        facts.suffixes.update(file.path.rpartition(".")[2].lower() for file in view.files)
