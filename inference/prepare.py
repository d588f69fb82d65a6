"""A view on its way to a network: does it fit, which channels, what is cut out, how far it is scaled down."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gpu import fit_signal
from imaging import Quantity, View
from inference.errors import PackageMisfit
from models import ComponentSpec

MULTIPLE = 32
"""Sides of a batch are multiples of this: the coarsest stride of the networks."""

Region = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Prepared:
    """An image for one network: `signal_CHW` float32, and the factor by which its coordinates were multiplied."""

    signal_CHW: NDArray[np.float32]
    scale: float

    @property
    def padded_hw(self) -> tuple[int, int]:
        """Rows and columns after padding."""
        height, width = self.signal_CHW.shape[-2:]
        return math.ceil(height / MULTIPLE) * MULTIPLE, math.ceil(width / MULTIPLE) * MULTIPLE


def prepare(view: View, spec: ComponentSpec, region_xyxy: Region | None = None) -> Prepared:
    """Cut the region out of a view (None: all of it), in the channels of a component, scaled down where it asks.

    Raises:
        PackageMisfit: when the component was trained on other channels or another quantity.
    """
    planes = fitting_channels(view, spec)
    signal_CHW = view.signal()[planes]
    if view.valid is not None:  # where the detector said nothing, the network is shown air
        signal_CHW = np.where(np.isfinite(signal_CHW) & view.valid, signal_CHW, np.float32(spec.fill))
    if region_xyxy is not None:
        top, bottom, left, right = pixel_region(region_xyxy, view.size_hw)
        signal_CHW = signal_CHW[:, top:bottom, left:right]
    return Prepared(*fit_signal(signal_CHW, spec.long_side))


def fitting_channels(view: View, spec: ComponentSpec) -> list[int]:
    """Where a component's channels stand in a view, by name.

    Raises:
        PackageMisfit: see `prepare`.
    """
    names = view.channel_names
    physical = spec.quantity == "physical"
    if view.pixels.ndim != 3 or view.quantity.physical != physical or not set(spec.channels) <= set(names):
        kind = "volume" if view.pixels.ndim != 3 else "view"
        raise PackageMisfit(
            f"the {spec.role} of this package looks at {spec.quantity} views with channels {', '.join(spec.channels)}",
            f"a {kind} of quantity {view.quantity.value} with channels {', '.join(names)}",
            "give the scanner's profile (--profile)"
            if physical and kind == "view" and view.quantity is Quantity.UNKNOWN
            else "use a package that was trained on such scans",
        )
    if spec.tile is not None:
        raise PackageMisfit(
            "this version shows a network the whole view",
            f"a {spec.role} that wants tiles of {spec.tile} pixels",
            "export the component with long_side in place of tile",
        )
    return [names.index(name) for name in spec.channels]


def pixel_region(region_xyxy: Region, size_hw: tuple[int, int]) -> tuple[int, int, int, int]:
    """Top, bottom, left, right of the pixels that a region touches, at least one pixel, inside the view."""
    left, top, right, bottom = region_xyxy
    height, width = size_hw
    first_row, first_column = min(max(math.floor(top), 0), height - 1), min(max(math.floor(left), 0), width - 1)
    last_row, last_column = min(math.ceil(bottom), height), min(math.ceil(right), width)
    return first_row, max(last_row, first_row + 1), first_column, max(last_column, first_column + 1)
