import subprocess
import sys

import numpy as np
import pytest

from datasets.sandbox.physics.scanner import read_scanner, scanner_names
from datasets.sandbox.profile import profile_text, sandbox_profile
from imaging import read_profile


def test_the_profile_of_the_project_is_what_the_command_writes(root, tmp_path):
    written = tmp_path / "again.yaml"
    subprocess.run([sys.executable, "-m", "datasets.sandbox.profile", str(written)], cwd=root, check=True, timeout=60)
    assert written.read_bytes() == (root / "configs" / "scanners" / "sandbox_linac_6_4.yaml").read_bytes()


def test_the_text_is_read_back_as_the_profile(tmp_path):
    profile = sandbox_profile(read_scanner())
    (tmp_path / "p.yaml").write_text(profile_text(profile), encoding="utf-8")
    assert read_profile(tmp_path / "p.yaml") == profile


@pytest.mark.parametrize("pitch_mm", [12.0, 48.0])
def test_curves_begin_at_air_rise_and_are_ordered(pitch_mm):
    curves = sandbox_profile(read_scanner().at_pitch(pitch_mm)).material_curves
    assert list(curves) == ["organic", "aluminium", "steel", "lead"]
    for curve in curves.values():
        low, high = (np.array(curve.attenuation[name]) for name in ("low", "high"))
        assert low[0] == high[0] == 0
        assert (np.diff(low) > 0).all()
        assert (np.diff(high) > 0).all()
        assert (low[1:] > high[1:]).all()


def test_another_pitch_is_another_scanner():
    coarse = sandbox_profile(read_scanner().at_pitch(48.0))
    assert coarse.name != sandbox_profile(read_scanner()).name
    assert coarse.spacing_mm == [48.0, 48.0]


@pytest.mark.parametrize("name", scanner_names())
def test_the_detector_is_the_scanner_s(name):
    """Excess noise makes unequal quanta count for fewer equal ones; electronic noise is a share of the air level."""
    scanner = read_scanner(name)
    detector = sandbox_profile(scanner).detector
    all_quanta = scanner.quanta_per_cm2.value * (scanner.pitch_mm.value / 10) ** 2
    assert len(detector.quanta) == len(detector.electronic) == len(scanner.channels)
    assert all(0.3 * all_quanta < quanta <= all_quanta for quanta in detector.quanta)
    assert detector.electronic[0] * scanner.air_counts == pytest.approx(scanner.electronic_counts.value, rel=1e-4)
    assert detector.point_spread_px == scanner.point_spread_px.value
    assert detector.interlace_px == scanner.interlace_px.value


def test_a_pixel_of_twice_the_pitch_detects_four_times_the_quanta():
    fine, coarse = (sandbox_profile(read_scanner().at_pitch(pitch_mm)).detector for pitch_mm in (6.0, 12.0))
    np.testing.assert_allclose(coarse.quanta, 4 * np.array(fine.quanta), rtol=1e-5)
