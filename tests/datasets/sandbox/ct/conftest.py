"""A coarse CT for what does not depend on resolution, and one small scan of it."""

import numpy as np
import pytest

from datasets.sandbox.ct import CtScanner, simulate_ct
from datasets.sandbox.ct.acquire import areal_density, attenuations, sample_residual, transmissions
from datasets.sandbox.ct.reconstruct import reconstruct
from datasets.sandbox.ct.spectra import ct_beams
from datasets.sandbox.parcels.solids import Grid, Solid
from datasets.sandbox.parcels.voxels import Thing, voxelise

FINE = CtScanner()


@pytest.fixture(scope="session")
def coarse():
    """A quarter of the pixels, eight millimetres between slices."""
    return CtScanner(pixels=96, pitch_mm=5.0, slice_mm=8.0, views=144)


@pytest.fixture(scope="session")
def small_scan(coarse):
    """A bag with a box of lead in it."""
    return simulate_ct(3, 1, "bag", scanner=coarse, hidden="shielded_box")


@pytest.fixture(scope="session")
def rod():
    """Solids that go straight through the slices: material, density, radius, row and column of the axis in mm."""

    def make(material, density, radius, y=0.0, x=0.0):
        return Thing("rod", None, (Solid("cylinder", (0.0, y, x), (50.0, radius, radius), material, density),))

    return make


@pytest.fixture(scope="session")
def image_of():
    """One slice of a scene in MHU, (2, H, W); without noise unless a seed is given."""

    def image(things, scanner=FINE, seed=None):
        grid = Grid((1, scanner.pixels, scanner.pixels), (scanner.slice_mm, scanner.pitch_mm, scanner.pitch_mm))
        slab, beams = voxelise(things, grid, grid.slab(0, 1)), ct_beams()
        sent = transmissions(slab, areal_density(slab, scanner), beams)
        measured = -np.log(np.maximum(sent, 1e-12))
        if seed is not None:
            rng = np.random.default_rng(seed)
            measured = attenuations(sent[:, 0], sample_residual(scanner, beams, rng), scanner, beams, rng)[:, None]
        slices = [reconstruct(measured[c], c, scanner.pixels, scanner.pitch_mm, scanner.hann)[0] for c in (0, 1)]
        return np.stack(slices)

    return image


@pytest.fixture(scope="session")
def within():
    """Mask H x W of pixels whose middle is less than a radius from a point, in mm."""

    def mask(radius, y=0.0, x=0.0, scanner=FINE):
        places = (np.arange(scanner.pixels) - (scanner.pixels - 1) / 2) * scanner.pitch_mm
        return np.hypot(places[:, None] - y, places[None, :] - x) < radius

    return mask
