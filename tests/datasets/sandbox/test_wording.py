import re
import unicodedata
from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from datasets.sandbox.cargo.goods import all_goods
from datasets.sandbox.contraband.hiding import LABELS
from datasets.sandbox.declaring.misspelling import misspell, without_accents
from datasets.sandbox.declaring.wording import LANGUAGES, package_types, synonyms

SCRIPTS = {
    "en": "A-Za-z", "fr": "A-Za-zÀ-ÖØ-öø-ÿŒœ", "es": "A-Za-zÀ-ÖØ-öø-ÿ", "pt": "A-Za-zÀ-ÖØ-öø-ÿ",
    "ru": "А-Яа-яЁё", "zh": "一-鿿",
}  # fmt: skip
NAMES = [
    (goods.key, language, name)
    for goods in all_goods()
    for language in LANGUAGES
    for name in synonyms(goods.key, language)
]
rngs = st.integers(0, 2**32).map(np.random.default_rng)


def slips(one, other):
    """Slips between two texts by the definition of optimal string alignment: loss, gain, change or swap of letters."""
    table = np.add.outer(np.arange(len(one) + 1), np.arange(len(other) + 1))
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            same = one[i - 1] == other[j - 1]
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (not same))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return int(table[-1, -1])


@pytest.mark.parametrize("goods", all_goods(), ids=lambda goods: goods.key)
def test_all_goods_have_three_names_in_six_languages_and_their_own_script(goods):
    for language in LANGUAGES:
        names = synonyms(goods.key, language)
        assert len(set(names)) == len(names) >= 3
        for name in names:
            assert re.search(f"[{SCRIPTS[language]}]", name)
            assert unicodedata.normalize("NFC", name) == name


def test_no_two_goods_share_a_name_in_a_language():
    counts = Counter((language, name.casefold()) for _, language, name in NAMES)
    assert [name for name, count in counts.items() if count > 1] == []


def test_no_name_looks_like_a_formula_a_tag_or_a_command():
    """Letters, digits, spaces, points and hyphens, starting with a letter: nothing to run, nothing to escape."""
    for _, _, name in NAMES:
        assert re.fullmatch(r"[^\W\d_](?:[^\W_]|[ .-])*", name), name
        assert "--" not in name
        assert "  " not in name
        assert len(name) <= 60


def test_no_name_speaks_of_what_is_looked_for():
    for label in set(LABELS) - {"cigarettes"}:
        assert not any(label in name.lower() for _, _, name in NAMES)


def test_goods_without_wording_are_refused():
    with pytest.raises(ValueError, match=r"six languages; found none of 'dodo'; add it"):
        synonyms("dodo", "en")


@pytest.mark.parametrize("word", sorted({goods.package for goods in all_goods()} | {"pallet"}))
def test_every_package_word_has_a_code_and_short_forms(word):
    types = package_types(word)
    assert len({entry.code for entry in types}) == len(types) >= 1
    assert word in types[0].words
    for entry in types:
        assert all(re.fullmatch(r"[A-Z]+|[А-Я/]+|[一-鿿]+", entry.short(language)) for language in LANGUAGES)


def test_a_package_word_without_a_code_is_refused():
    with pytest.raises(ValueError, match=r"Rec 21 code; found none for 'amphora'; add it"):
        package_types("amphora")


@given(st.sampled_from(NAMES), rngs)
@settings(max_examples=300)
def test_a_misspelling_keeps_all_but_one_slip_and_first_letters(entry, rng):
    _, _, name = entry
    wrong = misspell(name, rng)
    assert slips(name, wrong) <= 1
    assert [word[0] for word in wrong.split()] == [word[0] for word in name.split()]


@given(st.text(max_size=30), rngs)
@example("Rice", np.random.default_rng(0))
@example("", np.random.default_rng(0))
@settings(max_examples=200)
def test_any_text_can_be_misspelt_and_three_numbers_are_drawn(text, rng):
    other = np.random.default_rng()
    other.bit_generator.state = rng.bit_generator.state
    assert slips(text, misspell(text, rng)) <= 1
    other.random(3)
    assert other.random() == rng.random()


def test_all_three_slips_are_made_and_digits_are_left_alone():
    made = Counter(len(misspell("Rebar 123456789", np.random.default_rng(seed))) for seed in range(300))
    assert set(made) == {14, 15, 16}
    assert all(misspell("Rebar 123456789", np.random.default_rng(seed)).endswith(" 123456789") for seed in range(100))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Café non torréfié", "Cafe non torrefie"), ("Azúcar de caña", "Azucar de cana"), ("Peças", "Pecas"),
        ("Bœuf", "Boeuf"), ("Бананы зелёные", "Бананы зеленые"), ("Рис шлифованный", "Рис шлифованный"),
        ("冷冻去骨牛肉", "冷冻去骨牛肉"), ("", ""),
    ],
)  # fmt: skip
def test_accents_are_lost_and_letters_are_not(text, bare):
    assert without_accents(text) == bare
