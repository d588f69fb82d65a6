"""The boxes that a person should look at first."""

from __future__ import annotations

from collections.abc import Iterator

from datasets.checks.facts import Facts

_EACH = 4
_OWNED = "SELECT b.id FROM boxes b JOIN images i ON i.id = b.image_id JOIN scans USING (scan_id)"
_ODD = {
    "leaves the image": f"{_OWNED} WHERE min(b.x, b.y, i.width - b.x - b.w, i.height - b.y - b.h) < -0.001 "
    "ORDER BY min(b.x, b.y, i.width - b.x - b.w, i.height - b.y - b.h)",
    "empty or inverted": f"{_OWNED} WHERE NOT (b.w > 0 AND b.h > 0) ORDER BY min(b.w, b.h)",
    "smallest of all": f"{_OWNED} WHERE b.w > 0 AND b.h > 0 ORDER BY b.w * b.h",
    "largest part of an image": f"{_OWNED} WHERE b.w > 0 AND b.h > 0 ORDER BY -b.w * b.h / (i.width * i.height)",
    "most elongated": f"{_OWNED} WHERE b.w > 0 AND b.h > 0 ORDER BY -max(b.w / b.h, b.h / b.w)",
}


def worst_boxes(facts: Facts) -> Iterator[tuple[int, str]]:
    """Annotations with what is odd about them, each named once, the gravest kind first."""
    seen: set[int] = set()
    for what, question in _ODD.items():
        for (box_id,) in facts.rows(f"{question}, b.id LIMIT ?", _EACH):
            if box_id not in seen:
                seen.add(box_id)
                yield box_id, what
