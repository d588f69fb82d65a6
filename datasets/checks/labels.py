"""Checks of labels: known, looked for where they were found, and not tied to one scanner."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.checks.facts import Facts
from declarations.taxonomy.contraband import contraband_labels

_FEWEST, _LARGEST_RATIO, _ENOUGH_IMAGES = 10, 100, 100
_COUNTS = "SELECT c.name, count(*) FROM boxes b JOIN categories c ON c.id = b.category_id GROUP BY c.name ORDER BY 1"


def categories_equal(facts: Facts) -> Iterator[str]:
    """The categories of annotations.json are the labels of pool.json."""
    if facts.is_sealed:
        return
    named = {name for (name,) in facts.rows("SELECT name FROM categories")}
    for label in sorted(named ^ set(facts.info.labels)):
        yield f"label {label!r} stands in {'annotations.json' if label in named else 'pool.json'} alone"


def labels_in_taxonomy(facts: Facts) -> Iterator[str]:
    """Labels are those of the taxonomy of contraband, so that pools can be merged."""
    known = {entry.label for entry in contraband_labels()}
    for label in facts.info.labels:
        if label not in known:
            yield f"label {label!r} is not in the taxonomy"


def examined_labels_known(facts: Facts) -> Iterator[str]:
    """Scans were examined for labels of the pool."""
    question = "SELECT s.scan_id, e.label FROM scans s JOIN examined e ON e.number = s.examined"
    known = set(facts.info.labels)
    for scan_id, label in facts.rows(question):
        if label not in known:
            yield f"{scan_id}: examined for {label!r}, which is no label of the pool"


def found_was_looked_for(facts: Facts) -> Iterator[str]:
    """What is annotated in a scan is among what the scan was examined for."""
    question = (
        "SELECT DISTINCT s.scan_id, c.name FROM boxes b JOIN images i ON i.id = b.image_id JOIN categories c "
        "ON c.id = b.category_id JOIN scans s ON s.scan_id = i.scan_id WHERE NOT EXISTS "
        "(SELECT 1 FROM examined e WHERE e.number = s.examined AND e.label = c.name)"
    )
    for scan_id, label in facts.rows(question):
        yield f"{scan_id}: {label!r} is annotated, and was not looked for"


def labels_have_objects(facts: Facts) -> Iterator[str]:
    """Every label has ten objects or more, and none a hundred times as many as another."""
    counts = dict.fromkeys(facts.info.labels, 0) | dict(facts.rows(_COUNTS))
    most = max(counts.values(), default=0)
    for label, count in counts.items():
        if not facts.is_sealed and (count < _FEWEST or most > _LARGEST_RATIO * count):
            yield f"label {label!r} has {count} objects, the largest has {most}"


def labels_on_several_scanners(facts: Facts) -> Iterator[str]:
    """No label comes from one scanner alone where there are several: a network learns the scanner instead."""
    question = (
        "SELECT c.name, min(s.scanner), count(*) FROM boxes b JOIN images i ON i.id = b.image_id "
        "JOIN categories c ON c.id = b.category_id JOIN scans s ON s.scan_id = i.scan_id GROUP BY c.name "
        "HAVING count(DISTINCT s.scanner) = 1"
    )
    (scanners,) = next(facts.rows("SELECT count(DISTINCT scanner) FROM scans"))
    for label, scanner, count in facts.rows(question) if scanners > 1 else ():
        yield f"all {count} objects of label {label!r} come from scanner {scanner!r}"


def sizes_tell_nothing(facts: Facts) -> Iterator[str]:
    """The size of an image does not tell scans with objects from scans without: a network would learn the size."""
    question = (
        "SELECT count(*), sum(EXISTS (SELECT 1 FROM boxes b WHERE b.image_id = i.id)) FROM images i "
        "GROUP BY height, width HAVING count(*) > 1"
    )
    sizes = [(count, held) for count, held in facts.rows(question)]
    images, held = (sum(size[place] for size in sizes) for place in (0, 1))
    by_guessing = max(held, images - held)
    by_size = sum(max(with_object, count - with_object) for count, with_object in sizes)
    if images >= _ENOUGH_IMAGES and by_size - by_guessing > 0.5 * (images - by_guessing):
        yield f"image size alone tells {by_size} of {images} images right, where guessing tells {by_guessing}"
