"""Colours stay apart for every eye, by a simulation that the project does not use itself."""

import itertools

import cv2
import numpy as np
import pytest

from imaging import Channel, Mark, Quantity, View, draw_marks
from imaging.display import show
from imaging.palettes import LANES, MARKS, NO_DATA, PALETTES

# Severity 1.0 of Machado, Oliveira and Fernandes, IEEE TVCG 15:1291, 2009; they act on linear RGB.
CONDITIONS = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
APART = 20.0  # CIE76 difference: some ten times what is just seen side by side


def seen(colour, condition):
    """CIE L*a*b* (D65) of a colour as an eye with that condition sees it."""
    value = np.array(colour, np.float64) / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    light = np.clip(CONDITIONS[condition] @ linear, 0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return cv2.cvtColor(encoded.astype(np.float32).reshape(1, 1, 3), cv2.COLOR_RGB2LAB).ravel()


def least_difference(colours, condition):
    pairs = itertools.combinations(colours, 2)
    return min(float(np.linalg.norm(seen(a, condition) - seen(b, condition))) for a, b in pairs)


def test_the_simulation_itself_confuses_red_and_green():
    assert least_difference([(170, 60, 30), (95, 100, 30)], "normal") > 50
    assert least_difference([(170, 60, 30), (95, 100, 30)], "protanopia") < APART


@pytest.mark.parametrize("condition", CONDITIONS)
def test_marks_stay_apart(condition):
    assert least_difference([style.colour for style in MARKS.values()], condition) > APART


@pytest.mark.parametrize("condition", CONDITIONS)
def test_text_stays_apart_from_the_mark_under_it(condition):
    for style in MARKS.values():
        assert abs(seen(style.colour, condition)[0] - seen(style.text, condition)[0]) > 35


def test_marks_differ_in_their_lines_as_well():
    assert len({style.dash for style in MARKS.values()}) == len(MARKS)
    white = np.full((300, 400, 3), 255, np.uint8)
    gaps = []
    for kind, style in MARKS.items():
        drawn = draw_marks(white, [Mark((100, 100, 300, 200), "", kind)], None)
        row = (drawn == style.colour).all(axis=-1).sum(axis=1).argmax()
        gaps.append(int(np.abs(np.diff((drawn[row] == style.colour).all(axis=-1).astype(int))).sum()))
    assert len(set(gaps)) == len(gaps)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_lanes_stay_apart(condition):
    assert least_difference(LANES.values(), condition) > 10


def material_colours(name, high):
    """What the view shows of organic, mixed and metal of one attenuation."""
    colours = []
    for ratio in (1.1, 1.55, 2.2):
        pixels = np.exp(-np.stack([np.full((9, 9), ratio * high), np.full((9, 9), high)])).astype(np.float32)
        view = View("0", pixels, (Channel("low"), Channel("high")), Quantity.TRANSMISSION)
        colours.append(tuple(int(value) for value in show(view, name)[4, 4]))
    return colours


@pytest.mark.parametrize("high", [0.6, 0.8, 1.0])
@pytest.mark.parametrize("condition", CONDITIONS)
def test_the_second_palette_tells_materials_apart_for_every_eye(condition, high):
    assert least_difference(material_colours("material_orange_blue", high), condition) > APART


def test_screeners_colours_are_not_for_every_eye():
    """Why there is a second palette."""
    assert min(least_difference(material_colours("material", 0.8), condition) for condition in CONDITIONS) < APART


def test_missing_pixels_look_like_nothing_else():
    others = [colour for palette in PALETTES.values() for colour in (palette.organic, palette.mixed, palette.metal)]
    others += [(level, level, level) for level in range(0, 256, 15)]
    assert min(least_difference([NO_DATA, other], "normal") for other in others) > APART
