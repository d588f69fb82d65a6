import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging import Channel, Quantity, UnsupportedScan, View
from imaging.law import LINEAR, Law, beam_from_linear, beam_from_log, working_type

LEVELS = np.arange(65_536, dtype=np.uint16).reshape(1, 256, 256)
TRUE_BEAM = np.array([1.0, 0.5, 0.1, 0.013, 0.0002])


def test_every_law_undoes_what_the_scanner_did():
    """The oracle is the scanner: a beam written by each law, read back."""
    beam = TRUE_BEAM.reshape(1, 1, -1)
    dark, air, gamma, scale = 300.0, 60_000.0, 2.2, 4000.0
    written = {
        "linear": (beam * air, (air,), LINEAR, beam_from_linear),
        "dark": (dark + beam * (air - dark), (air,), Law(dark=(dark,)), beam_from_linear),
        "gamma": (65_535 * beam ** (1 / gamma), (65_535.0,), Law(gamma=gamma), beam_from_linear),
        "log": (-scale * np.log(beam), (0.0,), Law(scale=scale), beam_from_log),
        "log10": (-1000 * np.log10(beam), (0.0,), Law(scale=1000 / np.log(10)), beam_from_log),
        "falling": (50_000 + scale * np.log(beam), (50_000.0,), Law(scale=-scale), beam_from_log),
    }
    for name, (stored, levels, law, undo) in written.items():
        assert undo(stored, levels, law).ravel() == pytest.approx(TRUE_BEAM, rel=1e-6), name


@given(
    gamma=st.floats(0.2, 5),
    dark=st.integers(0, 20_000),
    air=st.integers(30_000, 65_535),
    dtype=st.sampled_from([np.uint16, np.int16, np.uint8]),
)
@settings(deadline=None, max_examples=40)
def test_no_two_levels_merge_under_dark_and_gamma(gamma, dark, air, dtype):
    info = np.iinfo(dtype)
    levels = np.arange(info.min, info.max + 1, dtype=np.int64).astype(dtype).reshape(1, 1, -1)
    beam = beam_from_linear(levels, (float(air),), Law(dark=(float(dark),), gamma=gamma))
    assert beam.dtype == np.float32
    assert (np.diff(beam.ravel()) > 0).all()


@given(span=st.floats(65_535 / 2**22, 80), falling=st.booleans())
@settings(deadline=None, max_examples=30)
def test_no_two_levels_merge_under_a_logarithm(span, falling):
    scale = 65_535 / span * (-1 if falling else 1)
    beam = beam_from_log(LEVELS, (65_535.0 if falling else 0.0,), Law(scale=scale))
    assert len(np.unique(beam)) == 65_536
    assert beam.min() > 0


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ((100.0, 200.0), [[0.5, 0.5, 0.5], [0.25, 0.25, 0.25]]),
        (np.array([[[100.0]], [[200.0]]]), [[0.5, 0.5, 0.5], [0.25, 0.25, 0.25]]),
        (np.array([[[50.0, 100.0, 200.0]], [[50.0, 50.0, 50.0]]]), [[1, 0.5, 0.25], [1, 1, 1]]),
        (np.full((2, 4, 1), 25.0), [[2, 2, 2], [2, 2, 2]]),
        (np.full((2, 4, 3), 25.0), [[2, 2, 2], [2, 2, 2]]),
    ],
    ids=["channel", "channel array", "column", "row", "pixel"],
)
def test_air_is_given_per_channel_row_column_or_pixel(levels, expected):
    view = View("0", np.full((2, 4, 3), 50, np.uint16), (Channel("low"), Channel("high")), Quantity.COUNTS, air=levels)
    assert view.transmission()[:, 2].tolist() == expected


def test_dark_is_taken_from_air_as_well_row_by_row():
    dark = np.array([[[10.0], [20.0]]])
    view = View(
        "0", np.full((1, 2, 1), 60, np.uint8), (Channel("single"),), Quantity.COUNTS, air=(110.0,), law=Law(dark=dark)
    )
    assert view.transmission().ravel() == pytest.approx([50 / 100, 40 / 90])


@pytest.mark.parametrize("levels", [(1.0,), np.ones((2, 3, 1)), np.ones((1, 4, 1)), np.ones((2, 4)), np.float64(3)])
@pytest.mark.parametrize("what", ["air", "dark"])
def test_levels_that_do_not_fit_are_refused(levels, what):
    given = {"air": levels} if what == "air" else {"air": (9.0, 9.0), "law": Law(dark=levels)}
    with pytest.raises(UnsupportedScan, match=f"{what} is given per channel"):
        View("0", np.ones((2, 4, 5), np.uint8), (Channel("low"), Channel("high")), Quantity.COUNTS, **given)


def test_volumes_have_levels_per_channel_only():
    with pytest.raises(UnsupportedScan, match="air"):
        View("0", np.ones((1, 2, 4, 5)), (Channel("single"),), Quantity.COUNTS, air=np.ones((1, 4, 1)))
    view = View("0", np.full((1, 2, 4, 5), 3.0), (Channel("single"),), Quantity.COUNTS, air=(6.0,))
    assert (view.transmission() == 0.5).all()


def test_wide_integers_are_worked_on_in_double_precision():
    assert [working_type(np.zeros(1, t)) for t in ("u2", "f2", "f4")] == [np.float32] * 3
    assert [working_type(np.zeros(1, t)) for t in ("u4", "i4", "f8")] == [np.float64] * 3
    stored = np.array([[[2**31 + 1, 2**31 + 300]]], np.uint32)
    beam = beam_from_linear(stored, (2.0**31 + 1024,), Law(dark=(2.0**31,)))
    assert beam.ravel() == pytest.approx([1 / 1024, 300 / 1024])
