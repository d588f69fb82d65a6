import subprocess
import sys

import numpy as np
import pytest

from datasets.sandbox.physics.scanner import read_scanner
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
