"""The plots of the validation: curves of the simulator, and of figures of real scans, no pictures of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.scanner import Scanner
from tools.sandbox_validation.bags import real_noise, real_ratio_curve, simulated_noise
from tools.sandbox_validation.beams import WEDGES, ratio_curve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = {"organic": "#D55E00", "aluminium": "#009E73", "steel": "#0072B2", "lead": "#000000", "uranium": "#CC79A7"}
_DPI = 110


def ratio_plot(scanners: Sequence[Scanner], path: Path) -> None:
    """R against -ln T of the high energy, a panel for each scanner."""
    from matplotlib.figure import Figure  # noqa: PLC0415 -- slow to load

    figure = Figure(figsize=(3.2 * len(scanners), 3.2), layout="constrained")
    for axes, scanner in zip(figure.subplots(1, len(scanners)), scanners, strict=True):
        heights = np.linspace(0.2, 8.0, 80)
        for name in WEDGES:
            axes.plot(heights, ratio_curve(scanner, name, heights), color=_COLOURS[name], label=name)
        axes.set(title=scanner.name, xlabel="-ln T, high energy", ylabel="R")
        axes.grid(color="#e4e4e4")
    axes.legend(fontsize=7)
    _save(figure, path)


def real_plot(scanner: Scanner, data: Path, heights: NDArray[np.float64], path: Path) -> None:
    """Ratio curves and noise of a virtual tunnel (lines) beside those of a real one (points)."""
    from matplotlib.figure import Figure  # noqa: PLC0415 -- slow to load

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    fine = np.linspace(heights[0], heights[-1], 60)
    for name in ("aluminium", "steel"):
        left.plot(fine, ratio_curve(scanner, name, fine), color=_COLOURS[name], label=f"{name}, simulated")
        left.plot(heights, real_ratio_curve(name, heights), "o", color=_COLOURS[name], label=f"{name}, real")
    left.set(xlabel="-ln T, high energy", ylabel="R")
    right.plot(fine, simulated_noise(scanner, fine), color="#0072B2", label="simulated")
    right.plot(heights, real_noise(data, heights), "o", color="#D55E00", label="real, at most")
    right.set(xlabel="-ln T, high energy", ylabel="noise of -ln T", yscale="log")
    for axes in (left, right):
        axes.grid(color="#e4e4e4")
        axes.legend(fontsize=7)
    _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=_DPI, metadata={"Software": None})
