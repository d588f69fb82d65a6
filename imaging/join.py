"""Which files are one scan: energies and views, told apart by their names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from pathlib import PurePath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from imaging.errors import UnsupportedScan
from imaging.names import as_text

_FIELD = re.compile(r"\{([^{}]*)\}")
_ONCE = ("scan", "energy", "view", "any")
_LONGEST_NAME = 255  # bounds the work of matching; no file system has longer ones
Token = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^/\\{}]+$")]
ViewId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file stands: the name of its scan, its channel (None where it holds all of them), its view."""

    scan: str
    channel: str | None
    view_id: str


class JoinRule(BaseModel):
    """Names of the files of one scan.

    A pattern instead of a regular expression: it cannot be written so that matching takes for ever.

    Attributes:
        pattern: The name without its suffix, `{scan}`, `{energy}` and `{view}` where these stand, `{any}` for what
            differs and says nothing: `{scan}_{view}_{energy}`. With slashes it speaks of the folders above, too.
        energies: Token in the name -> channel of the profile. Tokens count in any case.
        views: Token in the name -> view_id, in the order of the views.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pattern: Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME)]
    energies: Annotated[dict[Token, str], Field(max_length=32)] = Field(default_factory=dict)
    views: Annotated[dict[Token, ViewId], Field(max_length=32)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _speaks_of_files(self) -> JoinRule:
        fields = _FIELD.findall(self.pattern)
        needed = {"scan"} | ({"energy"} if self.energies else set()) | ({"view"} if self.views else set())
        if len(set(fields)) != len(fields) or set(fields) - {"any"} != needed or not set(fields) <= set(_ONCE):
            raise ValueError(f"the pattern has each of {sorted(needed)} once, and {{any}} at most once: {self.pattern}")
        if not self.energies and not self.views:
            raise ValueError("files are joined by `energies`, `views` or both")
        if re.search(r"[{}\\]", _FIELD.sub("", self.pattern)):
            raise ValueError(f"braces stand around fields only, folders are parted by /: {self.pattern}")
        for tokens in (self.energies, self.views):
            if len({token.lower() for token in tokens}) != len(tokens):
                raise ValueError(f"tokens differ by more than their case: {sorted(tokens)}")
        return self

    @property
    def view_ids(self) -> tuple[str, ...]:
        """Views of a scan, in their order."""
        return tuple(dict.fromkeys(self.views.values())) or ("0",)

    @property
    def channels(self) -> tuple[str | None, ...]:
        """Channels that have a file each; (None,) where a file holds all channels."""
        return tuple(dict.fromkeys(self.energies.values())) or (None,)

    @property
    def depth(self) -> int:
        """Folders above the file that the pattern speaks of."""
        return self.pattern.count("/")

    def place_of(self, file: PurePath) -> Place | None:
        """Where a file of this name stands; None when the rule does not speak of it."""
        parts = [*file.parent.parts, file.stem][-1 - self.depth :]
        if len(parts) <= self.depth or any(len(part) > _LONGEST_NAME for part in parts):
            return None
        match = self._expression.fullmatch("/".join(parts))
        if match is None:
            return None
        named = match.groupdict()
        return Place(
            as_text(named["scan"]),
            _folded(self.energies).get((named.get("energy") or "").lower()),
            _folded(self.views).get((named.get("view") or "").lower(), "0"),
        )

    def check_whole(self, places: list[Place]) -> None:
        """Refuse files that are not one scan with each view and energy once.

        Raises:
            UnsupportedScan: when one is missing, there twice, or of another scan.
        """
        wanted = sorted(product(self.view_ids, (str(channel) for channel in self.channels)))
        there = sorted((place.view_id, str(place.channel)) for place in places)
        if wanted != there or len({place.scan for place in places}) > 1:
            raise UnsupportedScan(
                f"a scan named {self.pattern!r} has a file for each of the views {', '.join(self.view_ids)}"
                + (f" and the channels {', '.join(sorted(set(self.energies.values())))}" if self.energies else ""),
                ", ".join(f"{place.scan} view {place.view_id} channel {place.channel}" for place in places),
                "put the missing files beside them, or mend `join` in the scanner profile",
            )

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        groups = {
            "scan": "(?P<scan>[^/]+)",
            "any": "[^/]*",
            "energy": f"(?P<energy>{_either(self.energies)})",
            "view": f"(?P<view>{_either(self.views)})",
        }
        parts = _FIELD.split(self.pattern)  # text and names of fields in turn
        return re.compile(
            "".join(groups[part] if place % 2 else re.escape(part) for place, part in enumerate(parts)),
            re.IGNORECASE | re.ASCII,
        )


def _either(tokens: dict[str, str]) -> str:
    return "|".join(re.escape(token) for token in sorted(tokens, key=len, reverse=True))


def _folded(tokens: dict[str, str]) -> dict[str, str]:
    return {token.lower(): value for token, value in tokens.items()}
