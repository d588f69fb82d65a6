"""Scatter of every scanner against a Monte-Carlo of Klein-Nishina photons that shares nothing but cross-sections."""

import numpy as np
import pytest

from datasets.sandbox.physics.beam import of_scanner, signal_density
from datasets.sandbox.physics.detector import expected, primary
from datasets.sandbox.physics.materials import ORGANIC, STEEL, coefficients
from datasets.sandbox.physics.projection import ArealDensity
from datasets.sandbox.physics.scanner import Fan, read_scanner, scanner_names
from tests.datasets.sandbox.scatter_oracle import Bench, electrons_per_gram, klein_nishina, scatter_profile

LOADS = {"organic": (ORGANIC, 0.53), "steel": (STEEL, 0.4656)}
GANTRY = Fan(source_detector_mm=7800.0, source_near_mm=2900.0, source_height_mm=600.0)  # for the idealised beam


def bench_of(scanner):
    """A load as large as what the scanner is for, and how much its middle plane is enlarged."""
    geometry = scanner.geometry.value if isinstance(scanner.geometry.value, Fan) else GANTRY
    depth, tall = (2400, 2500) if scanner.channels[0].source.kind == "linac" else (400, 400)
    enlarged = geometry.source_detector_mm / (geometry.source_near_mm + depth / 2)
    gap = geometry.source_detector_mm - geometry.source_near_mm - depth
    return Bench(depth, tall, gap, scanner.pitch_mm.value * enlarged), enlarged


def scattering_attenuation(scanner, channel, material, areal):
    """-ln T of a slab, and the share of it that scatters: of fine spectra, not of the simulator's bins."""
    energy = np.geomspace(of_scanner(scanner).grid.lowest_kev, 1000 * channel.source.voltage, 2000)
    if channel.source.kind == "tube":
        energy = np.geomspace(12, channel.source.voltage, 2000)
    weight = signal_density(energy, channel) * energy
    total = -np.log((weight * np.exp(-coefficients(material, energy) * areal)).sum() / weight.sum())
    middle = np.array([(weight * energy).sum() / weight.sum()])
    return total * (coefficients(material, middle, "compton") / coefficients(material, middle))[0]


def test_the_cross_section_of_the_oracle():
    """Total at 1 MeV: 0.2112 barn an electron (Hubbell, NSRDS-NBS 29)."""
    cosine = np.linspace(-1, 1, 20_001)
    section, left = klein_nishina(np.full(20_001, 1000.0), cosine)
    assert 2 * np.pi * np.trapezoid(section, cosine) == pytest.approx(2.112e-25, rel=1e-3)
    assert left[0] == pytest.approx(1000 / (1 + 2 * 1000 / 511), rel=1e-4)
    assert left[-1] == pytest.approx(1000)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("name", scanner_names())
def test_level_and_reach_of_scatter(name, load):
    scanner, (material, z_over_a) = read_scanner(name), LOADS[load]
    bench, enlarged = bench_of(scanner)
    areal = 60.0 if scanner.channels[0].source.kind == "linac" else 8.0
    channel = scanner.channels[-1]
    profile, heights = scatter_profile(channel, material, electrons_per_gram(z_over_a), areal, bench, photons=1500)
    level = profile.sum() * (heights[1] - heights[0]) / bench.pitch
    wanted = scanner.scatter.value * scattering_attenuation(scanner, channel, material, areal)
    assert level == pytest.approx(wanted, rel=0.2)
    half_width = (profile > profile.max() / 2).sum() * (heights[1] - heights[0]) / 2 / enlarged
    assert half_width == pytest.approx(scanner.scatter_reach_mm.value, rel=0.2)


@pytest.mark.parametrize("load", LOADS)
@pytest.mark.parametrize("name", scanner_names())
def test_the_simulator_adds_that_level_behind_a_uniform_load(name, load):
    scanner, (material, _) = read_scanner(name), LOADS[load]
    areal = 60.0 if scanner.channels[0].source.kind == "linac" else 8.0
    rows = 4 * round(scanner.scatter_reach_mm.value / scanner.pitch_mm.value)
    slab = ArealDensity((material,), np.full((1, rows, 3), areal))
    added = expected(slab, scanner) / primary(slab, scanner) - 1
    wanted = scanner.scatter.value * scattering_attenuation(scanner, scanner.channels[-1], material, areal)
    assert added[-1, rows // 2, 1] == pytest.approx(wanted, rel=0.05)


def test_scatter_reaches_as_far_as_it_says():
    scanner = read_scanner("linac_6_4_gantry")
    rows, lit = 401, 200
    areal = np.zeros((1, rows, 1))
    areal[0, lit] = 30.0
    slab = ArealDensity((ORGANIC,), areal)
    added = (expected(slab, scanner) - primary(slab, scanner))[-1, :, 0]
    added[lit - 3 : lit + 4] = np.nan  # the blur of the row itself
    half = np.flatnonzero(added > np.nanmax(added) / 2)
    reach_px = scanner.scatter_reach_mm.value / scanner.pitch_mm.value
    assert (half[-1] - half[0]) / 2 == pytest.approx(reach_px, rel=0.05)
