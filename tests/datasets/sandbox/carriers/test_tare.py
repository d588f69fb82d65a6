"""Masses near published ones: makers' and lessors' tare plates, rounded."""

import numpy as np
import pytest

from datasets.sandbox.carriers.tractor import tractor
from datasets.sandbox.carriers.traffic import CARRIERS
from datasets.sandbox.carriers.trailer import coupling_mm, trailer
from datasets.sandbox.carriers.wagon import wagon
from datasets.sandbox.carriers.wheels import TRAILER, TRUCK, TWIN, VAN, road_wheel, wheelset
from datasets.sandbox.shapes import mass_kg

TARES_KG = {
    "container_20": 2200, "container_40": 3750, "container_40_high": 3900, "two_20": 2200, "reefer_40": 4600,
    "van": 2000, "pallet": 25, "pallets_two": 25,
}  # fmt: skip
WITHIN = 0.15


@pytest.mark.parametrize("name", TARES_KG)
def test_units_are_as_heavy_as_their_plates_say(name):
    for seed in range(3):
        for unit in CARRIERS[name].build(np.random.default_rng(seed)).units:
            assert mass_kg(unit.shell) == pytest.approx(TARES_KG[name], rel=WITHIN)


@pytest.mark.parametrize("gooseneck", [True, False])
def test_a_skeletal_trailer_weighs_four_to_five_tonnes(gooseneck):
    part = trailer((89.0, 12_103.0), np.random.default_rng(0), gooseneck=gooseneck)
    assert mass_kg(part.boxes) == pytest.approx(4500, rel=WITHIN)


def test_a_tractor_weighs_seven_to_eight_tonnes():
    for seed in range(12):
        drawn = tractor(coupling_mm(gooseneck=True), np.random.default_rng(seed), driven=False)
        assert mass_kg(drawn.part.boxes) == pytest.approx(7500, rel=WITHIN)


def test_a_wagon_of_sixty_feet_weighs_twenty_tonnes():
    assert mass_kg(wagon().boxes) == pytest.approx(20_000, rel=WITHIN)


@pytest.mark.parametrize(("wheel", "kilograms"), [(TRUCK, 62), (TWIN, 124), (TRAILER, 76), (VAN, 18)])
def test_tyres_are_as_heavy_as_makers_say(wheel, kilograms):
    boxes = road_wheel(wheel, 0, 0, 0).boxes
    assert mass_kg(box for box in boxes if ("rubber", 0.8) in box.material) == pytest.approx(kilograms, rel=0.2)


def test_a_wheelset_of_the_rails_weighs_over_a_tonne():
    assert mass_kg(wheelset(0, 0, 1219)) == pytest.approx(1250, rel=WITHIN)
