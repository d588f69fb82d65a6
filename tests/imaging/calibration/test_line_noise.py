from dataclasses import replace

import numpy as np
import pytest

from imaging import UnsupportedScan
from imaging.calibration import correct_line_noise, find_air, flat_field, self_air

JITTER = 0.004 * np.random.default_rng(6).standard_normal((2, 200))


def flat(scan):
    view = scan.view()
    return flat_field(view, self_air(view)).view, find_air(view)


def rms(values):
    return float(np.sqrt(np.mean(np.square(values))))


def test_jitter_measured_in_air_is_taken_out(line_scan, turn):
    view, air = flat(line_scan(jitter_CL=JITTER))
    found = correct_line_noise(view, air)
    error = found.gain_CL / (1 + JITTER) - 1
    assert rms(error) < 0.0009
    assert found.in_air_share == 1
    assert found.before_C == pytest.approx(JITTER.std(axis=1), rel=0.15)
    assert (found.after_C < 0.0012).all()
    assert np.allclose(found.view.pixels * found.gain_CL[:, None, :], view.pixels, rtol=1e-6)
    turned_air = replace(air, mask_HW=air.mask_HW.T, detector="columns")
    assert np.allclose(correct_line_noise(turn(view), turned_air).gain_CL, found.gain_CL)


def test_without_jitter_hardly_anything_changes(line_scan):
    view, air = flat(line_scan())
    found = correct_line_noise(view, air)
    assert rms(found.gain_CL - 1) < 5e-4
    assert found.before_C.max() < 5e-4


def test_without_air_jitter_is_halved_at_least_a_little(line_scan):
    view, _ = flat(line_scan(jitter_CL=JITTER, lines=200))
    found = correct_line_noise(view, None)
    left = found.gain_CL[:, 45:65] / (1 + JITTER[:, 45:65]) - 1
    assert rms(left) < 0.85 * rms(JITTER[:, 45:65])
    assert np.isnan(found.before_C).all()
    assert np.isnan(found.after_C).all()
    assert found.in_air_share == 0


@pytest.mark.parametrize("with_air", [True, False])
@pytest.mark.parametrize("step", [0.8, 0.97])
def test_a_real_edge_keeps_its_energy(line_scan, with_air, step):
    """A wall over the whole detector but for a border of air: the difference of both sides survives within 1 %."""
    scan = line_scan(jitter_CL=JITTER)
    scan.truth[:] = 1
    scan.truth[:, 20:, 90:120] = step
    view, air = flat(scan)
    pixels = correct_line_noise(view, air if with_air else None).view.pixels[:, 25:]
    inside, outside = pixels[:, :, 92:118].mean(), np.delete(pixels, np.s_[85:125], axis=2).mean()
    assert outside - inside == pytest.approx(1 - step, abs=0.002)
    sharp = pixels[:, :, 89].mean() - pixels[:, :, 90].mean()
    assert sharp == pytest.approx(1 - step, rel=0.15, abs=0.006)


def test_a_thin_thing_across_the_detector_is_left_alone(line_scan):
    scan = line_scan(jitter_CL=JITTER)
    scan.truth[:] = 1
    scan.truth[:, :, 100] = 0.97
    found = correct_line_noise(scan.view(np.float32), None)
    assert (found.gain_CL[:, 100] == 1).all()


def test_lines_without_air_beside_lines_with_it(line_scan):
    scan = line_scan(jitter_CL=JITTER)
    scan.truth[:, :, 60:140] *= 0.7  # over the whole detector: no air there
    view, air = flat(scan)
    found = correct_line_noise(view, air)
    assert 0.4 < found.in_air_share < 0.7
    error = found.gain_CL / (1 + JITTER) - 1
    assert rms(error[:, :55]) < 0.0012
    assert rms(error[:, 65:135]) < rms(JITTER[:, 65:135])


def test_what_gets_no_beam_does_not_count(line_scan):
    view, _ = flat(line_scan(jitter_CL=JITTER))
    view.pixels[:, :10] = 0
    view.pixels[:, 10, ::3] = np.nan
    found = correct_line_noise(view, None)
    assert np.isfinite(found.gain_CL).all()
    assert not found.view.pixels[:, :10].any()


@pytest.mark.parametrize("lines", [1, 2])
def test_too_few_lines_to_compare_are_left_alone(view_of, lines):
    pixels = np.full((2, 40, lines), 0.5, np.float32)
    found = correct_line_noise(view_of(pixels), None)
    assert np.array_equal(found.view.pixels, pixels)


def test_integers_are_refused(line_scan):
    with pytest.raises(UnsupportedScan, match="uint16"):
        correct_line_noise(line_scan().view(), None)


@pytest.mark.real
def test_line_noise_of_real_bags_is_halved(bags):
    found = []
    for view in bags:
        air = find_air(view)
        found.append(correct_line_noise(flat_field(view, self_air(view, air)).view, air))
    before = np.nanmedian([one.before_C for one in found], axis=0)
    after = np.nanmedian([one.after_C for one in found], axis=0)
    assert before == pytest.approx([0.0014, 0.0013], abs=0.0002)
    assert (after < 0.6 * before).all()
