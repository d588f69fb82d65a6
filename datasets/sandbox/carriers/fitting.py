"""Whether goods find room in a small space: a van or a pallet, where not everything that a container takes can go."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datasets.sandbox.cargo.goods import Goods
from datasets.sandbox.scene import STYLES
from datasets.sandbox.shapes import Space, bounds, mass_kg

_BY_HAND = ("cartons", "bags", "drums", "crates", "appliances", "tyres")  # styles that are loaded piece by piece
_SHARES = (0.45, 0.75, 1.0)  # of length and payload: what one of several kinds of goods gets, and one alone
_OVER_MM, _OVERLOAD, _TRIES = 100.0, 1.25, 4


def finds_room(goods: Goods, room: Space, payload_kg: float) -> bool:
    """Whether goods can be laid in a room and in parts of it, within its payload, at their least and most density.

    It is tried a few times: the sizes of some packages are drawn. Goods that come on pallets of their own never fit:
    these are laid two abreast.
    """
    if goods.palletised or goods.style not in _BY_HAND:
        return False
    return all(
        _laid(goods, density, replace(room, x1=room.x0 + share * room.size[0]), share * payload_kg, seed)
        for share in _SHARES
        for density in goods.density_t_m3
        for seed in range(_TRIES)
    )


def _laid(goods: Goods, density: float, part: Space, payload_kg: float, seed: int) -> bool:
    laid = STYLES[goods.style](goods, density, part, 0.7 * payload_kg, np.random.default_rng(seed))
    if not laid.packages or mass_kg(laid.boxes) > _OVERLOAD * payload_kg:
        return False
    around = bounds(laid.boxes)
    beyond = (part.x0 - around.x0, around.x1 - part.x1, part.y0 - around.y0, around.y1 - part.y1, around.z1 - part.z1)
    return max(beyond) <= _OVER_MM
