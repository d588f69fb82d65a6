"""How visible an object is: opaque on bright, bright on opaque, faint on both."""

import numpy as np
import pytest

from datasets.sandbox.labels import label_insert, labelled
from datasets.sandbox.physics.detector import noise_of, noise_of_log
from datasets.sandbox.physics.materials import LEAD, ORGANIC, STEEL
from datasets.sandbox.physics.projection import project
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.scene import Insert
from datasets.sandbox.shapes import Box
from tests.datasets.sandbox.ordering import field_of

SCANNER = read_scanner()
FIELD = field_of(SCANNER)


def seen(thing, *cargo):
    """The label of one box behind others."""
    insert = Insert("firearm", "metal", "goods", (thing,))
    return label_insert(insert, project((thing, *cargo), FIELD), FIELD, SCANNER)


def slab(deep, material, density):
    return Box(0, 6000, 100, 100 + deep, 0, 2500, material, density)


def test_lead_in_air_stands_out_everywhere():
    label = seen(Box(1000, 1300, 500, 800, 1000, 1300, LEAD, 11.3))
    assert label.attributes["visible_share"] == 1
    assert label.attributes["opaque_share"] == 0
    assert label.visible_xyxy == label.box_xyxy
    assert label.attributes["detectability"] > 50


def test_what_stands_behind_opaque_cargo_is_said_to():
    label = seen(Box(1000, 1300, 1500, 1800, 1000, 1300, STEEL, 2.0), slab(600, STEEL, 7.85))
    assert label.attributes["visible_share"] == 0
    assert label.attributes["opaque_share"] == 1
    assert label.visible_xyxy is None
    assert label.attributes["detectability"] < 0.1


def test_an_object_half_behind_opaque_cargo_is_half_visible():
    wall = Box(900, 1150, 100, 700, 900, 1500, STEEL, 7.85)
    label = seen(Box(1000, 1300, 1500, 1800, 1000, 1300, STEEL, 2.0), wall)
    assert label.attributes["visible_share"] == pytest.approx(0.5, abs=0.06)
    assert label.attributes["opaque_share"] == pytest.approx(0.5, abs=0.06)
    left, _, right, _ = label.visible_xyxy
    assert right == label.box_xyxy[2]
    assert left == pytest.approx((label.box_xyxy[0] + label.box_xyxy[2]) / 2, abs=1)


def test_a_faint_contrast_is_that_of_the_logarithm():
    """Where two levels are close, contrast over noise is the same in transmission and in -ln T."""
    whole = np.full((3, 4), 0.3, np.float32)
    shown = whole * np.float32(0.99)
    label = labelled("firearm", np.ones((3, 4), bool), shown, whole, SCANNER, {})
    wanted = -np.log(0.99) / noise_of_log(whole, SCANNER)[0, 0]
    assert label.attributes["detectability"] == pytest.approx(wanted, rel=0.01)


def test_rows_with_less_dose_show_less():
    whole = np.full((2, 6), 0.3, np.float32)
    whole[:, 3:] = 0.3001
    mask = np.ones((2, 6), bool)
    full, dim = (
        labelled("firearm", mask, whole * np.float32(0.995), whole, SCANNER, {}, dose).attributes["detectability"]
        for dose in (np.ones(2), np.full(2, 0.25))
    )
    assert dim == pytest.approx(full / 2, rel=0.02)


def test_noise_of_transmission_is_that_of_quanta_and_electronics():
    noise = noise_of(np.array([[0.0, 1.0]], np.float32), SCANNER)[0]
    assert noise[0] == pytest.approx(SCANNER.electronic_counts.value / SCANNER.air_counts, rel=1e-5)
    assert noise[1] > 5 * noise[0]


def test_organic_matter_in_air_is_seen_in_its_own_bounds():
    thing = Box(1000, 1300, 500, 800, 1000, 1300, ORGANIC, 0.5)
    label = seen(thing)
    # The beam rises by four degrees, and pixels that the edges touch count.
    assert label.mask_HW.sum() == pytest.approx((300 + 12) * (300 + 300 * np.sin(np.radians(4)) + 12) / 12**2, rel=0.03)
    assert label.attributes["mass_kg"] == pytest.approx(thing.mass_kg, abs=0.006)
