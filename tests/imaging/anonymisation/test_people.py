"""People in scans: cabs are masked, whoever is elsewhere is told."""

import numpy as np
import pytest

from imaging import Channel, Quantity, ScannerProfile, View
from imaging.anonymisation.people import find_people, stated_cabs
from tests.imaging.anonymisation.vehicles import blank_road, person, simulated, tractor_and_trailer, upright

PER_DEPTH = 0.0482  # cm2/g of water at 2.1 MeV, as for a beam that nobody stated. Source: NIST XCOM


def view(depth_HW, quantity=Quantity.TRANSMISSION, pitch_mm=(20.0, 20.0)):
    """A scan of a map of depth, of pitches that divide 20 mm."""
    each = [round(20 / pitch) for pitch in pitch_mm]
    beam_HW = np.kron(np.exp(-PER_DEPTH * depth_HW), np.ones(each, np.float32))
    return View("0", beam_HW[None].astype(np.float32), (Channel("single"),), quantity, spacing_mm=pitch_mm)


def profile(**rest):
    return ScannerProfile(name="one", quantity="transmission", channels=[{"name": "single"}], **rest)


def test_a_picture_without_a_meaning_or_a_pitch_is_not_looked_at():
    road = person(tractor_and_trailer(blank_road()), 620)
    for shown in (
        view(road, Quantity.DISPLAY),
        View("0", view(road).pixels, (Channel("single"),), Quantity.TRANSMISSION),
    ):
        found = find_people(shown)
        assert (len(found.cab_boxes_N4), found.elsewhere, found.looked) == (0, (), False)


def test_an_empty_road_holds_nobody():
    found = find_people(view(blank_road()))
    assert found.cab_boxes_N4.shape == (0, 4)
    assert (found.elsewhere, found.looked) == ((), True)


@pytest.mark.parametrize("pitch_mm", [(5.0, 5.0), (20.0, 10.0), (20.0, 20.0)])
def test_a_cab_is_masked_in_pixels_of_the_scan(pitch_mm):
    found = find_people(view(tractor_and_trailer(blank_road()), pitch_mm=pitch_mm))
    each = 20 / np.array([*pitch_mm[::-1], *pitch_mm[::-1]])
    np.testing.assert_array_equal(found.cab_boxes_N4, np.array([[30, 40, 140, 200]]) * each)
    assert found.elsewhere == ()


def test_who_sits_in_a_cab_is_masked_with_it():
    road = person(tractor_and_trailer(blank_road()), 65, 1200)
    found = find_people(view(road))
    assert len(found.cab_boxes_N4) == 1
    assert found.elsewhere == ()


@pytest.mark.parametrize("pitch_mm", [(20.0, 5.0), (20.0, 20.0)])
def test_who_is_elsewhere_is_told_with_the_place_alone(pitch_mm):
    road = person(tractor_and_trailer(blank_road()), 400, 1000)
    found = find_people(view(road, pitch_mm=pitch_mm))
    assert len(found.cab_boxes_N4) == 1
    assert found.elsewhere == ("what may be a person, 8 m from the left edge of the picture",)


def test_every_one_elsewhere_is_told_once():
    road = person(person(upright(blank_road()), 500, 1000), 150, 1000)
    assert find_people(view(road)).elsewhere == (
        "what may be a person, 10 m from the left edge of the picture",
        "what may be a person, 3 m from the left edge of the picture",
    )


@pytest.mark.parametrize(("x1", "told"), [(420, False), (392, False), (388, True)])
def test_stated_cabs_are_masked_and_not_looked_for_and_reach_a_little_further_than_they_do(x1, told):
    road = person(tractor_and_trailer(blank_road()), 400, 1000)
    found = find_people(view(road), profile(cab=[{"box": [300.5, 0, x1, 0]}]))
    assert found.cab_boxes_N4.tolist() == [[300, 0, x1, 210]]
    assert bool(found.elsewhere) == told
    assert found.looked


def test_stated_cabs_are_masked_where_nobody_can_look():
    stated = profile(cab=[{"box": [0, 0.5, 0.25, 1], "unit": "fraction"}])
    shown = view(blank_road(), Quantity.DISPLAY)
    found = find_people(shown, stated)
    assert found.cab_boxes_N4.tolist() == [[0, 105, 175, 210]]
    assert not found.looked
    np.testing.assert_array_equal(stated_cabs(shown, stated), found.cab_boxes_N4)
    assert stated_cabs(shown, profile()).shape == stated_cabs(shown, None).shape == (0, 4)


def test_where_a_stated_cab_lies_outside_of_the_picture_one_is_looked_for():
    found = find_people(view(tractor_and_trailer(blank_road())), profile(cab=[{"box": [5000, 0, 6000, 0]}]))
    assert found.cab_boxes_N4.tolist() == [[30, 40, 140, 200]]


def test_stated_cabs_go_through_volumes():
    volume = View("0", np.ones((1, 3, 70, 80), np.float32), (Channel("single"),), Quantity.TRANSMISSION)
    found = find_people(volume, profile(cab=[{"box": [-10, 0, 0, 0]}]))
    assert found.cab_boxes_N4.tolist() == [[70, 0, 80, 70]]
    assert not found.looked


@pytest.mark.parametrize(("carrier", "seed"), [("van", 2), ("container_40", 1), ("container_40", 2)])
def test_who_drives_a_simulated_vehicle_is_masked_with_the_cab(carrier, seed):
    found = find_people(view(simulated(carrier, seed)[0]))
    assert len(found.cab_boxes_N4) == 1
    assert found.elsewhere == ()
