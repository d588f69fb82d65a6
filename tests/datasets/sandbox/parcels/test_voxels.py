import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.parcels.scenes import sample_scene
from datasets.sandbox.parcels.solids import Folds, Grid, Solid, coverage, rotation
from datasets.sandbox.parcels.voxels import Thing, voxelise
from datasets.sandbox.physics.materials import ORGANIC, STEEL

GRID = Grid((14, 16, 18), (3.0, 2.5, 2.0))
SMALL = Grid((8, 10, 12), (3.0, 2.5, 2.0))  # 12 mm to each side or more
ALL = tuple(slice(0, count) for count in GRID.shape_DHW)


def grid_offsets(fine):
    """Middles of fine^3 cells of a voxel of side 1."""
    places = (np.arange(fine) + 0.5) / fine - 0.5
    return np.stack(np.meshgrid(places, places, places, indexing="ij"), axis=-1).reshape(-1, 3)


def lattice_offsets():
    """The 64 points that `coverage` documents, written out."""
    return np.array([[(k * step % 64 + 0.5) / 64 - 0.5 for step in (1, 27, 41)] for k in range(64)])


def brute_force(solid, grid, offsets):
    """Share of the points of each voxel that fulfil the textbook inequality of the solid."""
    axes = [
        (np.arange(count) - (count - 1) / 2) * step for count, step in zip(grid.shape_DHW, grid.spacing_mm, strict=True)
    ]
    middles = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    points = middles[..., None, :] + offsets * np.array(grid.spacing_mm)
    own = np.einsum("ji,...j->...i", np.array(solid.turn), points - np.array(solid.centre_mm))

    def inside(half):
        a, b, c = (own[..., k] / half[k] for k in range(3))
        return {
            "box": (abs(a) <= 1) & (abs(b) <= 1) & (abs(c) <= 1),
            "rounded": a**4 + b**4 + c**4 <= 1,
            "ellipsoid": a**2 + b**2 + c**2 <= 1,
            "cylinder": (abs(a) <= 1) & (b**2 + c**2 <= 1),
        }[solid.shape]

    there = inside(solid.half_mm)
    if solid.cavity_mm is not None:
        there &= ~inside(solid.cavity_mm)
    return there.mean(axis=-1)


@st.composite
def solids(draw):
    shape = draw(st.sampled_from(["box", "ellipsoid", "rounded", "cylinder"]))
    centre = tuple(draw(st.floats(-9, 9)) for _ in range(3))
    half = tuple(draw(st.floats(1.5, 14)) for _ in range(3))
    turn = rotation(*(draw(st.floats(-180, 180)) for _ in range(3)))
    cavity = tuple(length * draw(st.floats(0.2, 0.9)) for length in half) if draw(st.booleans()) else None
    return Solid(shape, centre, half, STEEL, 7.85, turn, cavity)


@given(solids())
@settings(max_examples=40, deadline=None)
def test_coverage_is_the_brute_force_one(solid):
    window = SMALL.window(solid, SMALL.slab(0, 8))
    share = np.zeros(SMALL.shape_DHW)
    if window is not None:
        share[window] = coverage(solid, SMALL, window)
    expected = brute_force(solid, SMALL, lattice_offsets())
    assert np.abs(share - expected).max() <= 4 / 64  # points exactly on a surface may fall to either side
    assert (share != expected).mean() <= 0.02


@given(solids())
@settings(max_examples=30, deadline=None)
def test_64_points_stand_for_a_thousand(solid):
    few, many = (brute_force(solid, SMALL, offsets) for offsets in (lattice_offsets(), grid_offsets(10)))
    assert np.sqrt(((few - many) ** 2)[(many > 0) & (many < 1)].mean() if many.any() else 0.0) <= 0.06


@given(solids())
@settings(max_examples=20, deadline=None)
def test_labels_are_where_half_of_a_voxel_is_filled(solid):
    slab = voxelise([Thing("t", "tool", (solid,))], SMALL, SMALL.slab(0, 8))
    expected = brute_force(solid, SMALL, grid_offsets(10))
    clear = np.abs(expected - 0.5) > 0.15  # finer sampling may move what is next to one half
    assert np.array_equal((slab.labels_DHW == 1)[clear], (expected >= 0.5)[clear])


@pytest.mark.parametrize("shape", ["box", "ellipsoid", "rounded", "cylinder"])
@pytest.mark.parametrize("cavity", [None, (11.0, 9.0, 9.0)])
def test_mass_is_volume_times_density(shape, cavity):
    grid = Grid((40, 40, 40), (2.0, 2.0, 2.0))
    solid = Solid(shape, (1.0, -2.0, 0.5), (17.0, 14.0, 14.0), STEEL, 7.85, rotation(31, 12, -47), cavity)
    slab = voxelise([Thing("t", None, (solid,))], grid, grid.slab(0, 40))
    assert slab.masses_kg[0] == pytest.approx(solid.mass_kg, rel=0.003)
    assert slab.density_MDHW.sum(dtype=np.float64) * grid.voxel_cm3 / 1000 == pytest.approx(slab.masses_kg[0], rel=1e-5)


def test_no_thing_is_no_material():
    slab = voxelise([], GRID, GRID.slab(3, 5))
    assert (slab.materials, slab.density_MDHW.shape, slab.masses_kg) == ((), (0, 2, 16, 18), ())
    assert not slab.labels_DHW.any()


def test_a_thing_outside_leaves_no_trace():
    away = Thing("t", "tool", (Solid("box", (0.0, 500.0, 0.0), (5.0, 5.0, 5.0), STEEL, 7.85),))
    slab = voxelise([away], GRID, ALL)
    assert slab.masses_kg == (0.0,)
    assert not slab.labels_DHW.any()


def test_a_later_thing_pushes_out_an_earlier_one():
    first = Thing("cloth", None, (Solid("box", (0.0, 0.0, 0.0), (12.0, 12.0, 12.0), ORGANIC, 0.3),))
    second = Thing("tool", "tool", (Solid("box", (0.0, 0.0, 0.0), (6.0, 5.0, 4.0), STEEL, 7.85),))
    slab = voxelise([first, second], GRID, ALL)
    cloth = (24**3 - 12 * 10 * 8) * 0.3e-6
    assert slab.masses_kg == pytest.approx((cloth, 12 * 10 * 8 * 7.85e-6), rel=1e-3)
    total = slab.density_MDHW.sum(dtype=np.float64) * GRID.voxel_cm3 / 1000
    assert total == pytest.approx(sum(slab.masses_kg), rel=1e-5)


def test_what_touches_in_one_voxel_keeps_its_mass():
    left = Thing("a", None, (Solid("box", (0.0, 0.0, -5.3), (5.0, 5.0, 5.0), ORGANIC, 1.0),))
    right = Thing("b", None, (Solid("box", (0.0, 0.0, 4.7), (5.0, 5.0, 5.0), STEEL, 7.85),))
    alone = [voxelise([thing], GRID, ALL).masses_kg[0] for thing in (left, right)]
    assert voxelise([left, right], GRID, ALL).masses_kg == pytest.approx(alone, rel=0.01)


def test_a_slice_is_the_same_in_any_slab():
    scene = sample_scene("bag", np.random.default_rng(3), widest_mm=480.0, contraband=1.0)
    grid = Grid((40, 60, 60), (9.0, 8.0, 8.0))
    whole, part = voxelise(scene.things, grid, grid.slab(0, 40)), voxelise(scene.things, grid, grid.slab(17, 21))
    assert np.array_equal(whole.labels_DHW[17:21], part.labels_DHW)
    for material, density in zip(part.materials, part.density_MDHW, strict=True):
        assert np.array_equal(whole.density_MDHW[whole.materials.index(material), 17:21], density)


def test_folds_keep_the_mean_and_the_seed():
    cloth = Folds(0.35, (0.1, 0.3, 0.05), 1.5, (0.02, 0.03, 0.04), 0.7)
    points = np.random.default_rng(0).uniform(-200, 200, (20_000, 3))
    factor = cloth.factor(*points.T.astype(np.float32))
    assert factor.min() >= 0.65 - 1e-6
    assert factor.max() <= 1.35 + 1e-6
    assert factor.mean() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("kind", ["parcel", "bag"])
@pytest.mark.parametrize("seed", range(6))
def test_scenes_stay_in_the_circle_that_every_view_sees(kind, seed):
    scene = sample_scene(kind, np.random.default_rng(seed), widest_mm=480.0, contraband=1.0)
    corners = np.array([thing.bounds_mm() for thing in scene.things])
    assert np.abs(corners[..., 1:]).max() < 240
    assert np.abs(corners[..., 0]).max() < scene.half_mm[0]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ({"kind": "crate"}, "parcel, bag"),
        ({"kind": "bag", "hidden": "elephant"}, "narcotics"),
        ({"kind": "bag", "widest_mm": 100.0}, "250 mm"),
    ],
)
def test_wrong_scenes_are_refused(words, rule):
    kind = words.pop("kind")
    with pytest.raises(ValueError, match=rf"{rule}.*; found .*; "):
        sample_scene(kind, np.random.default_rng(0), **{"widest_mm": 480.0, **words})
