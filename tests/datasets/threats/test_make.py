"""Libraries from the command line: what is asked for is made, what cannot be is said; and what is seen of them."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from datasets.pool import PoolError
from datasets.threats.make import make_library
from datasets.threats.sheet import library_sheet
from imaging import read_profile, write_png
from imaging.material import beam_of_profile

PLAIN = {"count": 3, "seed": 1, "profile": None, "labels": [], "pitch_mm": None, "licence": ""}


@pytest.fixture
def bags(root):
    return root / "configs" / "scanners" / "dual_energy_bags.yaml"


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    return make_library("sandbox", tmp_path_factory.mktemp("made") / "lib", **PLAIN)[0]


@pytest.fixture
def scans(tmp_path, bags):
    """Two folders: one with a whole pair, a pair of air and a lone high channel; one without any."""
    (tmp_path / "scans" / "kitchen knives").mkdir(parents=True)
    (tmp_path / "scans" / "none").mkdir()
    steel_C = beam_of_profile(read_profile(bags)).of_slab("steel", np.array([1.0]))[:, 0]
    for name, attenuation_C in (("no 1", steel_C), ("air", (0.0, 0.0))):
        for channel, attenuation, air in zip(("low", "high"), attenuation_C, (49630, 49460), strict=True):
            picture = np.full((60, 80), air, np.uint16)
            picture[20:40, 30:60] = round(air * float(np.exp(-attenuation)))
            write_png(tmp_path / "scans" / "kitchen knives" / f"{name}_{channel}.png", picture)
    (tmp_path / "scans" / "kitchen knives" / "lone_high.png").write_bytes(b"")
    return tmp_path / "scans"


def test_scans_become_a_library_and_what_cannot_is_named(tmp_path, scans, bags):
    options = PLAIN | {"profile": bags, "labels": ["kitchen knives=blade", "none=tool"], "pitch_mm": 1.5}
    library, left_out = make_library(str(scans), tmp_path / "lib", **options)
    (threat,) = library.threats
    assert threat.record.threat_id == "kitchen_knives-no_1"
    assert (threat.record.group, threat.record.label) == ("kitchen_knives", "blade")
    assert threat.record.mass_kg == pytest.approx(600 * 0.15**2 / 1000, rel=0.02)
    assert set(left_out) == {"none", "kitchen knives/air_high.png", "kitchen knives/lone_high.png"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": []}, "a label for each folder; found none"),
        ({"labels": ["kitchen knives"]}, "found kitchen knives=; mend"),
        ({"labels": ["kitchen knives=dagger"]}, "found kitchen knives=dagger"),
        ({"labels": ["forks=blade"]}, "no folder forks"),
        ({"labels": ["none=blade"]}, "a threat or more"),
        ({"profile": None}, "need a profile"),
        ({"pitch_mm": None}, "pitch None"),
        ({"pitch_mm": -1.0}, "pitch -1"),
    ],
)
def test_what_is_missing_is_said(tmp_path, scans, bags, changes, said):
    options = PLAIN | {"profile": bags, "labels": ["kitchen knives=blade"], "pitch_mm": 1.5} | changes
    with pytest.raises(PoolError, match=said):
        make_library(str(scans), tmp_path / "lib", **options)
    assert not (tmp_path / "lib").exists()


def test_nothing_cannot_be_simulated(tmp_path):
    with pytest.raises(PoolError, match="--count 0"):
        make_library("sandbox", tmp_path / "lib", **(PLAIN | {"count": 0}))


def test_a_profile_that_is_none_is_wrong_use(root, tmp_path):
    words = ["pool.py", "threats", "--out", "lib", "--source", str(tmp_path), "--labels", ".=blade", "--profile", "no"]
    command = [sys.executable, root / words[0], *words[1:]]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("pool.py: a scanner profile is")


def test_a_library_is_made_and_read_without_torch(root):
    code = "import datasets.threats.make, datasets.threats.sheet, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_the_sheet_has_a_tile_for_each_of_as_many_as_are_asked_for(simulated):
    all_six, two = library_sheet(simulated), library_sheet(simulated, count=2, columns=1)
    assert (all_six.dtype, all_six.shape[2]) == (np.uint8, 3)
    assert all_six.shape[1] > 5 * two.shape[1]
    assert two.shape[0] > 0.75 * two.shape[1]


def test_the_hue_is_that_of_the_material(simulated):
    one = simulated.threats[0]
    for number, dominant in ((6, 0), (16, 1), (26, 2)):
        info = simulated.info.model_copy(update={"materials": {"stuff": {number: 1.0}}})
        threat = replace(one, record=one.record.model_copy(update={"layers": ("stuff",)}), areal_LHW=one.areal_LHW[:1])
        sheet = library_sheet(replace(simulated, info=info, threats=(threat,))).astype(int)
        coloured = sheet[np.ptp(sheet, axis=2) > 60]
        assert len(coloured) > 1000
        assert (coloured.argmax(axis=1) == dominant).mean() > 0.95
