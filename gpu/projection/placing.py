"""Where a threat may stand: among goods or on them, clear of posts, where enough of the beam comes through."""

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
        least_attenuation: -ln T, high channel, over which goods stand there; a dead row in a cell comes to less.
        walls: -ln T over which it is inside of a unit, if only behind its walls.
        least_transmission: Under which more matter would not be seen.
        most_steel: Share of the matter that may be steel: posts, beams and engines are mostly steel, and solid.
        inside: Share of the footprint that must lie on possible cells.
        support: Share of the cells under it on which goods or a floor must stand, where it lies in the open.
    """

    least_attenuation: float = 0.35
    walls: float = 0.03
    least_transmission: float = 2e-3
    most_steel: float = 0.6
    inside: float = 0.97
    support: float = 0.8


@dataclass(frozen=True, eq=False)
class Cells:
    """What each cell of CELL_PX x CELL_PX pixels is, bool (B, rows, columns) each.

    `goods_BHW`: goods into which a threat may be set. `open_BHW`: empty space inside of a unit. `solid_BHW`: something
    to lie on.
    """

    goods_BHW: Tensor
    open_BHW: Tensor
    solid_BHW: Tensor


def cells_of(
    transmission_BHW: Tensor, steel_share_BHW: Tensor, size_B2: Tensor, boxes_BN4: Tensor, rules: Rules
) -> Cells:
    """What stands where. Cells that an object is marked on, and those of the padding, are neither goods nor open.

    Args:
        transmission_BHW: Of the high channel, smoothed, a value for each cell.
        steel_share_BHW: Share of steel in the matter, for each cell.
        size_B2: Rows and columns of each picture, in pixels.
        boxes_BN4: Of what is already marked, in pixels.
        rules: What makes a place possible.
    """
    attenuation_BHW = -transmission_BHW.clamp_min(1e-6).log()
    rows_H, columns_W = (
        (torch.arange(length, device=size_B2.device) + 1) * CELL_PX for length in transmission_BHW.shape[1:]
    )
    free_BHW = (rows_H <= size_B2[:, :1])[:, :, None] & (columns_W <= size_B2[:, 1:])[:, None, :]
    for box_B4 in boxes_BN4.unbind(1):
        left_B1, top_B1, right_B1, bottom_B1 = box_B4[:, None].unbind(-1)
        across = (columns_W > left_B1) & (columns_W - CELL_PX < right_B1)
        down = (rows_H > top_B1) & (rows_H - CELL_PX < bottom_B1)
        free_BHW = free_BHW & ~(down[:, :, None] & across[:, None, :])
    solid_BHW = attenuation_BHW >= rules.least_attenuation
    soft_BHW = (transmission_BHW >= rules.least_transmission) & (steel_share_BHW <= rules.most_steel)
    open_BHW = (attenuation_BHW >= rules.walls) & ~solid_BHW
    return Cells(free_BHW & solid_BHW & soft_BHW, free_BHW & open_BHW, solid_BHW)


def place_in_goods(
    cells: Cells, extent_px_B2: Tensor, choice_B: Tensor, shift_B2: Tensor, rules: Rules
) -> tuple[Tensor, Tensor]:
    """One of the places at which a footprint lies among goods, all of them alike.

    Args:
        cells: What stands where.
        extent_px_B2: Rows and columns of the footprint, in pixels.
        choice_B: Uniform in [0, 1): which place.
        shift_B2: Uniform in [0, 1): where in its cell.
        rules: What makes a place possible.

    Returns:
        Row and column of the middle, in pixels, int64 (B, 2), and bool (B,), whether there is any.
    """
    half_B2 = _half(extent_px_B2)
    cell_B2, found_B = _chosen(_fits(cells.goods_BHW, half_B2, rules.inside), choice_B)
    return cell_B2 * CELL_PX + (shift_B2 * CELL_PX).long(), found_B


def place_in_the_open(cells: Cells, extent_px_B2: Tensor, choice_B: Tensor, rules: Rules) -> tuple[Tensor, Tensor]:
    """One of the places at which a footprint lies in empty space, on goods or on the floor; as `place_in_goods`."""
    half_B2 = _half(extent_px_B2)
    fits_BHW = _fits(cells.open_BHW, half_B2, rules.inside)
    rows_H = torch.arange(fits_BHW.shape[1], device=half_B2.device) + half_B2[:, :1] + 1
    under_BHW = _sums(cells.solid_BHW, (rows_H, rows_H + 1), _reach(fits_BHW.shape[2], half_B2[:, 1:]))
    fits_BHW &= under_BHW >= rules.support * (2 * half_B2[:, 1, None, None] + 1)
    cell_B2, found_B = _chosen(fits_BHW, choice_B)
    bottom_B = (cell_B2[:, 0] + half_B2[:, 0] + 1) * CELL_PX
    row_B = bottom_B - (extent_px_B2[:, 0] / 2).round().long()
    return torch.stack([row_B, cell_B2[:, 1] * CELL_PX + CELL_PX // 2], dim=-1), found_B


def _half(extent_px_B2: Tensor) -> Tensor:
    """Cells to either side of the middle one that a footprint reaches."""
    return (extent_px_B2 / (2 * CELL_PX)).ceil().long()


def _fits(possible_BHW: Tensor, half_B2: Tensor, inside: float) -> Tensor:
    """Bool: cells around which the share `inside` of the footprint is possible."""
    rows, columns = (_reach(length, half_B2[:, axis, None]) for axis, length in enumerate(possible_BHW.shape[1:]))
    area_B = (2 * half_B2 + 1).prod(-1)
    return _sums(possible_BHW, rows, columns) >= inside * area_B[:, None, None]


def _reach(length: int, half_B1: Tensor) -> tuple[Tensor, Tensor]:
    """From which cell to which, the last left out, a footprint around each cell reaches: int64 (B, length) each."""
    place_L = torch.arange(length, device=half_B1.device)
    return place_L - half_B1, place_L + half_B1 + 1


def _sums(flags_BHW: Tensor, rows: tuple[Tensor, Tensor], columns: tuple[Tensor, Tensor]) -> Tensor:
    """How many flags stand in a rectangle for each cell, what lies outside counting nothing: int (B, H, W)."""
    height, width = flags_BHW.shape[1:]
    # Sums over rectangles from sums over all that lies above and to the left.
    total = functional.pad(flags_BHW.to(torch.int32).cumsum(1).cumsum(2), (1, 0, 1, 0))
    above, below = (edge.clamp(0, height) for edge in rows)
    left, right = (edge.clamp(0, width) for edge in columns)

    def corner(row_BH: Tensor, column_BW: Tensor) -> Tensor:
        lines = total.gather(1, row_BH[:, :, None].expand(-1, -1, width + 1))
        return lines.gather(2, column_BW[:, None].expand(-1, row_BH.shape[1], -1))

    return corner(below, right) - corner(above, right) - corner(below, left) + corner(above, left)


def _chosen(fits_BHW: Tensor, choice_B: Tensor) -> tuple[Tensor, Tensor]:
    """Row and column of one cell that fits, int64 (B, 2), and whether there is any: else (0, 0)."""
    width, fits_BN = fits_BHW.shape[2], fits_BHW.flatten(1)
    count_B = fits_BN.sum(1)
    wanted_B = (choice_B * count_B).floor().long()
    index_B = (fits_BN.cumsum(1) <= wanted_B[:, None]).sum(1).clamp_max(fits_BN.shape[1] - 1) * (count_B > 0)
    return torch.stack([index_B // width, index_B % width], dim=-1), count_B > 0
