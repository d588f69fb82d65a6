from dataclasses import replace

import numpy as np
import pytest

from datasets.pool import read_pool
from datasets.pool.contact_sheet import contact_sheet
from datasets.sandbox import Rates, generate, read_scanner
from tests.datasets.sandbox.ordering import order_of


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sheet") / "pool"
    generate(folder, order_of(2, Rates(1, 0, 0), read_scanner().at_pitch(40.0)), scans=4)
    return read_pool(folder)


def test_one_tile_and_four(pool):
    one, four = contact_sheet(pool, 1), contact_sheet(pool, 12)
    assert one.shape[1] == 640 + 2 * 8
    assert four.shape[1] == 3 * 640 + 4 * 8
    assert four.shape[0] > 1.5 * one.shape[0]
    assert four.dtype == np.uint8
    assert np.array_equal(one[8:-8, 8 : 8 + 640], four[8 : 8 + one.shape[0] - 16, 8 : 8 + 640])
    assert np.array_equal(contact_sheet(pool), four)


def test_objects_are_boxed_unless_the_pool_is_sealed(pool):
    open_sheet, sealed = contact_sheet(pool, 1), contact_sheet(replace(pool, annotations=None), 1)
    assert open_sheet.shape == sealed.shape
    assert (open_sheet != sealed).any()


@pytest.mark.parametrize("changes", [{"count": 0}, {"columns": 0}])
def test_nothing_to_show(pool, changes):
    with pytest.raises(ValueError, match=r"found .*; name a pool"):
        contact_sheet(pool, **changes)
