"""The virtual tunnel beside a real one: numbers of uniform slabs, ratio curves, noise against attenuation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.physics.detector import detect, noise_of_log
from datasets.sandbox.physics.materials import ALUMINIUM, PLASTIC, STEEL, Material
from datasets.sandbox.physics.scanner import Scanner
from imaging import ScannerProfile, read_profile
from imaging.material import Beam, WedgeStep, effective_z, fit_beam
from tools.sandbox_validation.beams import attenuation_of_slabs
from tools.sandbox_validation.images import quiet
from tools.test_piece.scans import read_pieces

Floats = NDArray[np.float64]
REAL_PROFILE = Path(__file__).resolve().parents[2] / "configs" / "scanners" / "dual_energy_bags.yaml"
SLABS: dict[str, tuple[Material, float]] = {
    "carbon": ((("carbon", 1.0),), 6.0),
    "magnesium": ((("magnesium", 1.0),), 12.0),
    "aluminium": (ALUMINIUM, 13.0),
    "silicon": ((("silicon", 1.0),), 14.0),
}
HEIGHTS = (0.5, 1.0, 2.0, 3.0, 4.0, 5.0)  # -ln T of the high energy
_WEDGE_MM = {"aluminium": (2, 5, 9.5, 15.9, 22.2, 40), "steel": (1.6, 3.2, 4.8, 8, 12, 16)}
_SIDE = 24


def beam_of_wedges(scanner: Scanner) -> Beam:
    """The beams told from aluminium and steel wedges seen by the virtual scanner, as a service would."""
    steps = []
    for name, material, density in (("aluminium", ALUMINIUM, 2.70), ("steel", STEEL, 7.87)):
        areal = np.array(_WEDGE_MM[name]) / 10 * density
        low, high = attenuation_of_slabs(scanner, material, areal)
        steps += [
            WedgeStep(name, float(g), (float(one), float(two))) for g, one, two in zip(areal, low, high, strict=True)
        ]
    areal = np.array([1.0, 4.0, 10.0])
    low, high = attenuation_of_slabs(scanner, PLASTIC, areal)
    steps += [
        WedgeStep("polyethylene", float(g), (float(one), float(two)))
        for g, one, two in zip(areal, low, high, strict=True)
    ]
    return fit_beam(steps)


def numbers_of_slabs(scanner: Scanner, name: str, seed: int = 0) -> Floats:
    """Effective atomic number of uniform slabs of a material at `HEIGHTS`, noise included: medians."""
    material, _ = SLABS[name]
    beam, rng = beam_of_wedges(scanner), np.random.default_rng(seed)
    depth = np.linspace(0.05, 60, 2400)
    curves = attenuation_of_slabs(scanner, material, depth)
    found = []
    for height in HEIGHTS:
        pair = np.array([np.interp(height, curves[1], curve) for curve in curves])
        flat = np.broadcast_to(np.exp(-pair)[:, None, None], (2, _SIDE, _SIDE)).astype(np.float32)
        counts = detect(flat, quiet(scanner), rng).astype(np.float32)
        seen = -np.log(np.maximum(counts, 0.5) / np.float32(scanner.air_counts))
        told = effective_z(seen, np.zeros_like(seen), np.ones((_SIDE, _SIDE), np.bool_), beam)
        found.append(float(np.nanmedian(told.value)))
    return np.array(found)


def real_ratio_curve(name: str, heights: Floats) -> Floats:
    """R of a wedge of the real tunnel, from the curves of its profile."""
    curve = _real_profile().material_curves[name]
    low, high = (np.array(curve.attenuation[channel]) for channel in ("low", "high"))
    return np.asarray(np.interp(heights, high[1:], low[1:] / high[1:]), np.float64)


def real_noise(data: Path, heights: Floats) -> Floats:
    """Noise of -ln T (high energy) in the three real scans of the test piece, told from neighbours where it is flat."""
    seen, step = [], []
    for _, scan in read_pieces(data):
        attenuation = -np.log(np.maximum(scan.transmission()[1].astype(np.float64), 1e-4))
        mean = (attenuation[:, 1:] + attenuation[:, :-1]) / 2
        seen.append(mean.ravel())
        step.append(np.abs(np.diff(attenuation, axis=1)).ravel())
    values, steps = np.concatenate(seen), np.concatenate(step)
    # Half of the pixels of a bag lie in flat places: their median step is that of noise, and edges lie above it.
    return np.array([_median_step(steps[np.abs(values - height) < 0.1]) for height in heights])


def simulated_noise(scanner: Scanner, heights: Floats) -> Floats:
    """Noise of -ln T that the virtual scanner has, high energy."""
    return noise_of_log(np.exp(-np.asarray(heights)).astype(np.float32), scanner).astype(np.float64)


def _median_step(steps: Floats) -> float:
    """Sigma of one pixel from the steps between neighbours: the lower quartile, which edges move least."""
    return float(np.quantile(steps, 0.25) / 0.3186 / np.sqrt(2)) if steps.size > 100 else float("nan")


def _real_profile() -> ScannerProfile:
    return read_profile(REAL_PROFILE)
