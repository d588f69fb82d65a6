import numpy as np
import pytest

from imaging import Channel, NoPhysics, Quantity, Scan, Source, UnsupportedScan, View
from imaging.scan import Rescale


@pytest.mark.parametrize(
    ("quantity", "value", "air"),
    [
        (Quantity.COUNTS, 25_000, (50_000.0,)),
        (Quantity.TRANSMISSION, 0.5, None),
        (Quantity.TRANSMISSION, 1.0, (2.0,)),
        (Quantity.ATTENUATION, np.log(2), None),
        (Quantity.ATTENUATION, 0.1 + np.log(2), (0.1,)),
    ],
)
def test_every_physical_quantity_becomes_transmission(view_of, quantity, value, air):
    view = view_of(np.full((1, 2, 3), value), quantity, air=air)
    assert view.transmission() == pytest.approx(np.full((1, 2, 3), 0.5))
    assert view.transmission().dtype == np.float32
    assert np.array_equal(view.signal(), view.transmission())


def test_transmission_is_not_clipped(view_of):
    assert view_of(np.full((1, 1, 1), 60_000, np.uint16), Quantity.COUNTS, air=(50_000.0,)).transmission() > 1


@pytest.mark.parametrize("quantity", [Quantity.DISPLAY, Quantity.UNKNOWN, Quantity.COUNTS])
def test_no_physics_is_made_up(view_of, quantity):
    with pytest.raises(NoPhysics, match="found"):
        view_of(np.ones((1, 2, 2), np.uint16), quantity).transmission()


@pytest.mark.parametrize(("dtype", "full"), [(np.uint8, 255), (np.uint16, 65_535)])
def test_signal_without_physics_is_value_over_full_scale(view_of, dtype, full):
    signal = view_of(np.array([[[0, full]]], dtype), Quantity.UNKNOWN).signal()
    assert signal.tolist() == [[[0.0, 1.0]]]


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(UnsupportedScan, match="channel"):
        View("0", np.ones((2, 3, 4)), (Channel("single"),), Quantity.UNKNOWN)
    with pytest.raises(UnsupportedScan, match="air"):
        View("0", np.ones((1, 3, 4)), (Channel("single"),), Quantity.COUNTS, air=(1.0, 2.0))


def test_shortcuts_speak_of_a_scan_of_one_view_only(view_of):
    view = view_of(np.ones((1, 2, 3), np.float32))
    one, two = (Scan("a", "s", (view,) * count, Source((), "png")) for count in (1, 2))
    assert one.pixels is view.pixels
    assert (one.channel_names, one.quantity, one.view.size_hw) == (("single",), Quantity.TRANSMISSION, (2, 3))
    with pytest.raises(UnsupportedScan, match="views"):
        _ = two.pixels


def test_stored_values_are_put_on_the_line_that_the_file_states(view_of):
    stored = np.array([[[0, 1024, -1024]]], np.int16)
    hounsfield = view_of(stored, Quantity.UNKNOWN, rescale=Rescale(2.0, -1024.0, "HU")).rescaled()
    assert hounsfield.dtype == np.float32
    assert hounsfield.tolist() == [[[-1024.0, 1024.0, -3072.0]]]
    with pytest.raises(NoPhysics, match="slope"):
        view_of(stored, Quantity.UNKNOWN).rescaled()


def test_floating_point_without_physics_is_its_own_signal(view_of):
    assert view_of(np.array([[[0.25, np.inf]]], np.float32), Quantity.UNKNOWN).signal().tolist() == [[[0.25, 1.0]]]
