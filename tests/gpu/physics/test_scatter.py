import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from datasets.sandbox.physics.detector import scattered
from datasets.sandbox.physics.scanner import read_scanner
from gpu.physics.scatter import RandomScatter, _row_means
from tests.gpu.batches import generator_of
from tests.gpu.pictures import batch_of_pictures, padding_of, pictures_of, waves

SCANNER = read_scanner()
REACH_MM = SCANNER.scatter_reach_mm.value


def lit(batch, level=SCANNER.scatter.value, reach_mm=REACH_MM, **arguments):
    transform = RandomScatter(1.0, (level, level), (reach_mm, reach_mm), **arguments)
    return transform.apply(batch, transform.sample(batch, generator_of(0)))


def test_as_much_light_as_the_simulator_adds():
    pictures = waves(90, 33).clip(0.001, 1), waves(20, 64, seed=1).clip(0.001, 1), waves(1, 3, seed=2).clip(0.001, 1)
    after = lit(batch_of_pictures(*pictures, pitch_mm=SCANNER.pitch_mm.value))
    for found, picture in zip(pictures_of(after), pictures, strict=True):
        want = scattered(picture, 1.0, SCANNER)
        assert want.max() > 5e-4
        np.testing.assert_allclose(found - picture, want, rtol=0, atol=2e-7)
    assert (padding_of(after) == 1).all()


def test_none_in_air_and_most_behind_one_mean_free_path():
    levels = np.exp(-np.array([0, 0.5, 1, 2, 5, 50]))
    air, *plates = (
        found - level
        for found, level in zip(
            pictures_of(lit(batch_of_pictures(*[np.full((1, 9, 9), level) for level in levels]), level=0.1)),
            levels.astype(np.float32),
            strict=True,
        )
    )
    assert not air.any()
    light = [plate.mean() for plate in plates]
    np.testing.assert_allclose(light, 0.1 * (-np.log(levels) * levels)[1:], atol=1e-6)
    assert max(light) == light[1]
    assert not pictures_of(lit(batch_of_pictures(np.zeros((1, 9, 9)))))[0].any()


def test_light_stays_in_its_column():
    picture = np.ones((1, 40, 9), np.float32)
    picture[0, 20, 4] = 0.4
    found = pictures_of(lit(batch_of_pictures(picture, pitch_mm=90.0), level=0.1))[0] - picture
    assert found[0, :, 4].any()
    assert not np.delete(found[0], 4, axis=1).any()
    # Five places either way, twice: a triangle that reaches ten.
    assert found[0, :, 4].nonzero()[0].tolist() == list(range(10, 31))
    assert found.sum() == pytest.approx(0.1 * -np.log(0.4) * 0.4, rel=1e-3)


def test_unknown_pitch_is_the_one_given():
    picture = waves(60, 5)
    known, unknown = lit(batch_of_pictures(picture, pitch_mm=30.0)), lit(batch_of_pictures(picture), pitch_mm=30.0)
    assert known.image_BCHW.equal(unknown.image_BCHW)
    assert not known.image_BCHW.equal(lit(batch_of_pictures(picture), pitch_mm=3.0).image_BCHW)


def test_light_brings_the_noise_of_its_quanta():
    picture = np.full((1, 300, 300), np.exp(-1))
    bright = pictures_of(lit(batch_of_pictures(picture), level=0.1))[0] - picture
    noise = pictures_of(lit(batch_of_pictures(picture, quanta=1e4), level=0.1))[0] - picture - bright
    assert noise.var() == pytest.approx(bright.mean() / 1e4, rel=0.02)


@given(st.integers(1, 12), st.integers(0, 6), st.integers(1, 20))
def test_row_means_hold_the_edges(rows, padding, half):
    (found,) = _row_means(torch.tensor([float(half)]), torch.tensor([rows]), rows + padding)
    want = np.zeros((rows, rows + padding))
    for row in range(rows):
        for place in range(row - half, row + half + 1):
            want[row, min(max(place, 0), rows - 1)] += 1 / (2 * half + 1)
    np.testing.assert_allclose(found[:rows], want, atol=1e-6)
