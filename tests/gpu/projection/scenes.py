"""A scanner, a small library, and flat cargo, for tests of threat projection."""

from dataclasses import replace
from functools import cache

import numpy as np
import torch

from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.profile import sandbox_profile
from datasets.threats.stack import device_scanners
from gpu import Batch, Sample, collate
from gpu.projection.beams import Scanners
from gpu.projection.project import RandomProjection
from gpu.projection.threats import Threats
from imaging import ScannerProfile
from imaging.material import Beam, beam_of_profile, mass_attenuation


@cache
def profile() -> ScannerProfile:
    return sandbox_profile(read_scanner("linac_6_4_gantry"))


@cache
def beam() -> Beam:
    return beam_of_profile(profile())


@cache
def scanners() -> Scanners:
    return device_scanners([profile()])


def flat(
    organic_g_cm2: float, steel_g_cm2: float = 0.0, side: int = 96, *, quanta: float = 1e5, seed: int = 0
) -> Batch:
    """One image of uniform cargo with the noise of its quanta."""
    energies = beam().energies_kev
    depth_K = organic_g_cm2 * mass_attenuation("organic", energies) + steel_g_cm2 * mass_attenuation("steel", energies)
    transmission_C = np.exp(-beam().attenuation(depth_K[None]))[:, 0]
    noise = np.random.default_rng(seed).standard_normal((2, side, side))
    image = transmission_C[:, None, None] + noise * np.sqrt(transmission_C / quanta)[:, None, None]
    known = {"pitch_mm": 6.0, "scanner": 0, "quanta_C": (quanta, quanta), "electronic_C": (0.0, 0.0)}
    nothing = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    return collate([Sample(image.astype(np.float32), *nothing, **known)], fill=1.0)


def library(
    material: str = "steel", areal_g_cm2: float = 8.0, *, rows: int = 12, columns: int = 20, depth_mm: float = 0.0
):
    """Two plates, one twice the other's thickness."""
    side = 2 + int(np.ceil(np.hypot(rows, columns)))
    areal = torch.zeros(2, 1, side, side)
    top, left = (side - rows) // 2, (side - columns) // 2
    plate = (slice(top, top + rows), slice(left, left + columns))
    areal[0, 0][plate], areal[1, 0][plate] = areal_g_cm2, 2 * areal_g_cm2
    own = torch.tensor(mass_attenuation(material, beam().energies_kev), dtype=torch.float32)
    return Threats(
        areal_TLSS=areal,
        mass_attenuation_STLK=own.expand(1, 2, 1, -1).clone(),
        depth_TSS=(areal[:, 0] > 0) * depth_mm,
        size_T2=torch.tensor([[rows, columns], [rows, columns]]).float(),
        label_T=torch.tensor([3, 5]),
        pitch_mm=6.0,
    )


def projection(threats: Threats | None = None, **options) -> RandomProjection:
    """Projection without any turning or scaling, unless asked for."""
    plain = {"probability": 1.0, "degrees": 0.0, "turns": (0,), "magnification": (1.0, 1.0), "density": (1.0, 1.0)}
    return RandomProjection(threats or library(), scanners(), **(plain | options))


def sharp(transform: RandomProjection) -> RandomProjection:
    """The same without point spread."""
    still = replace(transform.scanners, point_spread_px_S=torch.zeros(1), interlace_px_S=torch.zeros(1))
    return replace(transform, scanners=still)
