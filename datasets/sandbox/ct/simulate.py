"""One simulated CT: packed, voxelised, projected, measured, reconstructed and labelled, a slab of slices at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.ct.acquire import areal_density, attenuations, sample_residual, transmissions
from datasets.sandbox.ct.projector import Floats32
from datasets.sandbox.ct.reconstruct import RESCALE, reconstruct, to_levels
from datasets.sandbox.ct.scanner import CHANNELS, CtScanner
from datasets.sandbox.ct.spectra import ct_beams
from datasets.sandbox.ct.visibility import Box, bounds, contrast_to_noise
from datasets.sandbox.parcels.scenes import Kind, Scene, sample_scene
from datasets.sandbox.parcels.solids import Grid
from datasets.sandbox.parcels.voxels import Slab, Thing, voxelise
from imaging.scan import Rescale

_SLAB = 8  # slices at once: memory, not results, depends on it
_STREAM = 0xC7
_SCENE, _GAINS, _NOISE = range(3)


@dataclass(frozen=True, slots=True)
class CtObject:
    """One labelled thing.

    Attributes:
        label: its value in `labels_DHW`.
        name: what it is in words.
        category: as in `BENIGN` or `FORBIDDEN`.
        contraband: whether it is hidden.
        box_zyxzyx: half-open bounds of its voxels.
        voxels: their number.
        mass_kg: of its matter in the simulated volume, after what was pushed out of it.
        contrast_to_noise: in (low, high); see `contrast_to_noise`.
    """

    label: int
    name: str
    category: str
    contraband: bool
    box_zyxzyx: Box
    voxels: int
    mass_kg: float
    contrast_to_noise: tuple[float, float]


@dataclass(frozen=True, eq=False, slots=True)
class SimulatedCT:
    """Two energies of one pass and their truth.

    Attributes:
        low_DHW: 100 kVp, uint16 levels; MHU (air 0, water 1000) is level - 1000.
        high_DHW: 160 kVp, likewise.
        labels_DHW: uint16, 0 where no labelled thing fills half of the voxel.
        objects: in the order of their labels; labels are not without gaps.
        spacing_mm: (slice, row, column).
        rescale: levels to Hounsfield units.
        masses_kg: of every thing of the scene, after what was pushed out of it.
    """

    low_DHW: NDArray[np.uint16]
    high_DHW: NDArray[np.uint16]
    labels_DHW: NDArray[np.uint16]
    objects: tuple[CtObject, ...]
    spacing_mm: tuple[float, float, float]
    rescale: Rescale
    masses_kg: tuple[float, ...]

    @property
    def mass_kg(self) -> float:
        """Everything in the volume."""
        return sum(self.masses_kg)


def simulate_ct(
    seed: int,
    index: int,
    kind: Kind = "parcel",
    *,
    scanner: CtScanner | None = None,
    contraband: float = 0.5,
    hidden: str | None = None,
) -> SimulatedCT:
    """Simulate scan `index` of a seed; the same arguments give the same bytes in any process.

    Args:
        seed: Of the whole set, 0 or more.
        index: Of the scan in it, 0 or more.
        kind: `parcel` or `bag`.
        scanner: Its grid and dose; None for the defaults.
        contraband: Probability that something is hidden.
        hidden: A category that is hidden for certain where it finds room; None to draw.

    Raises:
        ValueError: for an unknown kind or category, or a scanner too narrow for a parcel.
    """
    chosen = scanner or CtScanner()
    widest = chosen.pixels * chosen.pitch_mm
    rng = _rng(seed, index, _SCENE)
    scene = sample_scene(kind, rng, widest_mm=widest, contraband=contraband, hidden=hidden)
    return scan_scene(scene, seed, index, chosen)


def scan_scene(scene: Scene, seed: int, index: int, scanner: CtScanner) -> SimulatedCT:
    """Scan a scene; `seed` and `index` choose the noise."""
    slices = max(1, int(np.ceil(2 * scene.half_mm[0] / scanner.slice_mm)))
    shape_DHW = (slices, scanner.pixels, scanner.pixels)
    grid = Grid(shape_DHW, (scanner.slice_mm, scanner.pitch_mm, scanner.pitch_mm))
    levels_CDHW = np.empty((len(CHANNELS), *shape_DHW), np.uint16)
    labels_DHW = np.empty(shape_DHW, np.uint16)
    masses = np.zeros(len(scene.things))
    residual_CB = sample_residual(scanner, ct_beams(), _rng(seed, index, _GAINS))
    for start in range(0, slices, _SLAB):
        some = slice(start, min(start + _SLAB, slices))
        slab = voxelise(scene.things, grid, grid.slab(some.start, some.stop))
        rngs = [_rng(seed, index, _NOISE, number) for number in range(some.start, some.stop)]
        levels_CDHW[:, some] = to_levels(_image(slab, residual_CB, scanner, rngs))
        labels_DHW[some] = slab.labels_DHW
        masses += slab.masses_kg
    low_DHW, high_DHW = levels_CDHW
    objects = _objects(scene.things, masses.tolist(), (low_DHW, high_DHW), labels_DHW)
    return SimulatedCT(low_DHW, high_DHW, labels_DHW, objects, grid.spacing_mm, RESCALE, tuple(masses.tolist()))


def _image(slab: Slab, residual_CB: Floats32, scanner: CtScanner, rngs: Sequence[np.random.Generator]) -> Floats32:
    """MHU of both channels, channels x slices x rows x columns."""
    beams = ct_beams()
    transmission_CDVB = transmissions(slab, areal_density(slab, scanner), beams)
    measured = [
        attenuations(transmission_CDVB[:, depth], residual_CB, scanner, beams, rng) for depth, rng in enumerate(rngs)
    ]
    attenuation_CDVB = np.stack(measured, axis=1)
    return np.stack(
        [
            reconstruct(attenuation_CDVB[channel], channel, scanner.pixels, scanner.pitch_mm, scanner.hann)
            for channel in range(len(CHANNELS))
        ]
    )


def _objects(
    things: Sequence[Thing],
    masses_kg: Sequence[float],
    levels: tuple[NDArray[np.uint16], NDArray[np.uint16]],
    labels_DHW: NDArray[np.uint16],
) -> tuple[CtObject, ...]:
    found = []
    for index, thing in enumerate(things):
        own = labels_DHW == index + 1
        if thing.category is None or not own.any():
            continue
        box = bounds(own)
        low, high = (contrast_to_noise(energy, labels_DHW, index + 1, box) for energy in levels)
        found.append(
            CtObject(
                index + 1, thing.name, thing.category, thing.contraband, box, int(own.sum()), masses_kg[index],
                (low, high),
            )
        )  # fmt: skip
    return tuple(found)


def _rng(seed: int, index: int, purpose: int, number: int = 0) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence([seed, _STREAM, index, purpose, number]))
