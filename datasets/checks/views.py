"""Checks of the views: what is stored is what is recorded, and looks like a scan."""

from __future__ import annotations

import json
from collections.abc import Iterator

from datasets.checks.facts import Facts
from imaging import Quantity

_LEAST_MM, _MOST_MM = 0.005, 100.0
_NEARLY_ALL = 0.98
_JOINED = "FROM looked l JOIN views v ON v.scan_id = l.scan_id AND v.view_id = l.view_id WHERE l.problem IS NULL"


def readable(facts: Facts) -> Iterator[str]:
    """Every view can be read."""
    for scan_id, problem in facts.rows("SELECT scan_id, problem FROM looked WHERE problem IS NOT NULL"):
        yield f"{scan_id}: {problem}"


def sizes_equal(facts: Facts) -> Iterator[str]:
    """Stored, recorded and annotated sizes are the same."""
    stored = f"SELECT v.scan_id, l.height, l.width, v.height, v.width {_JOINED}"
    for scan_id, *sizes in facts.rows(f"{stored} AND (l.height, l.width) != (v.height, v.width)"):
        yield "{}: stored as {}x{}, recorded as {}x{}".format(scan_id, *sizes)
    annotated = (
        "SELECT v.scan_id, i.height, i.width, v.height, v.width FROM images i JOIN views v "
        "ON v.scan_id = i.scan_id AND v.view_id = i.view_id WHERE (i.height, i.width) != (v.height, v.width)"
    )
    for scan_id, *sizes in facts.rows(annotated):
        yield "{}: annotated as {}x{}, recorded as {}x{}".format(scan_id, *sizes)


def channels_equal(facts: Facts) -> Iterator[str]:
    """Stored and recorded channels are the same."""
    question = f"SELECT v.scan_id, l.channels, v.channels {_JOINED} AND l.channels != v.channels"
    for scan_id, stored, recorded in facts.rows(question):
        yield f"{scan_id}: holds {stored}, recorded {recorded}"


def one_dtype_a_scanner(facts: Facts) -> Iterator[str]:
    """All views of a scanner and quantity are stored in one type of numbers."""
    question = (
        "SELECT s.scanner, v.quantity, group_concat(DISTINCT l.dtype) FROM looked l "
        "JOIN views v ON v.scan_id = l.scan_id AND v.view_id = l.view_id JOIN scans s ON s.scan_id = l.scan_id "
        "WHERE l.problem IS NULL GROUP BY s.scanner, v.quantity HAVING count(DISTINCT l.dtype) > 1"
    )
    for scanner, quantity, dtypes in facts.rows(question):
        yield f"scanner {scanner!r} stores {quantity} as {dtypes}"


def profiles_there(facts: Facts) -> Iterator[str]:
    """A scanner whose numbers have a physical meaning has its profile in pool.json."""
    known = {profile.name for profile in facts.info.scanners}
    question = "SELECT DISTINCT s.scan_id, s.scanner, v.quantity FROM scans s JOIN views v USING (scan_id)"
    for scan_id, scanner, quantity in facts.rows(question):
        if Quantity(quantity).physical and scanner not in known:
            yield f"{scan_id}: scanner {scanner!r} has no profile in pool.json"


def pitch_plausible(facts: Facts) -> Iterator[str]:
    """A pitch lies between 0.005 mm and 100 mm, one number for each axis."""
    for scan_id, written in facts.rows("SELECT scan_id, spacing FROM views WHERE spacing IS NOT NULL"):
        spacing = json.loads(written)
        if len(spacing) not in (2, 3) or not all(_LEAST_MM <= value <= _MOST_MM for value in spacing):
            yield f"{scan_id}: spacing_mm {written}"


def pitch_known(facts: Facts) -> Iterator[str]:
    """A view whose numbers have a physical meaning states its pitch, or its profile does."""
    stated = {profile.name for profile in facts.info.scanners if profile.spacing_mm is not None}
    question = (
        "SELECT s.scan_id, s.scanner, v.quantity FROM views v JOIN scans s USING (scan_id) WHERE v.spacing IS NULL"
    )
    for scan_id, scanner, quantity in facts.rows(question):
        if Quantity(quantity).physical and scanner not in stated:
            yield f"{scan_id}: a physical view without pitch"


def not_blank(facts: Facts) -> Iterator[str]:
    """No channel is one value all over."""
    for (scan_id,) in facts.rows("SELECT scan_id FROM looked WHERE flat"):
        yield f"{scan_id}: a channel is one value all over"


def not_saturated(facts: Facts) -> Iterator[str]:
    """No view stands at an end of its scale nearly everywhere."""
    question = "SELECT scan_id, bottom_share, top_share FROM looked WHERE NOT flat AND max(bottom_share, top_share) > ?"
    for scan_id, bottom, top in facts.rows(question, _NEARLY_ALL):
        yield f"{scan_id}: {bottom:.1%} of the values are the least of their type, {top:.1%} the greatest"


def depth_used(facts: Facts) -> Iterator[str]:
    """Values use the depth that they are stored in: 16-bit files do not hold 8-bit pictures."""
    question = "SELECT scan_id, dtype FROM looked WHERE NOT flat AND depth_used = 8 AND dtype NOT IN ('uint8', 'int8')"
    for scan_id, dtype in facts.rows(question):
        yield f"{scan_id}: 8-bit values stored as {dtype}"


def range_fits_quantity(facts: Facts) -> Iterator[str]:
    """Floating-point transmissions lie near 0 to 1, and attenuations are not far below 0."""
    question = (
        f"SELECT v.scan_id, v.quantity, l.low, l.high {_JOINED} AND l.dtype LIKE 'float%' AND "
        "((v.quantity = 'transmission' AND (l.low < -0.5 OR l.high > 2)) "
        "OR (v.quantity = 'attenuation' AND l.low < -1))"
    )
    for scan_id, quantity, low, high in facts.rows(question):
        yield f"{scan_id}: {quantity} from {low:.4g} to {high:.4g}"
