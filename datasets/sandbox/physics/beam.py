"""A scanner's beams as its detector weighs them, on one energy grid shared by its channels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.energies import EnergyGrid
from datasets.sandbox.physics.materials import coefficients
from datasets.sandbox.physics.scanner import ChannelBeam, Layer, Scanner
from datasets.sandbox.physics.spectrum import Floats, linac_photons, tube_photons

Floats32 = NDArray[np.float32]

_LINAC_LOWEST_KEV, _TUBE_LOWEST_KEV = 120.0, 12.0  # what lies below is stopped by target and filter
_LINAC_BINS, _TUBE_BINS = 22, 48  # within 1 % of -ln T; narrow ones around the edges of lead and tungsten


@dataclass(frozen=True, eq=False, slots=True)
class Beams:
    """`weights_CK`: share of the air signal in each bin of `grid`, rows sum to 1, in the order of the channels.

    `mean_kev_C` is the mean energy of the air signal. `excess_C` is <d2> / <d>2 of what a detected photon deposits: an
    energy-integrating detector is as noisy as one that counts that many fewer, equal quanta.
    """

    grid: EnergyGrid
    weights_CK: Floats
    mean_kev_C: tuple[float, ...]
    excess_C: tuple[float, ...]


@cache
def beams_of(channels: tuple[ChannelBeam, ...]) -> Beams:
    """Beams of the channels of a scanner."""
    grid = _grid(channels)
    fine = grid.fine_kev()
    rows, means, excess = [], [], []
    for channel in channels:
        signal = signal_density(fine, channel) * fine * grid.widths()  # per log energy, since the steps are of it
        row = signal.sum(axis=1)
        rows.append(row / row.sum())
        means.append(float((signal * fine).sum() / signal.sum()))
        excess.append(_excess(fine, signal, channel))
    weights = np.stack(rows)
    weights.flags.writeable = False
    return Beams(grid, weights, tuple(means), tuple(excess))


def signal_density(photon_kev: Floats, channel: ChannelBeam) -> Floats:
    """Detector signal per energy with nothing in the beam, arbitrary unit, shape of `photon_kev`."""
    photons = (linac_photons if channel.source.kind == "linac" else tube_photons)(photon_kev, channel.source.voltage)
    passed = _passed(photon_kev, (*channel.filter.value, *channel.before.value))
    return np.asarray(photons * passed * _detected(photon_kev, channel) * _deposit_kev(photon_kev, channel), np.float64)


def _grid(channels: tuple[ChannelBeam, ...]) -> EnergyGrid:
    highest = max(channel.source.voltage for channel in channels)
    if channels[0].source.kind == "linac":
        return EnergyGrid(_LINAC_LOWEST_KEV, 1000 * highest, _LINAC_BINS)
    return EnergyGrid(_TUBE_LOWEST_KEV, highest, _TUBE_BINS)


def _passed(photon_kev: Floats, layers: tuple[Layer, ...]) -> Floats:
    depth = sum((coefficients(name, photon_kev) * areal for name, areal in layers), np.zeros(photon_kev.shape))
    return np.asarray(np.exp(-depth), np.float64)


def _detected(photon_kev: Floats, channel: ChannelBeam) -> Floats:
    name, areal = channel.crystal.value
    return np.asarray(-np.expm1(-coefficients(name, photon_kev) * areal), np.float64)


def _deposit_kev(photon_kev: Floats, channel: ChannelBeam) -> Floats:
    """Mean energy that a photon leaves where it interacts."""
    name, _ = channel.crystal.value
    return photon_kev * coefficients(name, photon_kev, "absorbed") / coefficients(name, photon_kev)


def _excess(photon_kev: Floats, signal: Floats, channel: ChannelBeam) -> float:
    deposit = _deposit_kev(photon_kev, channel)
    quanta = signal / deposit
    return float((quanta * deposit**2).sum() * quanta.sum() / (quanta * deposit).sum() ** 2)


def transmitted(maps_MN: Floats32, mu_MK: Floats32, weights_CK: Floats32) -> Floats32:
    """Share of the air signal that comes through, float32 (channels, rays): one row of `maps_MN` a material, g/cm2.

    Sums run in a fixed order, without BLAS, whose threads may sum in another: same seed, same bytes. Callers hand in
    as many rays at once as stay in the cache.
    """
    out = np.zeros((len(weights_CK), maps_MN.shape[1]), np.float32)
    depth, part = np.empty(maps_MN.shape[1], np.float32), np.empty(maps_MN.shape[1], np.float32)
    for energy in np.flatnonzero(weights_CK.any(axis=0)):
        depth.fill(0)
        for areal_N, coefficient in zip(maps_MN, mu_MK[:, energy], strict=True):
            np.multiply(areal_N, -coefficient, out=part)
            depth += part
        np.exp(depth, out=depth)
        for channel, weight in enumerate(weights_CK[:, energy]):
            if weight:
                np.multiply(depth, weight, out=part)
                out[channel] += part
    return out


def of_scanner(scanner: Scanner) -> Beams:
    """Beams of a scanner."""
    return beams_of(scanner.channels)
