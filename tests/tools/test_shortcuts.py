import numpy as np
import pytest

from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import Rates
from tools.shortcuts.classify import told_apart, told_by_numbers
from tools.shortcuts.features import told_by_features
from tools.shortcuts.numbers import numbers_of_unit
from tools.shortcuts.pairs import pair

SCANNER = read_scanner()


def crops(pairs, signal):
    """Noise, and in the first of each pair a square that is brighter by `signal`."""
    rng = np.random.default_rng(0)
    images = rng.normal(0, 1, (pairs, 2, 2, 64, 64)).astype(np.float32)
    images[:, 0, :, 20:40, 20:40] += np.float32(signal)
    return images


def test_what_is_there_is_told_and_what_is_not_is_not():
    assert told_apart(crops(24, 1.0)).lower > 0.9
    nothing = told_apart(crops(24, 0.0))
    assert nothing.lower < 0.5 < nothing.upper


def test_a_rule_on_features_tells_what_is_in_the_mask_and_nothing_where_nothing_is():
    masks = np.zeros((24, 64, 64), bool)
    masks[:, 18:42, 18:42] = True
    assert told_by_features(crops(24, 3.0), masks).lower > 0.9
    nothing = told_by_features(crops(24, 0.0), masks)
    assert nothing.lower < 0.5 < nothing.upper


def test_numbers_tell_what_they_hold():
    rng = np.random.default_rng(0)
    hidden, scenes = rng.random(400) < 0.5, np.arange(400)
    noise = rng.normal(0, 1, (400, 3))
    blind = told_by_numbers(noise, hidden, scenes)
    assert blind.lower < 0.5 < blind.upper
    assert told_by_numbers(np.column_stack([noise, hidden + 0.3 * noise[:, 0]]), hidden, scenes).lower > 0.95


@pytest.fixture(scope="module")
def pairs():
    return [one for index in range(12) if (one := pair(3, index, SCANNER)) is not None]


def test_a_pair_differs_inside_the_mask_and_by_noise_alone_outside(pairs):
    assert len(pairs) >= 5
    inside, outside = [], []
    for one in pairs:
        change = (one.crops[0] - one.crops[1])[:, 8:-8, 8:-8]
        mask = one.mask[8:-8, 8:-8]
        thin = (one.crops.max(axis=(0, 1)) < 3)[8:-8, 8:-8]  # behind more, noise has no mean any more
        inside.append(np.abs(change[:, mask]).mean())
        if (~mask & thin).any():
            outside.append(change[:, ~mask & thin].mean())
        assert not (one.mask & one.ring).any()
        assert one.ring.any()
    assert len(outside) >= 3
    assert np.mean(inside) > 0.05
    assert np.abs(outside).max() < 0.01


def test_the_same_pair_again(pairs):
    again = next(one for index in range(12) if (one := pair(3, index, SCANNER)) is not None)
    one = pairs[0]
    assert np.array_equal(one.crops, again.crops)
    assert one.file_bytes == again.file_bytes


def test_numbers_of_a_unit_are_those_of_its_declaration():
    numbers, hidden = numbers_of_unit(1, 0, read_scanner().at_pitch(48.0), Rates(1.0, 0.0, 0.0))
    assert hidden
    assert numbers[:2] == [64.0, 136.0]
    assert all(number >= 0 for number in numbers)
