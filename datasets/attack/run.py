"""Goes through the source and the pool once each, and links them in every way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from datasets.attack import file_hash, headers, names, near_duplicate, pixel_hash, quasi_identifiers, size_and_date
from datasets.attack.ledger import Ledger, Side
from datasets.attack.seen import Seen
from datasets.attack.sides import pool_files, source_files
from datasets.attack.summary import Attack, summarise
from datasets.checks.files import CARD_FILE, CROISSANT_FILE
from datasets.pool.store import ANNOTATIONS_FILE, DECLARATIONS_FILE, POOL_FILE, SCANS_FILE, TRUTH_FILE, canonical
from datasets.pool.stream import PoolStream
from datasets.readings import Readings
from datasets.verbs.outcome import Track

_TEXTS = (POOL_FILE, DECLARATIONS_FILE, TRUTH_FILE, ANNOTATIONS_FILE, CARD_FILE, CROISSANT_FILE)


def attack(pool: Path, source: Path, track: Track, readings: Readings) -> Attack:
    """Try every way of linking.

    Args:
        pool: The pool.
        source: The folder of originals.
        track: Shows how far it is.
        readings: Read files, or know what a run that was cut off read.

    Raises:
        PoolError: when `pool` is no pool, or a line of it breaks the schema.
    """
    stream = PoolStream(pool)
    with closing(Ledger("")) as ledger:  # a name of nothing: on disk, and gone with its process
        _go_through_source(ledger, stream, source_files(source, readings), track)
        _go_through_pool(ledger, stream, readings, track)
        ledger.link_marks()
        near_duplicate.link(ledger, readings)
        return summarise(ledger)


def _go_through_source(ledger: Ledger, stream: PoolStream, files: Iterator[Seen], track: Track) -> None:
    for place, seen in enumerate(track(files, "looking at the source")):
        headers.add_needles(ledger, seen)
        if seen.look.size_hw is None:
            quasi_identifiers.add_source(ledger, seen.path, stream.info.history)
            continue
        ledger.add_item("source", seen.name, place)
        _add_marks(ledger, "source", seen)
        for mark in size_and_date.source_marks(seen):
            ledger.add_mark(size_and_date.WAY, "source", seen.name, mark)


def _go_through_pool(ledger: Ledger, stream: PoolStream, readings: Readings, track: Track) -> None:
    needles = headers.Needles(ledger)
    which = f"strings of {needles.digest()}"

    def strings_in(path: Path) -> tuple[bytes, ...]:
        def search() -> headers.Found:
            return headers.Found(texts=tuple(sorted(needles.in_file(path))))

        return readings.of(which, [path], headers.Found, search).texts

    quasi_identifiers.add_pool(ledger, stream)
    for place, scan in enumerate(track(stream.scans(), "looking at the pool")):
        ledger.add_item("pool", scan.scan_id, place)
        headers.add_found(ledger, needles.in_text(canonical(scan).encode()), SCANS_FILE, scan.scan_id)
        for mark in names.record_marks(scan):
            ledger.add_mark(names.WAY, "pool", scan.scan_id, mark)
        for seen in pool_files(stream.root, scan, readings):
            _add_marks(ledger, "pool", seen)
            headers.add_found(ledger, strings_in(seen.path), seen.path.name, scan.scan_id)
            for mark in size_and_date.pool_marks(seen):
                ledger.add_mark(size_and_date.WAY, "pool", seen.name, mark)
    for name in _TEXTS:
        if (stream.root / name).is_file():
            headers.add_found(ledger, strings_in(stream.root / name), name, None)


def _add_marks(ledger: Ledger, side: Side, seen: Seen) -> None:
    for way in (file_hash, pixel_hash, names):
        for mark in way.marks(seen):
            ledger.add_mark(way.WAY, side, seen.name, mark)
    near_duplicate.add_prints(ledger, side, seen)
