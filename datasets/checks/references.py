"""Checks of who points to whom: scans, declarations, truth, annotations."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.checks.facts import Facts


def sites_known(facts: Facts) -> Iterator[str]:
    """Every site of a scan stands in pool.json."""
    for scan_id, site in facts.rows("SELECT scan_id, site FROM scans"):
        if site not in facts.info.sites:
            yield f"{scan_id}: site {site!r} is not in pool.json"


def declarations_there(facts: Facts) -> Iterator[str]:
    """Every declaration that a unit names is in declarations.jsonl."""
    missing = (
        "SELECT DISTINCT unit_id, declaration_id FROM parts WHERE declaration_id NOT IN "
        "(SELECT declaration_id FROM declarations)"
    )
    for unit_id, declaration_id in facts.rows(missing):
        yield f"{unit_id}: declaration {declaration_id!r} is not in declarations.jsonl"


def declared_lines_there(facts: Facts) -> Iterator[str]:
    """Every line that a unit names is a line of its declaration."""
    missing = (
        "SELECT p.unit_id, p.declaration_id, p.line_no FROM parts p JOIN declarations USING (declaration_id) "
        "LEFT JOIN lines l ON l.declaration_id = p.declaration_id AND l.line_no = p.line_no "
        "WHERE p.line_no IS NOT NULL AND l.line_no IS NULL"
    )
    for unit_id, declaration_id, line_no in facts.rows(missing):
        yield f"{unit_id}: declaration {declaration_id!r} has no line {line_no}"


def declarations_used(facts: Facts) -> Iterator[str]:
    """Every declaration speaks of a unit."""
    unused = "SELECT declaration_id FROM declarations WHERE declaration_id NOT IN (SELECT declaration_id FROM parts)"
    for (declaration_id,) in facts.rows(unused):
        yield f"declaration {declaration_id!r} speaks of no unit"


def truth_of_units(facts: Facts) -> Iterator[str]:
    """Truth speaks of units that a scan holds."""
    for (unit_id,) in facts.rows("SELECT unit_id FROM truth WHERE unit_id NOT IN (SELECT unit_id FROM units)"):
        yield f"truth.jsonl speaks of unit {unit_id!r}, which no scan holds"


def images_of_views(facts: Facts) -> Iterator[str]:
    """Every annotated image is a view of a scan, by the number that it has there, and names its file."""
    odd = (
        "SELECT i.id, i.scan_id, i.view_id, v.number FROM images i LEFT JOIN views v ON v.scan_id = i.scan_id "
        "AND v.view_id = i.view_id WHERE v.number IS NOT i.id OR NOT EXISTS "
        "(SELECT 1 FROM files f WHERE f.path = i.file_name AND f.scan_id = i.scan_id AND f.view_id = i.view_id)"
    )
    for number, scan_id, view_id, expected in facts.rows(odd):
        yield f"image {number} claims {(scan_id, view_id)}, whose id is {expected}"


def annotations_of_images(facts: Facts) -> Iterator[str]:
    """Every annotation points to an image and a category."""
    lost = (
        "SELECT id FROM boxes WHERE image_id NOT IN (SELECT id FROM images) "
        "OR category_id NOT IN (SELECT id FROM categories)"
    )
    for (number,) in facts.rows(lost):
        yield f"annotation {number} points to no image or no category"


def masses_agree(facts: Facts) -> Iterator[str]:
    """No net mass is greater than the gross mass of its line."""
    for declaration_id, line_no in facts.rows("SELECT declaration_id, line_no FROM lines WHERE net > gross * 1.001"):
        yield f"declaration {declaration_id!r}, line {line_no}: net over gross"
