"""Transmission of slabs: layers of a tenth, ratio of the energies, penetration."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.beam import signal_density
from datasets.sandbox.physics.detector import expected, noise_of_log, primary
from datasets.sandbox.physics.materials import ALUMINIUM, LEAD, ORGANIC, STEEL, Material, coefficients
from datasets.sandbox.physics.projection import ArealDensity
from datasets.sandbox.physics.scanner import ChannelBeam, Scanner

Floats = NDArray[np.float64]

URANIUM: Material = (("uranium", 1.0),)
# Ordinary concrete by its elements (H 0.022, O 0.575, Na 0.015, Al 0.020, Si 0.305, Ca 0.048, Fe 0.006), in compounds.
CONCRETE: Material = (
    ("silica", 0.652), ("water", 0.197), ("lime", 0.060), ("alumina", 0.038), ("soda", 0.035), ("limestone", 0.0116),
    ("iron", 0.0064),
)  # fmt: skip
DENSITY_G_CM3 = {"steel": 7.87, "lead": 11.35, "concrete": 2.35}
MATERIALS = {"steel": STEEL, "lead": LEAD, "concrete": CONCRETE}
# Mean of the first four at 6 MV, narrow beam, cm: "Measurements of 6 MV X-rays: I" (abstract).
PUBLISHED_TENTH_CM = {"steel": 7.5, "lead": 4.6, "concrete": 27.4}
WEDGES = {"organic": ORGANIC, "aluminium": ALUMINIUM, "steel": STEEL, "lead": LEAD, "uranium": URANIUM}
_ROSE = 5.0  # a detail this many times above its noise is seen (Rose criterion)
_BLOCK_MM, _BLOCK_SHARE = 100.0, 0.2  # a block of this side, a fifth thicker than what it lies behind


def tenth_layers_cm(channel: ChannelBeam, material: str, layers: int = 4) -> list[float]:
    """Thickness of each layer that leaves a tenth of what came through the one before it, narrow beam, cm."""
    highest_kev = 1000 * channel.source.voltage if channel.source.kind == "linac" else channel.source.voltage
    energy = np.geomspace(60 if channel.source.kind == "linac" else 12, highest_kev, 3000)
    weight = signal_density(energy, channel) * energy
    thickness_cm = np.linspace(0, 160, 6401)
    mu_cm = coefficients(MATERIALS[material], energy) * DENSITY_G_CM3[material]
    seen = np.array([(weight * np.exp(-mu_cm * depth)).sum() for depth in thickness_cm]) / weight.sum()
    ends = np.interp(np.arange(layers + 1), -np.log10(seen), thickness_cm)
    return [float(layer) for layer in np.diff(ends)]


def attenuation_of_slabs(scanner: Scanner, material: Material, areal_g_cm2: Floats) -> Floats:
    """-ln T of the primary behind slabs, (channels, slabs)."""
    maps_MHW = np.asarray(areal_g_cm2, np.float64).reshape(1, 1, -1)
    seen = primary(ArealDensity((material,), maps_MHW), scanner)[:, 0].astype(np.float64)
    return -np.log(np.maximum(seen, 1e-30))


def ratio_curve(scanner: Scanner, name: str, heights: Floats) -> Floats:
    """R = -ln T_low / -ln T_high of one material where -ln T_high has the given values."""
    depth = np.linspace(0.02, 400 if scanner.channels[0].source.kind == "linac" else 60, 1500)
    low, high = attenuation_of_slabs(scanner, WEDGES[name], depth)
    reached = high < 25
    return np.asarray(np.interp(heights, high[reached], (low / high)[reached], right=np.nan), np.float64)


def penetration_mm(scanner: Scanner) -> float:
    """Steel behind which a steel block of 10 cm, a fifth thicker, is still seen in the highest channel (Rose 5).

    After the manner of ANSI N42.46: the standard's own text was not at hand. Scatter of a uniform load is in it.
    """
    pixels = (_BLOCK_MM / scanner.pitch_mm.value) ** 2
    for steel_mm in np.arange(5.0, 800.0, 5.0):
        behind, thicker = (_uniform(scanner, steel_mm * share) for share in (1.0, 1 + _BLOCK_SHARE))
        noise = np.hypot(*noise_of_log(np.array([behind, thicker], np.float32), scanner)) / np.sqrt(pixels)
        if thicker <= 0 or np.log(behind / thicker) < _ROSE * noise:
            return float(steel_mm) - 5.0
    raise AssertionError("no scanner sees through 80 cm of steel")


def _uniform(scanner: Scanner, steel_mm: float) -> float:
    """What the highest channel reads behind steel that fills the picture."""
    return float(expected(ArealDensity((STEEL,), np.full((1, 9, 1), 0.787 * steel_mm)), scanner)[-1, 4, 0])
