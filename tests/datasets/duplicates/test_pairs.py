"""Pairs among many prints, against comparing every two; and that no order matters."""

from itertools import combinations

import numpy as np
import pytest

from datasets.duplicates import SAME, fingerprint, likeness, near_duplicate_pairs

from .test_prints import bag


def _reference_pairs(prints):
    """Every two of them compared, as they are and mirrored."""
    return {
        tuple(sorted((one[0], other[0])))
        for one, other in combinations(prints, 2)
        if one[0] != other[0] and max(likeness(one[1], other[1], mirrored=turned) for turned in (False, True)) >= SAME
    }


@pytest.fixture(scope="module")
def prints():
    """Twelve bags; crops of every third, mirror images of every fourth; two blanks; one scan of two views."""
    found = [(f"bag{seed}", fingerprint(bag(seed))) for seed in range(12)]
    found += [(f"crop{seed}", fingerprint(bag(seed)[8:-9, 11:-5])) for seed in range(0, 12, 3)]
    found += [(f"mirror{seed}", fingerprint(np.ascontiguousarray(bag(seed)[:, ::-1]))) for seed in range(0, 12, 4)]
    found += [("blank", b""), ("void", b""), ("twice", fingerprint(bag(50))), ("twice", fingerprint(bag(50)[4:, 3:]))]
    return [*found, ("other", fingerprint(bag(50)[:-7]))]


def test_nothing_gives_nothing():
    assert list(near_duplicate_pairs([])) == []
    assert list(near_duplicate_pairs([("a", b""), ("b", b"")])) == []


def test_they_are_those_of_comparing_every_two(prints):
    found = list(near_duplicate_pairs(prints))
    assert set(found) == _reference_pairs(prints)
    assert len(found) == 4 + 3 + 1 + 1  # the two copies of bag 0 are a pair too
    assert found == sorted(found)


def test_order_does_not_matter(prints):
    found = list(near_duplicate_pairs(prints))
    for seed in range(3):
        shuffled = [prints[place] for place in np.random.default_rng(seed).permutation(len(prints))]
        assert list(near_duplicate_pairs(shuffled)) == found


def test_a_long_run_of_copies_is_one_chain(monkeypatch):
    """More copies than a print looks at: each still finds its neighbours."""
    monkeypatch.setattr("datasets.duplicates.pairs.NEIGHBOURS", 3)
    copies = [(f"{number:02}", fingerprint(bag(1)[number % 5 :, number % 7 :])) for number in range(20)]
    joined = {"00"}
    for one, other in near_duplicate_pairs(copies):
        if one in joined:
            joined.add(other)
    assert len(joined) == 20
