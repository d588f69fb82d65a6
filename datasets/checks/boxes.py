"""Checks of boxes and shapes."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.checks.facts import Facts

_ROUNDING_PX = 1e-3
_SHAPE_PX = 1.0  # corners of a shape stand on pixels, a box around them
_TINY_PX, _HUGE_SHARE = 3.0, 0.9
_DOUBLED = """
SELECT first, second, scan_id FROM (
    SELECT a.id AS first, b.id AS second, i.scan_id AS scan_id, a.w * a.h + b.w * b.h AS both,
        max(0, min(a.x + a.w, b.x + b.w) - max(a.x, b.x)) * max(0, min(a.y + a.h, b.y + b.h) - max(a.y, b.y)) AS shared
    FROM boxes a JOIN boxes b ON b.image_id = a.image_id AND b.id > a.id AND b.category_id = a.category_id
    JOIN images i ON i.id = a.image_id WHERE min(a.w, a.h, b.w, b.h) > 0
) WHERE shared >= 0.95 * (both - shared)
"""
_OWNED = "FROM boxes b JOIN images i ON i.id = b.image_id WHERE b.w > 0 AND b.h > 0"


def boxes_have_area(facts: Facts) -> Iterator[str]:
    """Every box has a width and a height; none is inverted."""
    question = "SELECT id, x, y, w, h FROM boxes WHERE NOT (w > 0 AND h > 0)"
    for number, *box in facts.rows(question):
        yield f"annotation {number}: box {box} is empty or inverted"


def boxes_inside(facts: Facts) -> Iterator[str]:
    """Every box lies inside its image."""
    question = f"SELECT i.scan_id, b.id, b.x, b.y, b.w, b.h {_OWNED}"
    outside = "b.x < -?1 OR b.y < -?1 OR b.x + b.w > i.width + ?1 OR b.y + b.h > i.height + ?1"
    for scan_id, number, *box in facts.rows(f"{question} AND ({outside})", _ROUNDING_PX):
        yield f"{scan_id}: box {box} of annotation {number} leaves the image"


def visible_inside_box(facts: Facts) -> Iterator[str]:
    """What is visible of an object has an area and lies within the box of the whole."""
    question = (
        "SELECT b.id, i.scan_id FROM boxes b JOIN images i ON i.id = b.image_id WHERE b.vw IS NOT NULL AND "
        "(b.vw <= 0 OR b.vh <= 0 OR b.vx < b.x - ?1 OR b.vy < b.y - ?1 "
        "OR b.vx + b.vw > b.x + b.w + ?1 OR b.vy + b.vh > b.y + b.h + ?1)"
    )
    for number, scan_id in facts.rows(question, _ROUNDING_PX):
        yield f"{scan_id}: annotation {number} is visible outside of its box"


def shapes_inside_box(facts: Facts) -> Iterator[str]:
    """The corners of a shape lie within its box."""
    outside = "b.px1 < b.x - ?1 OR b.py1 < b.y - ?1 OR b.px2 > b.x + b.w + ?1 OR b.py2 > b.y + b.h + ?1"
    question = f"SELECT b.id, i.scan_id {_OWNED} AND b.px1 IS NOT NULL AND ({outside})"
    for number, scan_id in facts.rows(question, _SHAPE_PX):
        yield f"{scan_id}: the shape of annotation {number} leaves its box"


def areas_agree(facts: Facts) -> Iterator[str]:
    """The area of an object is positive and no more than that of its box."""
    question = (
        f"SELECT b.id, i.scan_id, b.area, b.w * b.h {_OWNED} AND NOT (b.area > 0 AND b.area <= b.w * b.h * 1.01 + 1)"
    )
    for number, scan_id, area, box_area in facts.rows(question):
        yield f"{scan_id}: annotation {number} has an area of {area:g} in a box of {box_area:g} square pixels"


def boxes_not_tiny(facts: Facts) -> Iterator[str]:
    """No box is narrower than three pixels: a detector can not find what is smaller."""
    for number, scan_id, *size in facts.rows(
        f"SELECT b.id, i.scan_id, b.w, b.h {_OWNED} AND min(b.w, b.h) < ?", _TINY_PX
    ):
        yield "{}: annotation {} is {:g} x {:g} pixels".format(scan_id, number, *size)


def boxes_not_huge(facts: Facts) -> Iterator[str]:
    """No box fills more than nine tenths of its image: that says that something is there, not where."""
    question = (
        f"SELECT b.id, i.scan_id, b.w * b.h / (i.width * i.height) {_OWNED} AND b.w * b.h > ? * i.width * i.height"
    )
    for number, scan_id, share in facts.rows(question, _HUGE_SHARE):
        yield f"{scan_id}: annotation {number} fills {share:.0%} of the image"


def boxes_not_doubled(facts: Facts) -> Iterator[str]:
    """No two boxes of a label and image share 95 % of their union or more."""
    for first, second, scan_id in facts.rows(_DOUBLED):
        yield f"{scan_id}: annotations {first} and {second} are one box"
