"""Density -> sinograms -> counts -> -ln(counts / air): polychromatic, noisy, starved where little comes through.

Not simulated: scatter, focal spot, cross-talk and the curvature of partial volume within one strip. What an element
gained or lost before the air calibration cancels; what the calibration itself leaves (its own noise, and drift since)
stays, and makes rings.
"""

from __future__ import annotations

import numpy as np

from datasets.sandbox.ct.projector import Floats, Floats32, elements_of, project
from datasets.sandbox.ct.scanner import CtScanner
from datasets.sandbox.parcels.voxels import Slab
from datasets.sandbox.physics.beam import Beams, transmitted
from datasets.sandbox.physics.materials import mass_attenuation

_BLOCK = 1 << 15  # what is computed at once stays in the cache
_LEAST_QUANTA = 0.5  # a reading below is taken for this: its logarithm would not exist


def areal_density(slab: Slab, scanner: CtScanner) -> Floats32:
    """Areal density in g/cm2 along each ray, float32 materials x slices x views x elements."""
    count, depth, rows, columns = slab.density_MDHW.shape
    flat = project(slab.density_MDHW.reshape(count * depth, rows, columns), scanner.views)
    return flat.reshape(count, depth, *flat.shape[1:]) * np.float32(scanner.pitch_mm / 10)


def transmissions(slab: Slab, areal_MDVB: Floats32, beams: Beams) -> Floats32:
    """Share of the air signal that reaches the detector, float32 channels x slices x views x elements, 0 to 1."""
    shape = areal_MDVB.shape[1:]
    weights_CK = beams.weights_CK.astype(np.float32)
    if not slab.materials:
        return np.ones((len(weights_CK), *shape), np.float32)
    mu_MK = np.array([mass_attenuation(material, beams.grid) for material in slab.materials], np.float32)
    areal_MN = areal_MDVB.reshape(len(slab.materials), -1)
    out = np.empty((len(weights_CK), areal_MN.shape[1]), np.float32)
    for start in range(0, areal_MN.shape[1], _BLOCK):
        block = areal_MN[:, start : start + _BLOCK]
        out[:, start : start + _BLOCK] = transmitted(block[block.any(axis=1)], mu_MK[block.any(axis=1)], weights_CK)
    return out.reshape(-1, *shape)


def equal_quanta(scanner: CtScanner, beams: Beams) -> Floats:
    """Equal quanta in air with the noise of what is detected, for (low, high): detected over the excess factor."""
    return np.array(scanner.quanta) / np.array(beams.excess_C)


def sample_residual(scanner: CtScanner, beams: Beams, rng: np.random.Generator) -> Floats32:
    """What the air calibration leaves of each element's gain, near 1, channels x elements."""
    quanta = equal_quanta(scanner, beams)[:, None]
    shape = (len(scanner.quanta), elements_of(scanner.pixels))
    drift = 1 + scanner.gain_drift * rng.standard_normal(shape)
    air = 1 + rng.standard_normal(shape) / np.sqrt(quanta * scanner.air_reads)
    return (drift / air).astype(np.float32)


def attenuations(
    transmission_CVB: Floats32, residual_CB: Floats32, scanner: CtScanner, beams: Beams, rng: np.random.Generator
) -> Floats32:
    """One slice as measured: -ln(signal / air), float32 channels x views x elements; always finite."""
    quanta = equal_quanta(scanner, beams)[:, None, None]
    counted = rng.poisson(transmission_CVB * quanta).astype(np.float64)
    counted += scanner.electronic_quanta * rng.standard_normal(counted.shape)
    calibrated = np.maximum(counted, _LEAST_QUANTA) / quanta * residual_CB[:, None, :]
    return -np.log(calibrated).astype(np.float32)
