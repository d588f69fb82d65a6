"""What goods may pass for: a near neighbour in the tree of the Harmonized System, or something far away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from datasets.sandbox.cargo.goods import Goods, goods_by_group

# First chapters of the HS sections I to XXI (WCO, HS 2022): the level of the tree above chapters.
_SECTIONS = (1, 6, 15, 16, 25, 28, 39, 41, 44, 47, 50, 64, 68, 71, 72, 84, 86, 90, 93, 94, 97)
_NEAR_SHARE = 0.5


def are_near(one: Goods, other: Goods) -> bool:
    """Whether two kinds of goods are of one section of the HS, such as wine and cigarettes, or steel and aluminium.

    Goods of one heading share a goods group in this table, and a swap within a group shows in no radiograph; the
    section is the lowest level at which the tree's neighbours look different.
    """
    return _section(one.commodity_code) == _section(other.commodity_code)


def draw_real(told: Sequence[Goods], rng: np.random.Generator) -> Goods:
    """What is there in place of `told[0]`: goods of a group that nothing told is of, near or far in the HS.

    Near with a chance of one half where there is any, else far. A car needs the unit to itself.
    """
    groups = {goods.group for goods in told}
    others = [
        goods
        for group, members in sorted(goods_by_group().items())
        for goods in members
        if group not in groups and (len(told) == 1 or goods.style != "cars")
    ]
    near = [goods for goods in others if are_near(goods, told[0])]
    far = [goods for goods in others if not are_near(goods, told[0])]
    pool = near if rng.random() < _NEAR_SHARE and near else far
    return pool[int(rng.integers(len(pool)))]


def _section(commodity_code: str) -> int:
    return bisect_right(_SECTIONS, int(commodity_code[:2]))
