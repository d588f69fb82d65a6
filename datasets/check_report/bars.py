"""Bars as inline SVG: same numbers, same bytes; no script, no font, nothing from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")  # Okabe and Ito's, told apart by colour-blind readers
_LEFT, _WIDE, _RIGHT, _ROW, _BAR = 190, 420, 80, 22, 15
_LONGEST = 26


def stacked_bars(rows: Mapping[str, Sequence[int]], parts: Sequence[str]) -> str:
    """A horizontal bar for each row, as long as its sum, cut into named parts; empty without rows.

    Args:
        rows: Counts by name of the row, one for each part.
        parts: Names of the parts, four at most.
    """
    if not rows:
        return ""
    most = max(1, *(sum(counts) for counts in rows.values()))
    top = _ROW if len(parts) > 1 else 0
    height = top + _ROW * len(rows)
    drawn = [_legend(parts)] if top else []
    for place, (name, counts) in enumerate(rows.items()):
        drawn += _bar(name, counts, top + place * _ROW, _WIDE / most)
    width = _LEFT + _WIDE + _RIGHT
    return f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">{"".join(drawn)}</svg>'


def shortened(text: str) -> str:
    """A name that fits before a bar."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _legend(parts: Sequence[str]) -> str:
    step = _WIDE / len(parts)
    return "".join(
        f'<rect x="{_LEFT + place * step:.1f}" y="3" width="11" height="11" fill="{COLOURS[place]}"/>'
        f'<text x="{_LEFT + place * step + 15:.1f}" y="13">{escape(part)}</text>'
        for place, part in enumerate(parts)
    )


def _bar(name: str, counts: Sequence[int], top: int, scale: float) -> list[str]:
    middle = top + 0.5 * _ROW + 4
    drawn = [
        f'<text x="{_LEFT - 8}" y="{middle:.1f}" text-anchor="end">{escape(shortened(name))}'
        f"<title>{escape(name)}</title></text>"
    ]
    left = float(_LEFT)
    for count, colour in zip(counts, COLOURS, strict=False):
        drawn.append(
            f'<rect x="{left:.1f}" y="{top + 3}" width="{count * scale:.1f}" height="{_BAR}" fill="{colour}"/>'
        )
        left += count * scale
    return [*drawn, f'<text x="{left + 6:.1f}" y="{middle:.1f}">{sum(counts):,}</text>']
