"""The standard test piece in three real scans: classes and steps, each scan judged with the beams of the other two.

What does not work is named here and in docs/results.md: thick steel, whose low energy has nearly met the floor, and a
plate over a block of which nothing is seen beside it.
"""

import itertools

import pytest

from tools.test_piece.measure import GOOD, beam_without, behind_steel_figures, sample_figures, step_figures
from tools.test_piece.scans import attenuation, read_pieces

pytestmark = pytest.mark.real

NOT_TOLD = {"test 6, steel", "test 7, plate over the block"}
HIDDEN_STEP = ("20191228_113805_107", "34 mm")


@pytest.fixture(scope="module")
def pieces(real_data):
    return {piece.scan: (piece, attenuation(scan)) for piece, scan in read_pieces(real_data)}


@pytest.fixture(scope="module", params=["20191228_105350_52", "20191228_113805_107", "20191228_114201_114"])
def judged(request, pieces):
    return (*pieces[request.param], beam_without(request.param, pieces))


def test_samples_have_their_class_after_stripping(judged):
    figures = {row.name: row for row in sample_figures(*judged)}
    assert len(figures) >= 11
    missed = {name for name, row in figures.items() if row.right < GOOD}
    assert missed <= NOT_TOLD


def test_aluminium_and_organic_samples_have_numbers_of_their_kind(judged):
    for row in sample_figures(*judged):
        if row.name.startswith("aluminium"):
            assert 11.5 < row.number < 15.5, row
        elif row.wanted == "organic":
            assert 5 <= row.number < 9, row


def test_steel_steps_come_out_in_order(judged):
    steps = [step for step in step_figures(*judged) if (step.scan, step.name) != HIDDEN_STEP]
    assert len(steps) >= 5
    densities = [step.areal_density_g_cm2 for step in steps]
    assert densities == sorted(densities)
    assert min(later - earlier for earlier, later in itertools.pairwise(densities)) > 1.0


def test_samples_behind_thin_steel_keep_their_class(judged):
    for row in behind_steel_figures(*judged):
        if row.name.endswith("1.6 mm"):
            assert row.right > 0.8, row
