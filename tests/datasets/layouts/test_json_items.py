"""JSON of strangers: entry by entry what `json` reads whole, and numbers that are none are null."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.layouts import json_items
from datasets.layouts.json_items import has_key, read_json, stream_json
from datasets.pool import PoolError

REFUSED = {
    "empty": b"",
    "cut off": b'{"a": [1, 2',
    "a string without end": b'{"a": ["x',
    "no JSON": b"<html>",
    "no UTF-8": b'{"a": ["\xff\xfe"]}',
    "a number of 5,000 digits": b'{"a": [' + b"9" * 5000 + b"]}",
    "a bare word": b'{"a": [Nope]}',
}


@pytest.mark.parametrize(
    "reading", [read_json, lambda path: list(stream_json(path, "a")), lambda path: has_key(path, "b")]
)
@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_json_is_refused_by_the_rule(tmp_path, content, reading):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(PoolError, match=r"whole and well formed; found a\.json: .+; mend"):
        reading(tmp_path / "a.json")


@pytest.mark.parametrize("chunk", [7, 1 << 20])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"k":', "}")], ids=["lists", "objects"])
def test_depth_is_refused_before_it_is_built(tmp_path, monkeypatch, brackets, chunk):
    monkeypatch.setattr(json_items, "CHUNK_BYTES", chunk)
    opened, closed = brackets
    for depth in (20, 200, 20_000):
        (tmp_path / "a.json").write_text('{"a": [' + opened * depth + "1" + closed * depth + "]}")
        for reading in (read_json, lambda path: list(stream_json(path, "a")), lambda path: has_key(path, "b")):
            if depth == 20 or (depth == 200 and reading is read_json):
                reading(tmp_path / "a.json")
            else:
                with pytest.raises(PoolError, match=r"more (than 64 levels|levels than can be read)"):
                    reading(tmp_path / "a.json")


def test_many_shallow_entries_and_brackets_in_strings_are_no_depth(tmp_path, monkeypatch):
    monkeypatch.setattr(json_items, "CHUNK_BYTES", 13)
    items = [[["[[[[{{{" * 20]], {"]": ["}}}]]]"]}] * 300
    (tmp_path / "a.json").write_text(json.dumps({"a": items}))
    assert list(stream_json(tmp_path / "a.json", "a")) == items


def test_a_missing_file_and_a_huge_one_are_refused(tmp_path, monkeypatch):
    with pytest.raises(PoolError, match=r"gone\.json"):
        read_json(tmp_path / "gone.json")
    monkeypatch.setattr(json_items, "MOST_BYTES", 10)
    (tmp_path / "a.json").write_text(json.dumps({"a": [1, 2, 3, 4]}))
    with pytest.raises(PoolError, match="10 are the most"):
        read_json(tmp_path / "a.json")


TEXTS = st.text() | st.sampled_from(["NaN", "-Infinity, NaN", '"NaN"', "\\", '\\"', "a:NaN,", "[NaN]"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=20,
)


def without_nan(value):
    """What `json` reads when Python's words for no number are null."""
    return json.loads(json.dumps(value), parse_constant=lambda _: None)


@given(items=st.lists(VALUES, max_size=5), chunk=st.integers(1, 40), is_ascii=st.booleans())
def test_entries_are_those_of_the_whole_wherever_chunks_are_cut(tmp_path_factory, items, chunk, is_ascii):
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps({"b": "NaN", "a": items}, ensure_ascii=is_ascii), encoding="utf-8", errors="replace")
    expected = json.loads(path.read_text(encoding="utf-8"), parse_constant=lambda _: None)["a"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_items, "CHUNK_BYTES", chunk)
        assert list(stream_json(path, "a")) == expected == read_json(path)["a"]
    assert without_nan(items) == expected or not is_ascii


def test_a_string_without_end_is_not_gathered(tmp_path, monkeypatch):
    monkeypatch.setattr(json_items, "MOST_STRING_BYTES", 1000)
    monkeypatch.setattr(json_items, "CHUNK_BYTES", 100)
    (tmp_path / "a.json").write_text(json.dumps({"a": ["x" * 2000]}))
    with pytest.raises(PoolError, match="a string of more than 1000 bytes"):
        list(stream_json(tmp_path / "a.json", "a"))


def test_keys_are_those_of_the_outermost_object(tmp_path):
    (tmp_path / "a.json").write_text('{"a": {"b": []}, "c": []}')
    assert [has_key(tmp_path / "a.json", key) for key in "abc"] == [True, False, True]
