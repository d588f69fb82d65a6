import cv2
import numpy as np
import pytest

from imaging.quality.not_a_scan import is_noise, is_page, neighbour_likeness


def page(size=0.6, paper=250, ink=15, shape=(700, 600), words="the goods are in the container"):
    picture = np.full(shape, paper, np.uint8)
    for line in range(40, shape[0] - 20, round(45 * size) + 6):
        cv2.putText(picture, words, (20, line), cv2.FONT_HERSHEY_SIMPLEX, size, ink, 1, cv2.LINE_AA)
    return np.stack([picture] * 3).astype(np.float32) / 255


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 0, 0), (2, 3, 9)])
def test_tiny_pictures_are_not_judged(shape):
    assert neighbour_likeness(np.ones(shape, np.float32)) == 1


def test_equal_values_are_alike():
    assert neighbour_likeness(np.full((1, 20, 20), 0.5, np.float32)) == 1


@pytest.mark.parametrize("shape", [(2, 60, 80), (1, 1, 4000), (1, 4000, 1)])
def test_noise_is_not_alike(shape):
    noise = np.random.default_rng(0).random(shape, np.float32)
    assert abs(neighbour_likeness(noise)) < 0.15
    assert is_noise(neighbour_likeness(noise))


def test_stripes_are_alike_along_themselves():
    stripes = np.random.default_rng(0).random((1, 60, 1), np.float32) * np.ones((1, 1, 80), np.float32)
    assert neighbour_likeness(stripes) == pytest.approx(1)
    assert neighbour_likeness(stripes.swapaxes(1, 2)) == pytest.approx(1)


def test_one_channel_with_a_picture_is_enough():
    planes = np.random.default_rng(0).random((2, 60, 80), np.float32)
    planes[1] = np.linspace(0, 1, 80)
    assert not is_noise(neighbour_likeness(planes))


@pytest.mark.parametrize("size", [0.4, 0.7, 1.2])
@pytest.mark.parametrize(("paper", "ink"), [(250, 15), (20, 230)])
def test_a_page_of_text_is_a_page(size, paper, ink):
    assert is_page(page(size, paper, ink))


def test_nearly_empty_paper_is_no_page():
    assert not is_page(page(words="."))
    assert not is_page(np.ones((3, 50, 50), np.float32))


def test_a_picture_on_the_page_makes_it_none():
    mixed = page()
    mixed[:, 200:500, 100:500] = 0.2
    assert not is_page(mixed)


def test_coloured_letters_are_no_page():
    coloured = page()
    coloured[0] = 1
    assert not is_page(coloured)


def test_a_wire_mesh_is_no_page():
    """Thin and grey, but all in one piece."""
    mesh = np.ones((1, 600, 600), np.float32)
    mesh[:, ::30] = mesh[:, :, ::30] = 0.2
    assert not is_page(mesh)


def test_a_picture_without_a_level_of_paper_is_no_page():
    assert not is_page(np.random.default_rng(0).random((1, 60, 80), np.float32))


def test_numbers_whose_squares_are_none():
    noise = np.random.default_rng(0).normal(0, 1e30, (1, 32, 32)).astype(np.float32)
    assert is_noise(neighbour_likeness(noise))
    assert not is_noise(neighbour_likeness(noise.cumsum(axis=1).cumsum(axis=2)))
