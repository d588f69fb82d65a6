"""Names from outside as text that a terminal or a page can show."""

from __future__ import annotations

import unicodedata

_LONGEST = 400


def plain(text: str) -> str:
    """A text without characters that would change how the rest of a page or line reads, and not over 400 long."""
    shown = "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(one)[0] == "C" else one for one in text)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
