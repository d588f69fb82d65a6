"""What a check is, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from datasets.checks.facts import Facts
from datasets.checks.plain import plain

Severity = Literal["problem", "warning"]
Find = Callable[[Facts], Iterator[str]]
EXAMPLES = 20


@dataclass(frozen=True)
class Check:
    """A rule that a pool keeps: `find` yields a sentence for each place that breaks it, and its docstring is the rule.

    A `problem` makes a pool unfit for use; a `warning` may be as it should, and somebody ought to look.
    """

    find: Find
    severity: Severity

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.find.__name__

    @property
    def rule(self) -> str:
        """What holds in a sound pool."""
        return (self.find.__doc__ or "").splitlines()[0]


@dataclass(frozen=True)
class Finding:
    """How often a rule was broken, with the first places."""

    check: Check
    count: int
    examples: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """A line for each example, and one for the rest."""
        rest = self.count - len(self.examples)
        more = (f"{self.check.name}: and {rest:,} more",) if rest else ()
        return (*(f"{self.check.name}: {example}" for example in self.examples), *more)


def ask(check: Check, facts: Facts) -> Finding:
    """Run a check: all that it finds is counted, the first places are kept."""
    count, examples = 0, []
    for sentence in check.find(facts):
        count += 1
        if count <= EXAMPLES:
            examples.append(plain(sentence))
    return Finding(check, count, tuple(examples))
