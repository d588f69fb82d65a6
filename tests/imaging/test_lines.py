import numpy as np
import pytest

from imaging import NoPhysics, Quantity, UnsupportedScan
from imaging.law import Law
from imaging.lines import by_element, linear_CEL


def test_rows_stay_and_columns_turn_and_turn_back():
    array = np.arange(24).reshape(2, 3, 4)
    assert by_element(array, "rows") is array
    assert by_element(array, "columns").shape == (2, 4, 3)
    assert np.array_equal(by_element(by_element(array, "columns"), "columns"), array)


def test_another_axis_is_refused():
    with pytest.raises(UnsupportedScan, match="rows or the columns"):
        by_element(np.zeros((2, 2)), "depth")


@pytest.mark.parametrize("quantity", [Quantity.COUNTS, Quantity.TRANSMISSION])
def test_values_along_the_detector(view_of, quantity):
    pixels = np.arange(24, dtype=np.uint16).reshape(2, 3, 4)
    values = linear_CEL(view_of(pixels, quantity), "columns")
    assert values.dtype == np.float32
    assert values[1, 3, 2] == pixels[1, 2, 3] == 23


@pytest.mark.parametrize("quantity", [Quantity.DISPLAY, Quantity.UNKNOWN, Quantity.ATTENUATION])
def test_other_numbers_are_refused(view_of, quantity):
    with pytest.raises(NoPhysics, match=f"of {quantity.value}"):
        linear_CEL(view_of(np.ones((1, 4, 4)), quantity))


def test_a_volume_and_a_power_law_are_refused(view_of):
    with pytest.raises(NoPhysics, match="radiograph"):
        linear_CEL(view_of(np.ones((1, 4, 4, 4))))
    with pytest.raises(NoPhysics, match="under a power law"):
        linear_CEL(view_of(np.ones((1, 4, 4)), law=Law(gamma=2.0)))
