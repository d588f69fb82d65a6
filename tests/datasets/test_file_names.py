"""Names of files: safe, short, and never two the same."""

from hypothesis import given
from hypothesis import strategies as st

from datasets.file_names import file_stem

NAMES = st.text(min_size=1, max_size=400) | st.text("ab/.-@ _\n", min_size=1, max_size=8)


@given(NAMES)
def test_a_name_stays_in_its_folder_and_is_not_too_long(name):
    stem = file_stem(name)
    assert "/" not in stem
    assert "\n" not in stem
    assert not stem.startswith(".")
    assert 0 < len(stem.encode("utf-8", "surrogateescape")) < 220
    assert file_stem(stem) == stem


@given(st.lists(NAMES, min_size=2, max_size=5, unique=True), NAMES)
def test_two_names_never_meet(names, part):
    stems = [file_stem(name) for name in names] + [file_stem(name, part) for name in names]
    assert len(set(stems)) == 2 * len(names)


def test_plain_names_stay_as_they_are():
    assert file_stem("bag-01.x_y") == "bag-01.x_y"
    assert file_stem("pair", "top") == "pair@top"
