"""Strokes of one value: letters drawn into noise are found whole, noise and wide areas are not."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.anonymisation.lines import Line
from imaging.anonymisation.plateaus import plateaus_of, strokes_of, whole_line

TYPES = (np.uint8, np.uint16, np.int32, np.float32, np.float64)


def noise(dtype=np.uint16, channels=1, size_hw=(80, 160), seed=0):
    return np.random.default_rng(seed).normal(120, 40, (channels, *size_hw)).clip(0, 250).astype(dtype) * dtype(2)


def letters(size_hw=(80, 160), text="MSKU 48", thickness=3):
    drawn = cv2.putText(
        np.zeros(size_hw, np.uint8), text, (8, 50), cv2.FONT_HERSHEY_SIMPLEX, 1, 255, thickness, cv2.LINE_8
    )
    return drawn == 255


@pytest.mark.parametrize("dtype", [np.bool_, *TYPES])
@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 40), (3, 40, 1), (4, 50, 50)])
def test_a_picture_of_one_value_has_no_strokes(dtype, shape):
    assert plateaus_of(np.ones(shape, dtype)) is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_noise_that_is_measured_has_none(dtype):
    assert plateaus_of(np.random.default_rng(1).normal(size=(1, 200, 300)).astype(dtype)) is None
    assert plateaus_of(np.full((1, 9, 9), np.nan, dtype)) is None


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("channels", [1, 2, 3, 5])
def test_letters_of_one_value_are_found_whole_in_noise_as_bright_as_they_are(dtype, channels):
    image, text = noise(dtype, channels), letters()
    image[:, text] = 240
    before = image.copy()
    found = plateaus_of(image)
    np.testing.assert_array_equal(image, before)
    assert (found.shape, found.dtype, found.flags.c_contiguous) == ((80, 160, 3), np.uint8, True)
    assert set(np.unique(found)) == {0, 255}
    assert (found[text] == 255).mean() > 0.99
    assert (found[~text] == 255).mean() < 0.01


def test_one_channel_that_differs_makes_no_stroke():
    image, text = noise(channels=3), letters()
    image[:2, text] = 240
    assert plateaus_of(image) is None


def test_what_is_nearly_flat_as_a_lossy_format_leaves_it_has_hardly_any():
    blocks = np.random.default_rng(2).integers(250, 256, (1, 27, 54), np.uint8)
    image = blocks.repeat(3, axis=1).repeat(3, axis=2)[:, :80, :160].copy()
    assert (plateaus_of(image) == 255).mean() < 0.08  # all of it, did strokes that touch others count
    text = letters()
    edge = (cv2.dilate(text.astype(np.uint8), np.ones((3, 3))) > 0) & ~text  # as of letters drawn smoothly
    image[0, edge] = np.random.default_rng(3).integers(60, 230, np.count_nonzero(edge))
    image[0, text] = 40
    found = plateaus_of(image)[..., 0] == 255
    assert found[text].mean() > 0.8
    assert found[~text].mean() < 0.08


def test_areas_wider_than_a_stroke_are_left_out_to_their_edge_and_cores_of_letters_on_them_stay():
    image, text = noise(), letters()
    image[0, :, 60:] = 500  # air, saturated
    assert plateaus_of(image) is None
    image[0, text] = 498
    found = plateaus_of(image)[..., 0] == 255
    assert found[text].mean() > 0.6
    for y, x in ((5, 60), (5, 159), (79, 100), (0, 130)):  # its edges, and the picture's
        assert not found[y, x]


@pytest.mark.parametrize(("width", "is_stroke"), [(2, True), (16, True), (17, False), (30, False)])
def test_how_wide_a_stroke_may_be(width, is_stroke):
    image = noise(size_hw=(90, 90))
    image[0, 20:70, 30 : 30 + width] = 240
    assert (plateaus_of(image) is not None) == is_stroke


@pytest.mark.parametrize(("length", "is_stroke"), [(3, False), (4, True)])
def test_how_many_pixels_a_stroke_has(length, is_stroke):
    image = np.arange(900, dtype=np.int32).reshape(1, 30, 30)
    image[0, 10:12, 5 : 5 + length] = -1
    assert (plateaus_of(image) is not None) == is_stroke


@given(seed=st.integers(0, 99), offset=st.integers(1, 9000), turns=st.integers(0, 3))
def test_neither_level_nor_direction_matters(seed, offset, turns):
    image, text = noise(seed=seed), letters()
    image[0, text] = 240
    found = plateaus_of(image)
    np.testing.assert_array_equal(plateaus_of(image + np.uint16(offset)), found)
    turned = plateaus_of(np.ascontiguousarray(np.rot90(image, turns, (1, 2))))
    np.testing.assert_array_equal(turned, np.rot90(found, turns))


def followed(line, image):
    return whole_line(line, image, strokes_of(image))


def word(gap=14, value=240, dtype=np.uint16, turns=0):
    """Six bars of 6 x 12 pixels, `gap` from the beginning of one to that of the next, from x = 20 at y 30 to 42."""
    image = noise(dtype, size_hw=(80, 200))
    for number in range(6):
        image[0, 30:42, 20 + gap * number : 26 + gap * number] = value
    return np.ascontiguousarray(np.rot90(image, -turns, (1, 2)))


SEEN = Line(52.5, 35.5, 40.0, 16.0, 0.0)  # the second to the fourth


def test_a_line_goes_on_as_far_as_there_are_letters_of_its_value():
    line = followed(SEEN, word())
    x0, y0, x1, y1 = line.box()
    assert (y0, y1, line.height, line.angle) == (27.5, 43.5, 16.0, 0.0)
    assert x0 == pytest.approx(20, abs=1)
    assert x1 == pytest.approx(20 + 5 * 14 + 5, abs=1)


def test_it_goes_on_whichever_way_it_runs():
    upwards = followed(Line(80 - 1 - 35.5, 52.5, 40.0, 16.0, 90.0), word(turns=1))
    assert upwards.box() == pytest.approx([36 - 0.5, 20, 52 - 0.5, 95], abs=1)
    backwards = followed(Line(52.5, 35.5, 40.0, 16.0, 180.0), word())
    assert backwards.box() == pytest.approx([20, 27.5, 95, 43.5], abs=1)


def test_it_ends_where_a_gap_is_wider_than_it_is_high():
    near, far = word(), word()
    near[0, 30:42, 95 + 16 : 95 + 22] = 240
    far[0, 30:42, 95 + 18 : 95 + 24] = 240
    assert followed(SEEN, near).box()[2] == pytest.approx(116, abs=1)
    assert followed(SEEN, far).box()[2] == pytest.approx(95, abs=1)


def test_strokes_beside_it_of_another_value_or_in_noise_alone_are_not_followed():
    image = word()
    image[0, 30:42, 20:26] = image[0, 30:42, 90:96] = 244
    image[0, 10:20, 90:160] = image[0, 50:60, 90:160] = 240
    assert followed(SEEN, image).box() == pytest.approx([32.5, 27.5, 81, 43.5], abs=1)
    assert followed(SEEN, noise(size_hw=(80, 200))) == SEEN
    assert followed(SEEN, np.full((1, 80, 200), 240, np.uint16)) == SEEN
    many = word()
    for number in range(6):
        many[0, 30:42, 20 + 14 * number : 26 + 14 * number] = 240 + number
    assert followed(SEEN, many) == SEEN


def test_what_letters_stand_on_is_not_followed():
    image = word()
    ground = (slice(22, 50), slice(10, 160))  # in patches thinner than a wide area
    image[0][ground] = 500
    image[0, 22:50, 10:160:12] = np.arange(28 * 13).reshape(28, 13)
    assert strokes_of(image)[ground].mean() > 0.8
    assert followed(SEEN, image) == SEEN


@pytest.mark.parametrize("where", [(-50.0, 35.5), (400.0, 35.5), (52.5, -90.0), (52.5, 300.0)])
def test_a_line_outside_of_the_picture_stays(where):
    line = Line(*where, 10.0, 4.0, 30.0)
    assert followed(line, word()) == line
