"""Who drives: mass, build, place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.sandbox.carriers.person import TISSUE, seated
from datasets.sandbox.carriers.traffic import CARRIERS
from datasets.sandbox.shapes import bounds, mass_kg
from tests.datasets.sandbox.carriers.test_carriers import build


@given(mass=st.floats(40, 150))
def test_a_person_has_the_mass_that_was_asked_for(mass):
    assert mass_kg(seated(100, 200, 300, mass)) == pytest.approx(mass)


def test_an_average_person_is_of_human_size():
    x, y, z = bounds(seated(0, 0, 0, 80)).size
    assert 700 < x < 1000  # from the back to the feet
    assert 400 < y < 650  # shoulders and arms
    assert 1100 < z < 1350  # seated height and shanks


def test_a_person_faces_the_way_of_travel():
    around = bounds(seated(1000, 500, 0, 80))
    assert 1000 - around.x0 > 3 * (around.x1 - 1000)


def test_a_heavier_person_is_larger_all_round():
    light, heavy = bounds(seated(0, 0, 0, 60)).size, bounds(seated(0, 0, 0, 120)).size
    assert np.allclose(np.array(heavy) / np.array(light), 2 ** (1 / 3))


def driver_of(carrier):
    return [box for box in carrier.boxes if box.material == TISSUE]


@pytest.mark.parametrize("name", ["container_40", "two_20", "reefer_40", "van"])
def test_somebody_drives_or_has_left(name):
    found = [build(name, seed) for seed in range(40)]
    driven = [carrier for carrier in found if driver_of(carrier)]
    assert 0 < len(driven) < len(found)
    for carrier in driven:
        around = bounds(driver_of(carrier))
        assert 50 < mass_kg(driver_of(carrier)) < 125
        assert carrier.seen.x0 < around.x0 < around.x1 < carrier.units[0].inside.x0


def test_nobody_rides_on_wagons_and_pallets():
    for name in ("wagon_40", "wagon_two_20", "pallet", "pallets_two", "container_20"):
        assert name in CARRIERS
        assert not any(driver_of(build(name, seed)) for seed in range(10))
