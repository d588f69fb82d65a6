"""Where a threat may stand: among goods, clear of walls and posts, where enough of the beam comes through."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

CELL_PX = 4
"""Places are looked for on a grid of cells of this many pixels a side."""


@dataclass(frozen=True)
class Rules:
    """What makes a place possible.

    Attributes:
        least_attenuation: -ln T, high channel, over which something stands there.
        least_transmission: Under which more matter would not be seen.
        most_steel: Share of the matter that may be steel: posts, beams and engines are mostly steel, and solid.
        inside: Share of the footprint that must lie on possible cells.
    """

    least_attenuation: float = 0.25
    least_transmission: float = 2e-3
    most_steel: float = 0.6
    inside: float = 0.97


def possible_cells(
    transmission_BHW: Tensor, steel_share_BHW: Tensor, size_B2: Tensor, boxes_BN4: Tensor, rules: Rules
) -> Tensor:
    """Bool (B, H / CELL_PX, W / CELL_PX): cells on which a part of a threat may lie.

    Cells that an object is already marked on, and those of the padding, are not possible.

    Args:
        transmission_BHW: Of the high channel, smoothed, a value for each cell.
        steel_share_BHW: Share of steel in the matter, for each cell.
        size_B2: Rows and columns of each picture, in pixels.
        boxes_BN4: Of what is already marked, in pixels.
        rules: What makes a place possible.
    """
    attenuation_BHW = -transmission_BHW.clamp_min(1e-6).log()
    possible_BHW = attenuation_BHW >= rules.least_attenuation
    possible_BHW &= transmission_BHW >= rules.least_transmission
    possible_BHW &= steel_share_BHW <= rules.most_steel
    rows_H, columns_W = (
        (torch.arange(length, device=size_B2.device) + 1) * CELL_PX for length in transmission_BHW.shape[1:]
    )
    possible_BHW &= (rows_H <= size_B2[:, :1])[:, :, None] & (columns_W <= size_B2[:, 1:])[:, None, :]
    for box_B4 in boxes_BN4.unbind(1):
        left_B1, top_B1, right_B1, bottom_B1 = box_B4[:, None].unbind(-1)
        across = (columns_W > left_B1) & (columns_W - CELL_PX < right_B1)
        down = (rows_H > top_B1) & (rows_H - CELL_PX < bottom_B1)
        possible_BHW &= ~(down[:, :, None] & across[:, None, :])
    return possible_BHW


def chosen_place(possible_BHW: Tensor, extent_B2: Tensor, choice_B: Tensor, inside: float) -> tuple[Tensor, Tensor]:
    """One of the cells around which a footprint lies on possible cells, all of them alike.

    Args:
        possible_BHW: Bool, cells.
        extent_B2: Rows and columns of the footprint, in cells.
        choice_B: Uniform in [0, 1): which one.
        inside: Share of the footprint that must lie on possible cells.

    Returns:
        Row and column of the cell, int64 (B, 2), and bool (B,), whether there is any: else (0, 0).
    """
    height, width = possible_BHW.shape[1:]
    # Sums over rectangles from sums over all that lies above and to the left.
    total = functional.pad(possible_BHW.to(torch.int32).cumsum(1).cumsum(2), (1, 0, 1, 0))
    half_B2 = (extent_B2 / 2).ceil().long()
    (above, below), (left, right) = (
        (
            (torch.arange(length, device=half_B2.device) - half_B2[:, axis, None]).clamp_min(0),
            (torch.arange(length, device=half_B2.device) + half_B2[:, axis, None] + 1).clamp_max(length),
        )
        for axis, length in enumerate((height, width))
    )
    summed = sum(
        sign
        * total.gather(1, rows[:, :, None].expand(-1, -1, width + 1)).gather(2, columns[:, None].expand(-1, height, -1))
        for sign, rows, columns in ((1, below, right), (-1, above, right), (-1, below, left), (1, above, left))
    )
    area = ((2 * half_B2 + 1).prod(-1))[:, None, None]
    fits_BN = (summed >= inside * area).flatten(1)
    count_B = fits_BN.sum(1)
    wanted_B = (choice_B * count_B).floor().long()
    index_B = (fits_BN.cumsum(1) <= wanted_B[:, None]).sum(1).clamp_max(fits_BN.shape[1] - 1)
    found_B = count_B > 0
    index_B = index_B * found_B
    return torch.stack([index_B // width, index_B % width], dim=-1), found_B
