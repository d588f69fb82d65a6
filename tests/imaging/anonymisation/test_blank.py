"""Areas made one value: nothing of what was in them is left, and nothing outside of them changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging.anonymisation.blank import blank, whole_pixels, write_blanked
from imaging.errors import UnsupportedScan
from imaging.formats import DEFAULT_LIMITS
from imaging.reading.decoding import read_picture

TYPES = (np.bool_, np.uint8, np.uint16, np.int32, np.float32, np.float64)
NONE = np.zeros((0, 4))

numbers = st.one_of(st.floats(-40, 60), st.sampled_from([np.nan, np.inf, -np.inf, 1e308, -1e308]))
boxes = st.lists(st.tuples(numbers, numbers, numbers, numbers), max_size=6)
shapes = st.one_of(
    st.tuples(st.integers(1, 4), st.integers(1, 20), st.integers(1, 20)),
    st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 12), st.integers(1, 12)),
)
pictures = st.tuples(st.sampled_from(TYPES), shapes, st.integers(0, 2**32 - 1)).map(lambda made: picture(*made))


def picture(dtype, shape, seed=0):
    values = np.random.default_rng(seed).integers(0, 200, shape)
    return (values % 2).astype(dtype) if dtype is np.bool_ else values.astype(dtype)


def touched(boxes_N4, size_hw):
    """Pixels that share an area with a box, each asked for itself; an end that is no number reaches to the edge."""
    result = np.zeros(size_hw, bool)
    for y, x in np.ndindex(*size_hw):
        for x0, y0, x1, y1 in boxes_N4:
            right, below = not (x0 >= x + 1 or x1 <= x), not (y0 >= y + 1 or y1 <= y)
            proper = not (np.ceil(x1) <= np.floor(x0) or np.ceil(y1) <= np.floor(y0))
            result[y, x] |= right and below and proper
    return result


@pytest.mark.parametrize("dtype", TYPES)
def test_no_box_changes_nothing(dtype):
    image = picture(dtype, (2, 5, 7))
    result = blank(image, NONE)
    assert result.dtype == dtype
    assert result is not image
    np.testing.assert_array_equal(result, image)


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 1, 9), (2, 6, 6), (1, 4, 6, 6)])
def test_a_picture_that_is_covered_whole_becomes_zero(dtype, shape):
    result = blank(np.ones(shape, dtype), np.array([[-5, -5, 100, 100]]))
    assert result.dtype == dtype
    assert not result.any()


def test_a_channel_takes_the_median_of_three_pixels_around_the_box():
    image = np.zeros((2, 20, 20), np.uint16)
    image[0, 5:15, 5:15] = 300  # the ring, from 6 to 14 without the box, and one more
    image[1] = np.arange(20)
    result = blank(image, np.array([[8.0, 8.0, 12.0, 12.0]]))
    np.testing.assert_array_equal(result[0, 8:12, 8:12], 300)
    np.testing.assert_array_equal(result[1, 8:12, 8:12], 10)  # columns 5 to 14, the later of the two in the middle
    image[0, 7, 7] = 65_535  # one of 84 pixels around it tells nothing
    np.testing.assert_array_equal(blank(image, np.array([[8, 8, 12, 12]]))[0, 8:12, 8:12], 300)


def test_the_third_pixel_around_the_box_counts():
    image = np.full((1, 9, 9), 7, np.uint8)
    image[0, 2:7, 2:7] = 3  # 24 pixels, as many as those around them
    assert blank(image, np.array([[4, 4, 5, 5]]))[0, 4, 4] == 7


def test_what_is_further_away_than_three_pixels_does_not_count():
    image = np.full((1, 20, 20), 9, np.uint8)
    image[0, 5:15, 5:15] = 4
    assert blank(image, np.array([[8, 8, 12, 12]]))[0, 9, 9] == 4
    assert blank(image, np.array([[5, 5, 15, 15]]))[0, 9, 9] == 9


def test_a_box_within_another_takes_the_same_value():
    image = np.full((1, 40, 60), 50, np.uint8)
    image[0, 10:30, 10:50] = 200
    for boxes_N4 in ([[10, 10, 50, 30], [20, 15, 30, 20]], [[20, 15, 30, 20], [10, 10, 50, 30]]):
        np.testing.assert_array_equal(blank(image, np.array(boxes_N4)), 50)


def test_boxes_side_by_side_are_one_area_and_boxes_apart_are_two():
    image = np.repeat(np.repeat(np.array([[[10, 90]]], np.uint8), 20, axis=1), 20, axis=2)
    beside = blank(image, np.array([[10, 5, 20, 15], [20, 5, 30, 15]]))
    assert len(np.unique(beside[0, 5:15, 10:30])) == 1
    apart = blank(image, np.array([[5, 5, 15, 15], [25, 5, 35, 15]]))
    np.testing.assert_array_equal(apart, image)


def test_numbers_that_are_none_are_left_out_of_the_median():
    image = np.full((1, 9, 9), np.nan, np.float32)
    assert blank(image, np.array([[3, 3, 6, 6]]))[0, 4, 4] == 0
    image[0, 2, 2:5], image[0, 6, 6] = (7, 8, np.inf), -np.inf
    assert blank(image, np.array([[3, 3, 6, 6]]))[0, 4, 4] == 8


def test_boxes_go_through_all_slices_of_a_volume_with_one_value():
    volume = np.stack([np.full((6, 10, 10), 3), np.full((6, 10, 10), 4)]).astype(np.int32)
    volume[:, :, 4:6, 4:6] = 9
    result = blank(volume, np.array([[4, 4, 6, 6]]))
    np.testing.assert_array_equal(result[0], 3)
    np.testing.assert_array_equal(result[1], 4)


def test_an_end_that_is_no_number_blanks_too_much_rather_than_too_little():
    image = np.arange(1, 101, dtype=np.int32).reshape(1, 10, 10)
    changed = blank(image, np.array([[np.nan, 2, 3, 4]]))[0] != image[0]
    assert changed[2:4, :3].sum() >= 5  # one of six may be the median itself
    assert not changed[:2].any()
    assert not changed[2:4, 3:].any()
    assert not blank(image, np.full((1, 4), np.nan)).any()


@given(image=pictures, boxes_N4=boxes)
def test_pixels_outside_of_boxes_stay_bit_for_bit_and_blanking_again_changes_nothing(image, boxes_N4):
    before = image.tobytes()
    boxes_N4 = np.array(boxes_N4, np.float64).reshape(-1, 4)
    result = blank(image, boxes_N4)
    covered = touched(boxes_N4, image.shape[-2:])
    assert image.tobytes() == before
    assert result.dtype == image.dtype
    np.testing.assert_array_equal(result[..., ~covered], image[..., ~covered])
    np.testing.assert_array_equal(blank(result, boxes_N4), result)


@given(image=pictures, box=st.tuples(numbers, numbers, numbers, numbers))
def test_one_box_holds_one_value_a_channel(image, box):
    covered = touched([box], image.shape[-2:])
    for plane in blank(image, np.array([box])):
        assert len(np.unique(plane[..., covered])) <= 1


@given(boxes_N4=boxes, size_hw=st.tuples(st.integers(1, 20), st.integers(1, 20)))
def test_whole_pixels_are_those_that_a_box_touches(boxes_N4, size_hw):
    whole_N4 = whole_pixels(boxes_N4, size_hw)
    drawn = np.zeros(size_hw, bool)
    for x0, y0, x1, y1 in whole_N4:
        assert 0 <= x0 < x1 <= size_hw[1]
        assert 0 <= y0 < y1 <= size_hw[0]
        assert {x0 % 1, y0 % 1, x1 % 1, y1 % 1} == {0}
        drawn[int(y0) : int(y1), int(x0) : int(x1)] = True
    np.testing.assert_array_equal(drawn, touched(boxes_N4, size_hw))


def test_whole_pixels_of_nothing():
    assert whole_pixels([], (4, 4)).shape == (0, 4)
    assert whole_pixels([(2, 2, 2, 3), (3, 3, 1, 4), (9, 0, 12, 4)], (4, 4)).shape == (0, 4)


@pytest.mark.parametrize(
    ("name", "dtype", "channels"),
    [("a.png", np.uint8, 1), ("a.PNG", np.uint16, 3), ("a.tif", np.uint16, 2), ("a", np.float32, 1)],
)
def test_what_is_written_is_read_back_bit_for_bit_and_always_the_same_bytes(tmp_path, name, dtype, channels):
    image = blank(picture(dtype, (channels, 6, 8)), np.array([[1, 1, 3, 3]]))
    first = write_blanked(image, tmp_path / name).read_bytes()
    (again := tmp_path / "again").mkdir()
    assert write_blanked(image, again / name).read_bytes() == first
    planes_CHW = read_picture(tmp_path / name, None, DEFAULT_LIMITS, ())[0].planes
    assert planes_CHW.dtype == dtype
    np.testing.assert_array_equal(planes_CHW, image)


def test_what_a_format_cannot_hold_is_refused(tmp_path):
    with pytest.raises(UnsupportedScan):
        write_blanked(np.zeros((1, 4, 4), np.float32), tmp_path / "a.png")
    assert not list(tmp_path.iterdir())
