"""The energies at which a scanner's beams are followed: bins, and finer points in each to average over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from datasets.sandbox.physics.spectrum import Floats

_POINTS_PER_BIN = 12


@dataclass(frozen=True, slots=True)
class EnergyGrid:
    """Bins in equal steps of log energy."""

    lowest_kev: float
    highest_kev: float
    bins: int

    def edges_kev(self) -> Floats:
        """Edges of the bins, `bins` + 1 of them."""
        return np.geomspace(self.lowest_kev, self.highest_kev, self.bins + 1)

    def fine_kev(self) -> Floats:
        """Energies at which spectra and coefficients are computed before binning, shape (bins, points a bin)."""
        edges = np.log(self.edges_kev())
        places = (np.arange(_POINTS_PER_BIN) + 0.5) / _POINTS_PER_BIN
        return np.exp(edges[:-1, None] + places * np.diff(edges)[:, None])

    def widths(self) -> Floats:
        """Widths of the bins in log energy, shape (bins, 1)."""
        return np.diff(np.log(self.edges_kev()))[:, None]
