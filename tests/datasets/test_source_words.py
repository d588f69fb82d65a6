"""Words of sources mean one canonical label each; an unknown word is refused and nothing is guessed."""

import pytest
import yaml

from configs.pool import Layout
from datasets.pool import PoolError
from datasets.taxonomy import canonical_label, read_mapping, source_words, terms_of
from declarations.taxonomy.contraband import contraband_labels

WORDS = {
    "Gun": "firearm", "Multi-tool_Knife": "blade", "pressure": "flammable", "HandCuffs": "restraint",
    "Scissor": "blade",
    "Portable_Charger_1": "battery", "smallelectronicequipmen": None, "Razor_blade": "blade", "zippooil": "flammable",
    "narcotics": "narcotics", "Water": None, "3D Gun": "firearm", "SwissArmyKnife": "blade",
}  # fmt: skip


@pytest.mark.parametrize(("word", "label"), WORDS.items())
def test_words_of_published_sets(word, label):
    assert canonical_label(word, None) == label


def test_every_word_stands_once_and_under_a_canonical_label():
    listed = yaml.safe_load((source_words._HERE / "words.yaml").read_text())
    words = [word for group in listed.values() for word in group]
    assert len(words) == len(set(words)) == len(source_words.known_words())
    assert set(listed) == {entry.label for entry in contraband_labels()} | {source_words.HARMLESS}
    assert all(canonical_label(word, None) == source_words.known_words()[word] for word in words)


@pytest.mark.parametrize(("word", "near"), [("knive", "knife"), ("Revolvers", "revolver"), ("Hand cuff", "handcuffs")])
def test_an_unknown_word_names_its_nearest(word, near):
    with pytest.raises(PoolError, match=f"nearest .*'{near}'"):
        canonical_label(word, None)


def test_a_mapping_of_ones_own_is_asked_alone(tmp_path):
    path = tmp_path / "labels.yaml"
    path.write_text("Gun: toy\n007: null\nNo: ~\n")
    own = read_mapping(path)
    assert [canonical_label(word, own) for word in ("Gun", "007", "No")] == ["toy", None, None]
    with pytest.raises(PoolError, match="'Knife', nearest none"):
        canonical_label("Knife", own)


@pytest.mark.parametrize("text", ["[]", "a: [1]", "a: {", "\x00", "3", "a: b\na: c", "", "[" * 5000])
def test_what_is_no_mapping_is_refused(tmp_path, text):
    (tmp_path / "labels.yaml").write_text(text)
    with pytest.raises(PoolError, match="a mapping of labels is YAML"):
        read_mapping(tmp_path / "labels.yaml")
    with pytest.raises(PoolError, match="FileNotFoundError"):
        read_mapping(tmp_path / "none.yaml")


def test_terms_are_stated_for_layouts_that_exist():
    stated = yaml.safe_load((source_words._HERE / "terms.yaml").read_text())
    assert set(stated) < set(Layout.__args__)
    assert "research" in terms_of("sixray")
    assert terms_of("coco") == "unknown"
