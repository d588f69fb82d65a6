"""Checks of the records as such: schema, order, names, hashes, history, sealing."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.checks.facts import Facts
from datasets.checks.files import CARD_FILE, CROISSANT_FILE
from datasets.pool.store import ANNOTATIONS_FILE, TRUTH_FILE, content_hash, truth_hash


def schema(facts: Facts) -> Iterator[str]:
    """Every line and item follows its schema."""
    for file, line, why in facts.rows("SELECT file, line, why FROM broken"):
        yield f"{file} line {line}, {why}"


def sorted_lines(facts: Facts) -> Iterator[str]:
    """Lines stand by rising name, so that the same records are the same bytes."""
    for file, line, key in facts.rows("SELECT file, line, key FROM unsorted"):
        yield f"{file} line {line}: {key!r} comes after a greater one"


def unique_names(facts: Facts) -> Iterator[str]:
    """A scan, view, unit, declaration, image or annotation has a name that no other has."""
    for table, column in (
        ("scans", "scan_id"),
        ("units", "unit_id"),
        ("declarations", "declaration_id"),
        ("truth", "unit_id"),
        ("images", "id"),
        ("boxes", "id"),
        ("categories", "id"),
    ):
        question = f"SELECT {column}, count(*) FROM {table} GROUP BY {column} HAVING count(*) > 1"  # noqa: S608
        for name, count in facts.rows(question):
            yield f"{table}: {column} {name!r} stands {count} times"
    views = "SELECT scan_id, view_id, count(*) FROM views GROUP BY scan_id, view_id HAVING count(*) > 1"
    scans = "(SELECT scan_id FROM scans GROUP BY scan_id HAVING count(*) = 1)"
    for scan_id, view_id, count in facts.rows(f"SELECT * FROM ({views}) WHERE scan_id IN {scans}"):  # noqa: S608
        yield f"{scan_id}: view_id {view_id!r} stands {count} times"


def hash_of_content(facts: Facts) -> Iterator[str]:
    """Scans and declarations are those that pool.json was written for."""
    if content_hash(facts.root) != facts.info.content_hash:
        yield "scans.jsonl or declarations.jsonl is not what pool.json was written for"


def hash_of_truth(facts: Facts) -> Iterator[str]:
    """Truth and annotations are those that pool.json was written for."""
    if not facts.is_sealed and truth_hash(facts.root) != facts.info.truth_hash:
        yield "truth.jsonl or annotations.json is not what pool.json was written for"


def sealed_whole(facts: Facts) -> Iterator[str]:
    """A sealed pool holds no truth at all: neither truth.jsonl nor masks."""
    if facts.is_sealed:
        for path in (facts.root / TRUTH_FILE, *(facts.root / "masks").rglob("*")):
            if path.is_file():
                yield f"{ANNOTATIONS_FILE} was left out, and {path.relative_to(facts.root).as_posix()!r} is there"


def card_of_this_content(facts: Facts) -> Iterator[str]:
    """A card, where there is one, speaks of the content that is there."""
    for name in (CARD_FILE, CROISSANT_FILE):
        path = facts.root / name
        if path.is_file() and facts.info.content_hash.encode() not in path.read_bytes():
            yield f"{name} was written for other content"


def history_told(facts: Facts) -> Iterator[str]:
    """The history begins with how the scans came in: anonymise, import, merge or sandbox."""
    verbs = [step.verb for step in facts.info.history]
    if not verbs or verbs[0] not in {"anonymise", "import", "merge", "sandbox"}:
        yield f"pool.json tells {verbs or 'nothing'}"
