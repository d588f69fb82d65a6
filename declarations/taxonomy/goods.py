"""Goods groups: what a radiograph can tell apart, each a set of HS prefixes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from declarations.schema import Strict

_FILE = Path(__file__).with_name("goods_groups.yaml")


class GoodsGroup(Strict):
    """One group: its key, its name for people, and the HS prefixes that belong to it."""

    group: str
    name: str
    prefixes: tuple[str, ...]


@cache
def goods_groups() -> tuple[GoodsGroup, ...]:
    """All groups, in the order of the file: the order of the goods network's outputs."""
    return tuple(GoodsGroup.model_validate(entry) for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def goods_group_of(commodity_code: str) -> str | None:
    """Group of a commodity code of any length by its longest known prefix; None where no group claims it."""
    owner = _owner_of_prefix()
    for length in range(len(commodity_code), 1, -1):
        if commodity_code[:length] in owner:
            return owner[commodity_code[:length]]
    return None


@cache
def _owner_of_prefix() -> dict[str, str]:
    return {prefix: group.group for group in goods_groups() for prefix in group.prefixes}
