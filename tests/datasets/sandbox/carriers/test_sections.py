"""Parts that vehicles are built of, against formulas."""

from math import pi

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.sandbox.carriers.sections import (
    Part,
    beam,
    block,
    on_both_sides,
    round_part,
    round_weighing,
    weighing,
)
from datasets.sandbox.physics.materials import STEEL
from datasets.sandbox.shapes import Space, bounds, mass_kg


@given(outer=st.floats(50, 1200), share=st.just(0.0) | st.floats(0.01, 0.97), strips=st.integers(2, 40))
def test_the_mass_of_a_ring_is_exact(outer, share, strips):
    ring = round_part(300, -200, (10, 60), (share * outer, outer), STEEL, 7.85, strips=strips)
    assert mass_kg(ring) == pytest.approx(pi / 4 * outer**2 * (1 - share**2) * 50 * 7.85e-6, rel=1e-9)


@given(outer=st.floats(50, 1200), share=st.just(0.0) | st.floats(0.01, 0.97), strips=st.integers(2, 40))
def test_a_ring_stays_within_its_circle_but_for_the_corners_of_strips(outer, share, strips):
    around = bounds(round_part(300, -200, (10, 60), (share * outer, outer), STEEL, 7.85, strips=strips))
    assert (around.z0, around.z1) == pytest.approx((-200 - outer / 2, -200 + outer / 2))
    assert 300 - outer / 2 - 1e-9 <= around.x0 < around.x1 <= 300 + outer / 2 + 1e-9
    assert around.x0 + around.x1 == pytest.approx(600)


def test_a_ring_is_hollow_and_a_disc_is_not():
    ring = round_part(0, 0, (0, 10), (600, 1000), STEEL, 7.85, strips=40)
    disc = round_part(0, 0, (0, 10), (0, 1000), STEEL, 7.85, strips=40)
    angles = np.linspace(0.013, 2 * pi, 50)
    for boxes, radius, matter in [(ring, 200, 0), (ring, 400, 1), (disc, 200, 1), (disc, 400, 1), (disc, 560, 0)]:
        for x, z in zip(radius * np.cos(angles), radius * np.sin(angles), strict=True):
            assert sum(box.x0 < x < box.x1 and box.z0 < z < box.z1 for box in boxes) == matter


@given(kilograms=st.floats(0.5, 500))
def test_an_outline_has_the_mass_that_it_was_given(kilograms):
    assert weighing((0, 400), (10, 500), (-80, 90), STEEL, kilograms).mass_kg == pytest.approx(kilograms)
    ring = round_weighing(0, 0, (0, 90), (120, 300), STEEL, kilograms, strips=9)
    assert mass_kg(ring) == pytest.approx(kilograms)


def test_a_beam_weighs_what_its_section_does():
    boxes = beam((0, 1000), 400, (-300, 0), flange=(160, 15), web=8)
    assert mass_kg(boxes) == pytest.approx((2 * 160 * 15 + 270 * 8) * 7.85e-3)
    assert bounds(boxes) == Space(0, 1000, 320, 480, -300, 0)


def test_both_sides_are_mirror_images():
    near, far = on_both_sides([block((0, 10), (30, 70), (5, 6))], 2000)
    assert (far.y0, far.y1) == (1930, 1970)
    assert (near.x0, near.x1, near.z0, near.z1) == (far.x0, far.x1, far.z0, far.z1)
    assert on_both_sides([], 2000) == []


def test_parts_add_up_and_move():
    room = Space(0, 10, 0, 10, 0, 10)
    one = Part((block((0, 1), (0, 1), (0, 1)),), {"tyre": (room,), "tank": (room,)})
    both = one + one.moved(50)
    assert [box.x0 for box in both.boxes] == [0, 50]
    assert [space.x0 for space in both.hollows["tyre"]] == [0, 50]
    assert list(both.hollows) == ["tyre", "tank"]
    assert (Part(()) + one).hollows == one.hollows
