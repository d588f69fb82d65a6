import csv
import os
from pathlib import Path

import pytest

from declarations import contraband_labels, goods_group_of, goods_groups

CHAPTERS = [f"{number:02d}" for number in range(1, 98) if number != 77]
UNGROUPED = ["01", "05", "06", "36", "37", "71", "93", "97"]
DATA = Path(os.environ.get("CUSTOMS_XRAY_DATA", Path(__file__).parents[3] / "shared" / "data"))


def test_96_chapters_are_grouped_or_deliberately_not():
    assert len(CHAPTERS) == 96
    assert [chapter for chapter in CHAPTERS if goods_group_of(chapter) is None] == UNGROUPED


def test_every_ungrouped_chapter_is_explained_beside_the_groups():
    text = (Path(__file__).parents[2] / "declarations/taxonomy/goods_groups.yaml").read_text()
    comment = " ".join(line for line in text.splitlines() if line.startswith("#"))
    assert all(f" {chapter} " in comment for chapter in UNGROUPED)


def test_a_prefix_has_one_owner():
    prefixes = [prefix for group in goods_groups() for prefix in group.prefixes]
    assert len(set(prefixes)) == len(prefixes)
    assert all(prefix.isascii() and prefix.isdigit() for prefix in prefixes)


def test_the_longest_prefix_wins_and_leading_zeros_count():
    assert goods_group_of("0207") == "frozen_food"
    assert goods_group_of("07") == "fresh_produce"
    assert goods_group_of("071022") == "frozen_food"
    assert goods_group_of("0901210000") == "bulk_food"
    assert goods_group_of("9012") == "electronics"
    assert goods_group_of("84713000") == "electronics"
    assert goods_group_of("8479") == "machinery"


@pytest.mark.parametrize("code", ["", "0", "77", "9301", "99"])
def test_no_group_claims(code):
    assert goods_group_of(code) is None


def test_keys_are_unique():
    groups = [group.group for group in goods_groups()]
    labels = [label.label for label in contraband_labels()]
    assert len(set(groups)) == len(groups) == 18
    assert len(set(labels)) == len(labels) > 0


@pytest.mark.real
def test_every_prefix_is_in_the_nomenclature():
    path = DATA / "hs" / "harmonized-system.csv"
    if not path.is_file():
        pytest.skip(f"no {path}")
    with path.open(encoding="utf-8") as stream:
        codes = {row["hscode"] for row in csv.DictReader(stream)}
    assert {prefix for group in goods_groups() for prefix in group.prefixes} <= codes
    assert {code for code in codes if len(code) == 2} - {"99"} == set(CHAPTERS)
