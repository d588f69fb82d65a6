from __future__ import annotations

import json
import math
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference.canonical import canonical, write_whole

any_text = st.text(st.characters(exclude_categories=()), max_size=20)  # lone surrogates as well


@settings(derandomize=True, deadline=None)
@given(st.dictionaries(any_text, st.one_of(any_text, st.floats(allow_nan=False, allow_infinity=False), st.none())))
def test_any_text_comes_back_from_one_ascii_terminated_line(value):
    line = canonical(value)
    assert json.loads(line.encode("utf-8").decode("utf-8")) == value
    assert len(line.splitlines()) == 1


@settings(derandomize=True, deadline=None)
@given(st.binary(min_size=1, max_size=30))
def test_the_bytes_of_any_file_name_come_back(name):
    told = os.fsdecode(name)
    assert os.fsencode(json.loads(canonical([told]))[0]) == name


def test_same_content_same_bytes_whatever_the_order_it_was_made_in():
    assert canonical({"b": 1, "a": [1.5, None]}) == canonical({"a": [1.5, None], "b": 1}) == '{"a":[1.5,null],"b":1}'


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_numbers_that_json_has_not_are_refused(number):
    with pytest.raises(ValueError, match="JSON"):
        canonical([number])


def test_a_file_is_replaced_whole_and_leaves_nothing_beside(tmp_path):
    path = tmp_path / "a.json"
    write_whole(path, b"one")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.json"]
