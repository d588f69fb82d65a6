"""A pool as `CARD.md`: for people who have to decide whether they may and want to use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from datasets.card import words
from datasets.card.facts import CardFacts, verbs_of
from datasets.checks.plain import plain


def markdown(facts: CardFacts) -> str:
    """The text of `CARD.md`, without times: same pool, same bytes."""
    parts = [
        f"# {code(facts.info.name)}",
        words.collection(_quoted(facts)),
        _table(
            ("", ""),
            {
                "scans": f"{facts.scans:,} in {facts.groups:,} groups",
                "units": f"{facts.units:,}",
                "declarations": f"{facts.declarations:,}",
                "objects": "sealed" if facts.is_sealed else f"{facts.objects:,}",
                "taken": " to ".join(facts.months) if facts.months else "not stated",
                "made by": " → ".join(map(code, verbs_of(facts.info.history))) or "not stated",
                "content": code(facts.info.content_hash),
            }.items(),
        ),
        "## Scans",
        *(_counted(title, counts) for title, counts in _scan_tables(facts)),
        "## Rights",
        _table(
            ("licence", "scans", "training", "passing on"),
            (
                (code(licence or "empty"), f"{count:,}", _allowed(train), _allowed(pass_on))
                for (licence, train, pass_on), count in sorted(facts.rights.items())
            ),
        ),
        "## Labels",
        words.missing(facts),
        _table(
            ("label", "objects", "scans examined for it"),
            (
                (code(label), "sealed" if facts.is_sealed else f"{facts.labels[label]:,}", f"{facts.examined[label]:,}")
                for label in facts.info.labels
            ),
        ),
        *_sections(_quoted(facts)),
    ]
    return "\n\n".join(parts) + "\n"


def code(text: str) -> str:
    """A name from outside as a span of code: nothing in it is read as Markdown or HTML."""
    return "`" + plain(text).replace("`", "'").replace("|", "¦") + "`"


def _quoted(facts: CardFacts) -> CardFacts:
    """The same facts with names as spans of code, for sentences."""

    def renamed(counts: Mapping[str, int]) -> Counter[str]:
        return Counter({code(name): count for name, count in counts.items()})

    return CardFacts(
        **vars(facts)
        | {
            "sites": renamed(facts.sites),
            "scanners": renamed(facts.scanners),
            "labels": renamed(facts.labels),
            "info": facts.info.model_copy(update={"labels": tuple(map(code, facts.info.labels))}),
        }
    )


def _scan_tables(facts: CardFacts) -> Iterable[tuple[str, Counter[str]]]:
    yield "split", facts.splits
    yield "site", facts.sites
    yield "scanner", facts.scanners
    yield "what is known of them", facts.bases
    yield "numbers (channels)", facts.quantities


def _counted(title: str, counts: Mapping[str, int]) -> str:
    return _table((title, "scans"), ((code(name), f"{count:,}") for name, count in sorted(counts.items())))


def _sections(facts: CardFacts) -> Iterable[str]:
    yield from ("## How objects were annotated", words.annotation(facts))
    yield from ("## What was done to the files", _list(words.preprocessing(facts)))
    yield from ("## People and firms", _list(words.personal(facts)))
    yield from ("## What it is for", _list(words.uses(facts)))
    yield from ("## Biases", _list(words.biases(facts)))
    yield from ("## Limitations", _list(words.limitations(facts)))
    yield from ("## Effect on people", words.impact())
    yield from ("## How it changes", words.maintenance())


def _list(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _allowed(may: bool) -> str:
    return "allowed" if may else "not allowed"
