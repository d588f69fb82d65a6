import hashlib
import json
import subprocess
import sys

import numpy as np
import pytest
import tifffile

from datasets.sandbox.ct import simulate_ct, write_ct
from datasets.sandbox.ct.simulate import scan_scene
from datasets.sandbox.parcels.forbidden import FORBIDDEN
from datasets.sandbox.parcels.scenes import Scene
from datasets.sandbox.parcels.voxels import Thing
from imaging import read_scan

PROGRAM = """
import hashlib
from datasets.sandbox.ct import CtScanner, simulate_ct
scanner = CtScanner(pixels=96, pitch_mm=5.0, slice_mm=8.0, views=144)
scan = simulate_ct(3, 1, "bag", scanner=scanner, hidden="shielded_box")
print(hashlib.sha256(b"".join(map(bytes, (scan.low_DHW, scan.high_DHW, scan.labels_DHW)))).hexdigest(), scan.objects)
"""


def test_same_seed_same_bytes_in_another_process(small_scan, root):
    ours = hashlib.sha256(b"".join(map(bytes, (small_scan.low_DHW, small_scan.high_DHW, small_scan.labels_DHW))))
    said = subprocess.run([sys.executable, "-c", PROGRAM], cwd=root, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == f"{ours.hexdigest()} {small_scan.objects}"


def test_another_index_is_another_scan(small_scan, coarse):
    other = simulate_ct(3, 2, "bag", scanner=coarse, hidden="shielded_box")
    assert other.low_DHW.shape != small_scan.low_DHW.shape or not np.array_equal(other.low_DHW, small_scan.low_DHW)


def test_objects_are_what_the_labels_say(small_scan):
    labels = small_scan.labels_DHW
    assert set(np.unique(labels)) - {0} == {one.label for one in small_scan.objects}
    assert [one.label for one in small_scan.objects] == sorted(one.label for one in small_scan.objects)
    for one in small_scan.objects:
        z0, y0, x0, z1, y1, x1 = one.box_zyxzyx
        own = labels == one.label
        assert own.sum() == one.voxels
        assert own[z0:z1, y0:y1, x0:x1].sum() == one.voxels
        cut = own[z0:z1, y0:y1, x0:x1]
        assert all(side.any() for axis in range(3) for side in (cut.take(0, axis), cut.take(-1, axis)))  # tight
        assert one.mass_kg > 0
    hidden = [one for one in small_scan.objects if one.contraband]
    assert [one.category for one in hidden] == ["shielded_box"]
    assert 0 < sum(one.mass_kg for one in small_scan.objects) < small_scan.mass_kg


@pytest.mark.parametrize("category", sorted(FORBIDDEN))
def test_everything_hidden_has_its_mass_and_is_seen(coarse, category):
    thing = FORBIDDEN[category](np.random.default_rng(1))
    scene = Scene((thing,), tuple(max(map(abs, edges)) + 10 for edges in zip(*thing.bounds_mm(), strict=True)))
    (found,) = scan_scene(scene, 0, 0, coarse).objects
    whole = sum(solid.mass_kg for solid in thing.solids)
    if category not in ("firearm", "shielded_box", "ammunition"):  # their solids stand in one another
        assert found.mass_kg == pytest.approx(whole, rel=0.03)
    assert 0.05 < found.mass_kg < 5
    assert (found.category, found.contraband) == (category, True)
    assert min(found.contrast_to_noise) > (0 if category == "shielded_box" else 1)  # lead drowns itself in streaks


def test_an_empty_scene_is_air(coarse):
    scan = scan_scene(Scene((), (30.0, 0.0, 0.0)), 1, 0, coarse)
    assert scan.low_DHW.shape == (8, 96, 96)
    assert (scan.objects, scan.mass_kg) == ((), 0.0)
    for levels in (scan.low_DHW, scan.high_DHW):
        assert np.abs(levels.astype(float) - 1000).max() <= 10
        assert levels.mean() == pytest.approx(1000, abs=0.3)


def test_a_scene_thinner_than_a_slice_is_one_slice(coarse):
    assert scan_scene(Scene((Thing("none", None, ()),), (0.0, 0.0, 0.0)), 1, 0, coarse).low_DHW.shape == (1, 96, 96)


@pytest.mark.parametrize("kind", ["parcel", "bag"])
def test_nothing_hidden_is_nothing_labelled_hidden(coarse, kind):
    scan = simulate_ct(8, 0, kind, scanner=coarse, contraband=0.0)
    assert not any(one.contraband for one in scan.objects)


def test_every_level_comes_back_from_every_file(small_scan, tmp_path):
    files = write_ct(tmp_path, "bag_1", small_scan)
    for written in (files.dicom, files.dicos):
        scan = read_scan(written)
        assert scan.channel_names == ("low", "high")
        assert scan.pixels.dtype == np.uint16
        assert np.array_equal(scan.pixels, np.stack([small_scan.low_DHW, small_scan.high_DHW]))
        assert scan.view.spacing_mm == pytest.approx(small_scan.spacing_mm)
        assert scan.view.rescale == small_scan.rescale
        hounsfield = scan.view.rescaled()
        assert np.array_equal(hounsfield[0], small_scan.low_DHW.astype(np.float32) - 2000)
    assert np.array_equal(read_scan(files.labels).pixels[0], small_scan.labels_DHW)
    assert np.array_equal(tifffile.imread(files.labels), small_scan.labels_DHW)
    said = json.loads(files.objects.read_text())
    assert [one["label"] for one in said["objects"]] == [one.label for one in small_scan.objects]
    assert said["objects"][0]["box_zyxzyx"] == list(small_scan.objects[0].box_zyxzyx)


def test_every_level_there_is_survives(small_scan, tmp_path):
    levels = np.arange(65_536, dtype=np.uint16).reshape(4, 128, 128)
    changed = type(small_scan)(
        levels, levels[::-1], levels // 4, (), small_scan.spacing_mm, small_scan.rescale, small_scan.masses_kg
    )
    files = write_ct(tmp_path, "all", changed)
    for written in (files.dicom, files.dicos):
        assert np.array_equal(read_scan(written).pixels, np.stack([levels, levels[::-1]]))
    assert np.array_equal(read_scan(files.labels).pixels[0], levels // 4)


def test_the_same_scan_gives_the_same_files(small_scan, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_ct(tmp_path / name, "scan", small_scan)
    names = sorted(file.name for file in (tmp_path / "a").iterdir())
    assert len(names) == 6
    assert all((tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes() for name in names)
