"""How text loses its spelling on the way into a declaration: slips of the finger, lost accents."""

from __future__ import annotations

import re
import unicodedata

import numpy as np

# Chinese writes no spaces: a run of four characters is long enough to survive the loss of one.
_WORDS = re.compile(r"[^\W\d_\u4e00-\u9fff]{5,}|[\u4e00-\u9fff]{4,}")
_NO_ACCENT = str.maketrans({"ё": "е", "Ё": "Е", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})


def misspell(text: str, rng: np.random.Generator) -> str:
    """One long word of the text with two letters transposed, one doubled or one dropped, never its first.

    Text without a word of five letters (four Chinese characters) stays as it is. Exactly three numbers are drawn.
    """
    which, where, how = rng.random(3).tolist()
    words = list(_WORDS.finditer(text))
    if not words:
        return text
    found = words[int(which * len(words))]
    word = found.group()
    at = 1 + int(where * (len(word) - 2))
    return text[: found.start()] + _slip(word, at, int(how * 3)) + text[found.end() :]


def without_accents(text: str) -> str:
    """Latin letters without their accents, as old terminals keep them; Cyrillic loses its ё and nothing else."""
    return "".join(_bare(letter) for letter in text.translate(_NO_ACCENT))


def _slip(word: str, at: int, how: int) -> str:
    """The word with one slip at a place from 1 to its last letter but one; equal neighbours are not transposed."""
    if how == 0 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if how == 1:
        return word[:at] + word[at + 1 :]
    return word[: at + 1] + word[at:]


def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter
