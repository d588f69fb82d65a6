import numpy as np
import pytest

from imaging.quality.torn import LostLines, lost_lines

WHOLE = LostLines(0.0, 0.0, 0)


def scene(elements=80, lines=160, seed=0):
    """Transmission 1EL with a roof, a floor and a box, and noise; as stored counts and as a signal."""
    signal = np.ones((1, elements, lines))
    signal[:, 15:70, 20:150] = 0.7
    signal[:, 15:18, 20:150] = 0.4
    signal[:, 62:70, 20:150] = 0.2
    signal[:, 35:62, 60:100] = 0.3
    signal += 0.003 * np.random.default_rng(seed).standard_normal(signal.shape)
    return np.rint(50000 * signal).astype(np.uint16)


def judged(counts, empty_level=0.9):
    return lost_lines(counts, (counts / 50000).astype(np.float32), empty_level)


def test_a_whole_scan_has_lost_nothing():
    assert judged(scene()) == WHOLE


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 1, 40), (1, 40, 1), (1, 40, 8), (1, 31, 40)])
def test_tiny_pictures(shape):
    rng = np.random.default_rng(0)
    assert judged(rng.integers(40000, 50000, shape).astype(np.uint16), None) == WHOLE


def test_lines_that_repeat():
    counts = scene()
    counts[:, :, 120:] = counts[:, :, 119:120]
    assert judged(counts) == LostLines(40 / 160, 0.0, 0)


@pytest.mark.parametrize(("count", "share"), [(6, 0), (7, 7 / 160)])
def test_a_few_repeats_are_an_enlarged_scan(count, share):
    counts = scene()
    counts[:, :, 51 : 51 + count] = counts[:, :, 50:51]
    assert judged(counts).repeated_share == share


def test_enlarging_is_not_tearing():
    assert judged(scene().repeat(3, axis=2)).repeated_share == 0


def test_one_channel_that_goes_on_is_enough():
    counts = np.concatenate([scene(), scene(seed=1)])
    counts[0, :, 120:] = counts[0, :, 119:120]
    assert judged(counts).repeated_share == 0


@pytest.mark.parametrize("value", [0, 20000])
def test_lines_that_are_empty(value):
    counts = scene()
    counts[:, :, 130:] = value
    assert judged(counts) == LostLines(0.0, 30 / 160, 0)
    assert judged(counts, None).empty_share == 0


def test_air_that_the_scanner_cut_is_no_loss():
    counts = np.minimum(scene(), 48000)
    assert judged(counts) == WHOLE


@pytest.mark.parametrize("slip", [-15, -4, 4, 15])
def test_a_slip_is_found_with_its_size(slip):
    counts = scene()
    counts[:, :, 110:] = np.roll(counts[:, :, 110:], slip, axis=1)
    assert judged(counts).slip_elements == pytest.approx(slip, abs=1)


def test_a_slip_by_less_than_four_elements_is_not_told():
    counts = scene()
    counts[:, :, 110:] = np.roll(counts[:, :, 110:], 2, axis=1)
    assert judged(counts).slip_elements == 0


def test_edges_of_goods_are_no_slip():
    """Boxes of many heights side by side step up and down all the time; roof and floor stay where they are."""
    rng = np.random.default_rng(3)
    counts = scene()
    for line in range(24, 146, 6):
        top = int(rng.integers(20, 60))
        counts[:, top:62, line : line + 6] = counts[:, top:62, line : line + 6] // 2
    assert judged(counts) == WHOLE


def test_drawn_pictures_repeat_themselves_and_are_not_torn():
    drawn = np.full((1, 80, 160), 50000, np.uint16)
    drawn[:, 20:60, 30:130] = 20000
    assert judged(drawn) == WHOLE


def test_a_detector_that_hung_from_the_start():
    assert judged(scene()[:, :, 80:81].repeat(160, axis=2)).repeated_share == 159 / 160


def test_one_of_two_boxes_that_steps_is_no_slip():
    """Moving one side would put the dark box together, and tear the pale one."""
    signal = np.ones((1, 80, 160))
    signal[:, 10:20] = 0.75
    signal[:, 40:60, :80] = 0.3
    signal[:, 48:68, 80:] = 0.3
    signal += 0.001 * np.random.default_rng(0).standard_normal(signal.shape)
    assert judged(np.rint(50000 * signal).astype(np.uint16)) == WHOLE
