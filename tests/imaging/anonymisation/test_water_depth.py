"""Scans of vehicles as depths of water on squares of 20 mm; everything else is left alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging import Channel, Quantity, ScannerProfile, View
from imaging.anonymisation.water_depth import WaterDepth, water_depth

# Mass attenuation of water in cm2/g. Source: NIST XCOM, total with coherent scattering, at 2 MeV and 100 keV.
AT_2_MEV, AT_100_KEV = 0.0494, 0.1707


def view(pixels_CHW, quantity=Quantity.TRANSMISSION, energies=None, spacing_mm=(20.0, 20.0), **rest):
    energies = energies or [None] * len(pixels_CHW)
    channels = tuple(Channel(f"{number}", energy) for number, energy in enumerate(energies))
    return View("0", np.asarray(pixels_CHW), channels, quantity, spacing_mm=spacing_mm, **rest)


def profile(**rest):
    return ScannerProfile(name="one", quantity="transmission", channels=[{"name": "single"}], **rest)


BEAM = np.full((1, 100, 150), np.exp(-AT_2_MEV * 40), np.float32)


@pytest.mark.parametrize(
    "given",
    [
        view(BEAM, Quantity.DISPLAY),
        view(BEAM, Quantity.UNKNOWN),
        view(BEAM, Quantity.COUNTS),  # nobody said what an empty beam reads
        view(BEAM, spacing_mm=None),
        view(BEAM, spacing_mm=(0.0, 20.0)),
        view(BEAM, spacing_mm=(20.0, np.inf)),
        view(BEAM, spacing_mm=(np.nan, 20.0)),
        view(BEAM, spacing_mm=(-20.0, -20.0)),
        view(BEAM[:, :1, :1]),
        view(BEAM[:, :59]),  # 1180 mm high
        view(BEAM[:, :, :59]),
        view(BEAM, spacing_mm=(1e-9, 1e-9)),
        view(np.ones((1, 60, 3001), np.float32)),  # longer than 60 m
        view(BEAM, spacing_mm=(20.0, 1e9)),
        view(np.ones((1, 60, 70, 80), np.float32), spacing_mm=(20.0, 20.0, 20.0)),
    ],
)
def test_what_is_no_scan_of_a_vehicle_has_no_map(given):
    assert water_depth(given, None) is None


@pytest.mark.parametrize(("energy_kv", "coefficient"), [(2000 / 0.35, AT_2_MEV), (100 / 0.35, AT_100_KEV)])
@pytest.mark.parametrize("depth", [0.0, 1.0, 40.0])
def test_depth_is_that_of_the_water_that_attenuates_as_much(energy_kv, coefficient, depth):
    beam = np.full((1, 60, 80), np.exp(-coefficient * depth), np.float32)
    found = water_depth(view(beam, energies=[energy_kv]), None)
    assert found.depth_HW.shape == (60, 80)
    assert found.depth_HW.dtype == np.float32
    np.testing.assert_allclose(found.depth_HW, depth, rtol=0.01, atol=1e-4)


def test_without_an_energy_it_is_that_of_six_megavolt():
    unknown, stated = (water_depth(view(BEAM, energies=[energy]), None) for energy in (None, 6000.0))
    np.testing.assert_array_equal(unknown.depth_HW, stated.depth_HW)


@pytest.mark.parametrize("energy_kv", [1e-3, 1.0, 1e6, 1e12])
def test_energies_that_no_table_holds_are_brought_into_it(energy_kv):
    found = water_depth(view(BEAM, energies=[energy_kv]), None)
    assert np.isfinite(found.depth_HW).all()
    assert (found.depth_HW > 0).all()


@pytest.mark.parametrize(
    ("energies", "hardest"), [((4000.0, 6000.0), 1), ((6000.0, 4000.0), 0), ((None, None), 1), ((9000.0, None), 0)]
)
def test_the_channel_of_the_highest_energy_counts(energies, hardest):
    beam = np.stack([np.full((60, 60), 0.9, np.float32), np.full((60, 60), 0.5, np.float32)])
    found = water_depth(view(beam, energies=energies), None)
    alone = water_depth(view(beam[hardest : hardest + 1], energies=energies[hardest : hardest + 1]), None)
    np.testing.assert_array_equal(found.depth_HW, alone.depth_HW)


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf, -np.inf, 3e38, -3e38])
def test_every_number_gives_a_depth(value):
    beam = np.ones((1, 60, 60), np.float32)
    beam[0, 10:30, 10:30] = value
    depth_HW = water_depth(view(beam), None).depth_HW
    assert np.isfinite(depth_HW).all()
    assert depth_HW.min() > -30
    assert depth_HW.max() < 300


@pytest.mark.parametrize(("dtype", "air"), [(np.uint8, 250), (np.uint16, 60_000), (np.int32, 10**6), (np.float32, 1.5)])
def test_counts_and_attenuation_say_the_same_as_transmission(dtype, air):
    beam = np.tile(np.linspace(0.1, 1, 70, dtype=np.float32), (1, 60, 1))
    depth_HW = water_depth(view(beam), None).depth_HW
    counts = (beam * air).astype(dtype)
    from_counts = water_depth(view(counts, Quantity.COUNTS, air=(float(air),)), None).depth_HW
    np.testing.assert_allclose(from_counts, depth_HW, atol=1.0)
    from_log = water_depth(view(-np.log(beam), Quantity.ATTENUATION), None).depth_HW
    np.testing.assert_allclose(from_log, depth_HW, atol=1e-3)


def test_the_pitch_is_that_of_the_view_or_else_that_of_the_profile():
    stated = profile(spacing_mm=[10.0, 5.0])
    found = water_depth(view(np.ones((1, 200, 600), np.float32), spacing_mm=None), stated)
    assert found.depth_HW.shape == (100, 150)
    assert found.pixels == (2.0, 4.0)
    own = water_depth(view(np.ones((1, 200, 600), np.float32), spacing_mm=(20.0, 20.0)), stated)
    assert own.depth_HW.shape == (200, 600)
    assert water_depth(view(BEAM, spacing_mm=None), profile()) is None
    assert water_depth(view(BEAM, spacing_mm=None), None) is None


def test_a_square_takes_the_mean_of_the_beam_of_its_pixels():
    beam = np.ones((1, 120, 240), np.float32)
    beam[0, 0, 0:3], beam[0, 1, 0:4] = 0.5, 0.2
    found = water_depth(view(beam, spacing_mm=(10.0, 5.0)), None)
    mean = (3 * 0.5 + 1 + 4 * 0.2) / 8
    whole = water_depth(view(np.full((1, 60, 60), mean, np.float32)), None)
    assert found.depth_HW[0, 0] == pytest.approx(whole.depth_HW[0, 0], rel=1e-5)
    assert not found.depth_HW[1:].any()
    assert not found.depth_HW[:, 1:].any()


def test_boxes_of_the_grid_are_whole_pixels_that_cover_them():
    water = WaterDepth(np.zeros((60, 90), np.float32), (20 / 12, 20 / 8), (100, 225))
    boxes_N4 = water.boxes_px(np.array([[0, 0, 90, 60], [1, 2, 3, 4], [-5, 50, 20, 80]]))
    assert boxes_N4.tolist() == [[0, 0, 225, 100], [2, 3, 8, 7], [0, 83, 50, 100]]
    assert water.boxes_px(np.zeros((0, 4))).shape == (0, 4)


@given(
    rows=st.integers(1, 500),
    columns=st.integers(1, 500),
    pitch=st.floats(1, 60),
    ends=st.lists(st.floats(0, 1), min_size=4, max_size=4),
)
def test_boxes_of_the_grid_lie_in_the_picture(rows, columns, pitch, ends):
    water = WaterDepth(np.zeros((1, 1), np.float32), (20 / pitch, 20 / pitch), (rows, columns))
    (x0, x1), (y0, y1) = sorted(ends[:2]), sorted(ends[2:])
    box = np.array([x0 * columns, y0 * rows, x1 * columns, y1 * rows]) * pitch / 20
    for found in water.boxes_px(box):
        assert 0 <= found[0] <= x0 * columns + 1e-6
        assert 0 <= found[1] <= y0 * rows + 1e-6
        assert x1 * columns - 1e-6 <= found[2] <= columns
        assert y1 * rows - 1e-6 <= found[3] <= rows
