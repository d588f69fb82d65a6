"""Descriptions of goods without names and numbers: words stay that are known to speak of goods, no others.

A list of what may stay, not of what must go: nobody can list all names of firms and people.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

_WORDING = Path(__file__).parent.parent / "sandbox" / "declaring" / "wording.yaml"
_WORD = re.compile(r"[^\W\d_]{2,}")


@cache
def goods_words() -> frozenset[str]:
    """Words, folded, of the trade names of goods in six languages."""
    document = yaml.safe_load(_WORDING.read_text(encoding="utf-8"))
    texts = (text for languages in document.values() for names in languages.values() for text in names)
    return frozenset(word.casefold() for text in texts for word in _WORD.findall(text))


def cleaned(description: str) -> str:
    """The known words of a description in lower case, in their order; what stood between them is gone."""
    return " ".join(word for word in _WORD.findall(description.casefold()) if word in goods_words())
