"""What goods may pass for: a near neighbour in the tree of the Harmonized System, or something far away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from datasets.sandbox.declaring.declarable import Declarable

# First chapters of the HS sections I to XXI (WCO, HS 2022): the level of the tree above chapters.
_SECTIONS = (1, 6, 15, 16, 25, 28, 39, 41, 44, 47, 50, 64, 68, 71, 72, 84, 86, 90, 93, 94, 97)
_NEAR_SHARE = 0.5
Kind = TypeVar("Kind", bound=Declarable)


def are_near(one: Declarable, other: Declarable) -> bool:
    """Whether two kinds of goods are of one section of the HS, such as wine and cigarettes, or steel and aluminium.

    Goods of one heading share a goods group in this table, and a swap within a group shows in no radiograph; the
    section is the lowest level at which the tree's neighbours look different.
    """
    return _section(one.commodity_code) == _section(other.commodity_code)


def draw_real(told: Kind, others_by_group: Mapping[str, Sequence[Kind]], rng: np.random.Generator) -> Kind:
    """What is there in place of what is told: goods near or far in the HS, of those that may stand there.

    Near with a chance of one half where both are, else what there is; there must be one.
    """
    others = [goods for _, members in sorted(others_by_group.items()) for goods in members]
    near = [goods for goods in others if are_near(goods, told)]
    far = [goods for goods in others if not are_near(goods, told)]
    pool = near if near and (rng.random() < _NEAR_SHARE or not far) else far
    return pool[int(rng.integers(len(pool)))]


def _section(commodity_code: str) -> int:
    return bisect_right(_SECTIONS, int(commodity_code[:2]))
