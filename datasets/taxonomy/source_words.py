"""Which canonical label a word of a source means. An unknown word stops an import: nothing is guessed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from datasets.pool.errors import PoolError
from declarations.taxonomy.contraband import contraband_labels

HARMLESS = "harmless"
_HERE = Path(__file__).parent
_NEAREST = 3
_NOTHING = ("", "~", "null", "Null", "NULL")


@cache
def known_words() -> Mapping[str, str | None]:
    """Canonical label of every word that sources are known to use; None for what is no contraband."""
    listed = yaml.safe_load((_HERE / "words.yaml").read_text(encoding="utf-8"))
    return {word: None if label == HARMLESS else label for label, words in listed.items() for word in words}


def terms_of(layout: str) -> str:
    """The licence of a layout's data set as its authors state it; `unknown` for layouts that anybody may use."""
    terms: dict[str, str] = yaml.safe_load((_HERE / "terms.yaml").read_text(encoding="utf-8"))
    return terms.get(layout, "unknown")


def read_mapping(path: Path) -> dict[str, str | None]:
    """A mapping of one's own: canonical label by source label; null for what is no contraband.

    Raises:
        PoolError: when the file is no such mapping.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise _no_mapping(f"{path}: {type(error).__name__}") from error
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    if not pairs or not all(isinstance(one, yaml.ScalarNode) for pair in pairs for one in pair):
        raise _no_mapping(f"{path} with something else")
    words = [word.value for word, _ in pairs]
    if len(set(words)) < len(words):
        raise _no_mapping(f"{max(words, key=words.count)!r} twice in {path}")
    return {word.value: None if label.value in _NOTHING else label.value for word, label in pairs}  # text stays text


def canonical_label(word: str, own: Mapping[str, str | None] | None) -> str | None:
    """The canonical label of a source's word; None where it is no contraband.

    Args:
        word: As the source writes it.
        own: A mapping of one's own, asked alone where it is given; its labels need not be canonical.

    Raises:
        PoolError: when the word is unknown; the nearest known ones are named.
    """
    if own is not None:
        if word not in own:
            raise _unknown(word, own)
        return own[word]
    plain = re.sub(r"[^a-z0-9]+", "_", word.casefold()).strip("_")
    canonical = {entry.label for entry in contraband_labels()}
    if plain in canonical:
        return plain
    if plain not in known_words():
        raise _unknown(word, known_words())
    return known_words()[plain]


def _unknown(word: str, known: Mapping[str, str | None]) -> PoolError:
    near = difflib.get_close_matches(word.casefold(), known, n=_NEAREST, cutoff=0.3)
    near = near or difflib.get_close_matches(word, known, n=_NEAREST, cutoff=0.3)
    return PoolError(
        "every label of a source has a canonical one",
        f"{word!r}, nearest {near or 'none'}",
        "give --labels FILE, YAML with a canonical label (or null: no contraband) for each label of the source",
    )


def _no_mapping(found: str) -> PoolError:
    return PoolError("a mapping of labels is YAML, a line `source label: canonical label` each", found, "mend the file")
