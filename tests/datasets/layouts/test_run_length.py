"""Bounds of run-length masks against the COCO API."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco_api

from datasets.layouts.run_length import mask_bounds

MASKS = st.tuples(st.integers(1, 12), st.integers(1, 12)).flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 1))
)


def reference_bounds(mask_HW):
    rows, columns = np.nonzero(mask_HW)
    if not rows.size:
        return None
    return columns.min(), rows.min(), columns.max() + 1 - columns.min(), rows.max() + 1 - rows.min()


@given(mask_HW=MASKS)
def test_bounds_are_those_of_the_set_pixels_in_both_forms(mask_HW):
    encoded = coco_api.encode(np.asfortranarray(mask_HW))
    text = {"size": encoded["size"], "counts": encoded["counts"].decode()}
    column_wise = mask_HW.flatten(order="F")
    changes = [*np.flatnonzero(np.diff(np.concatenate([[0], column_wise]))).tolist(), column_wise.size]
    runs = {"size": encoded["size"], "counts": np.diff([0, *changes]).tolist()}
    assert mask_bounds(text) == mask_bounds(runs) == reference_bounds(mask_HW)


def test_long_runs_of_a_large_mask():
    mask_HW = np.zeros((3000, 2000), np.uint8)
    mask_HW[100:2900, 500:1999] = 1
    encoded = coco_api.encode(np.asfortranarray(mask_HW))
    assert mask_bounds({"size": [3000, 2000], "counts": encoded["counts"].decode()}) == (500, 100, 1499, 2800)


@pytest.mark.parametrize(
    "segmentation",
    [
        None,
        [],
        {},
        {"size": [2, 2]},
        {"size": [2, 2], "counts": [1, 2]},
        {"size": [2, 2], "counts": [4]},
        {"size": [2, 2], "counts": [5, -1]},
        {"size": [2, 2], "counts": [2.0, 2.0]},
        {"size": [2, 2], "counts": "\u20ac"},
        {"size": [2, 2], "counts": "oooooooooooooooooooooo"},
        {"size": [2, 2], "counts": "o"},
        {"size": [0, 2], "counts": []},
        {"size": ["2", 2], "counts": [1, 3]},
        {"size": [10**9, 10**9], "counts": [0, 10**18]},
        {"size": 4, "counts": [1, 3]},
    ],
)
def test_what_is_no_mask_has_no_bounds(segmentation):
    assert mask_bounds(segmentation) is None


@given(text=st.text(max_size=30))
def test_any_text_is_a_mask_or_none(text):
    found = mask_bounds({"size": [3, 3], "counts": text})
    assert found is None or (found[0] + found[2] <= 3 and found[1] + found[3] <= 3)
