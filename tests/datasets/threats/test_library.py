"""Threat libraries: what is written is read, mass is kept on the way to the device, damage is refused."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load, save

from datasets.pool import PoolError
from datasets.sandbox.threats import simulated_threats
from datasets.threats import read_library, write_library
from datasets.threats.stack import device_threats, projection_into
from imaging.material import mass_attenuation
from tests.gpu.projection.scenes import profile


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    threats, materials = simulated_threats(3, 30)
    return write_library(tmp_path_factory.mktemp("threats") / "lib", threats, name="some", materials=materials)


@pytest.fixture
def folder(tmp_path):
    threats, materials = simulated_threats(3, 4)
    write_library(tmp_path / "lib", threats, name="some", materials=materials)
    return tmp_path / "lib"


def amount_kg(planes: np.ndarray, pitch_mm: float) -> float:
    return float(planes.sum()) * (pitch_mm / 10) ** 2 / 1000


def test_areal_density_adds_up_to_the_mass_of_the_thing(library):
    for threat in library.threats:
        assert amount_kg(threat.areal_LHW, threat.record.pitch_mm) == pytest.approx(threat.record.mass_kg, rel=1e-3)


def test_both_poses_of_a_thing_weigh_the_same_and_share_a_group(library):
    groups = {}
    for threat in library.threats:
        groups.setdefault(threat.record.group, []).append(threat.record.mass_kg)
    assert len(groups) == 30
    assert all(len(masses) == 2 and masses[0] == pytest.approx(masses[1]) for masses in groups.values())


def test_a_threat_takes_no_more_room_than_there_is(library):
    for threat in library.threats:
        covered = threat.depth_mm_HW[threat.mask_HW]
        assert (covered > 0).all()
        assert threat.depth_mm_HW.max() < 3000


def test_same_seed_same_bytes_and_read_as_written(tmp_path, folder):
    threats, materials = simulated_threats(3, 4)
    write_library(tmp_path / "again", threats, name="some", materials=materials)
    for file in sorted(folder.iterdir()):
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
    for one, other in zip(read_library(folder).threats, threats, strict=True):
        assert one.record == other.record
        np.testing.assert_array_equal(one.areal_LHW, other.areal_LHW)


def test_materials_attenuate_as_their_elements_do(library):
    energies = np.array([100.0, 1000.0, 5000.0])
    np.testing.assert_allclose(
        library.mass_attenuation_LK(["iron"], energies)[0], mass_attenuation("steel", energies), rtol=1e-9
    )


@pytest.mark.parametrize("damage", ["areal", "line", "info", "missing", "other"])
def test_a_damaged_library_is_refused(folder, damage):
    areal, lines, info = (folder / name for name in ("areal.safetensors", "threats.jsonl", "library.json"))
    if damage == "areal":
        areal.write_bytes(areal.read_bytes()[:-4])
    elif damage == "line":
        lines.write_text(lines.read_text().replace("mass_kg", "weight"))
    elif damage == "info":
        info.write_text("{}")
    elif damage == "missing":
        areal.unlink()
    else:
        content = bytearray(areal.read_bytes())
        content[-3] ^= 1
        areal.write_bytes(bytes(content))
    with pytest.raises(PoolError, match="write it again"):
        read_library(folder)


def test_a_negative_plane_and_a_second_name_are_refused(tmp_path, library):
    one = library.threats[0]
    for threats in ([one, one], [type(one)(one.record, -one.areal_LHW, one.depth_mm_HW)]):
        with pytest.raises(PoolError):
            write_library(tmp_path / "no", threats, name="some", materials=library.info.materials)
    assert not (tmp_path / "no").exists()


def test_what_is_wrong_with_a_file_is_said(folder):
    info = folder / "library.json"
    info.write_text(info.read_text().replace('"schema_version": 1', '"schema_version": 9'))
    with pytest.raises(PoolError, match=r"schema_version: Input should be 1; write it again"):
        read_library(folder)


@pytest.mark.parametrize("sort", ["twice", "float64"])
def test_a_whole_library_that_contradicts_itself_is_refused(folder, sort):
    areal, lines, info = (folder / name for name in ("areal.safetensors", "threats.jsonl", "library.json"))
    if sort == "twice":
        lines.write_text(lines.read_text() + lines.read_text().splitlines()[0] + "\n")
    else:
        areal.write_bytes(save({name: plane.astype(np.float64) for name, plane in load(areal.read_bytes()).items()}))
    true = hashlib.sha256(areal.read_bytes() + lines.read_bytes()).hexdigest()
    record = json.loads(info.read_text())
    info.write_text(json.dumps(record | {"content_hash": true}))
    with pytest.raises(PoolError, match="of different names" if sort == "twice" else "float64"):
        read_library(folder)


def test_a_written_folder_is_not_written_again(folder, library):
    with pytest.raises(PoolError, match="empty folder"):
        write_library(folder, library.threats, name="some", materials=library.info.materials)


@pytest.mark.parametrize("pitch_mm", [3.0, 6.0, 7.3, 12.0])
def test_the_stack_keeps_the_mass_at_any_pitch(library, pitch_mm):
    labels = library.info.labels
    stack, names = device_threats(library, [profile()], labels, pitch_mm=pitch_mm, largest_mm=600)
    assert len(stack) == len(names) > 10
    chosen = [threat for threat in library.threats if threat.record.threat_id in names]
    for number, threat in enumerate(chosen):
        mass = amount_kg(stack.areal_TLSS[number].numpy(), pitch_mm)
        assert mass == pytest.approx(threat.record.mass_kg, rel=1e-3)
        assert labels[stack.label_T[number]] == threat.record.label
        rows, columns = (stack.areal_TLSS[number].sum(0) > 0).nonzero().unbind(1)
        middle = (stack.areal_TLSS.shape[-1] - 1) / 2
        assert abs((rows.min() + rows.max()) / 2 - middle) <= 1.5
        assert abs((columns.min() + columns.max()) / 2 - middle) <= 1.5


def test_attenuation_of_each_layer_is_its_material_s(library):
    stack, _ = device_threats(library, [profile()], library.info.labels, pitch_mm=6.0)
    assert stack.mass_attenuation_STLK.shape[:2] == (1, len(stack))
    empty = stack.areal_TLSS.flatten(2).amax(-1) == 0
    assert (stack.mass_attenuation_STLK[0][empty] == 0).all()
    assert (stack.mass_attenuation_STLK[0][~empty] > 0).all()


def test_only_what_is_asked_for_is_projected(library):
    stack, names = device_threats(library, [profile()], ["firearm", "narcotics"], pitch_mm=6.0, largest_mm=700)
    assert set(stack.label_T.tolist()) <= {0, 1}
    assert 0 < len(names) < len(library.threats)
    with pytest.raises(PoolError, match="use another library"):
        device_threats(library, [profile()], ["blade"], pitch_mm=6.0)


def test_nothing_is_projected_without_a_library_and_into_scans_of_unknown_sharpness(folder):
    options = {"probability": 0.5, "in_the_open": 0.3, "largest_mm": 1200.0, "cargo_depth_mm": 2350.0}
    assert projection_into([profile()], ["firearm"], library=None, long_side=None, **options) == (None, ())
    blind = profile().model_copy(update={"detector": None})
    labels = json.loads(Path(folder, "library.json").read_text())["labels"]
    for profiles, long_side in (([], None), ([profile()], 512), ([blind], None)):
        with pytest.raises(PoolError):
            projection_into(profiles, labels, library=folder, long_side=long_side, **options)
    transform, names = projection_into([profile()], labels, library=folder, long_side=None, **options)
    assert transform.threats.pitch_mm == 6.0
    assert len(names) == len(transform.threats)
    assert isinstance(transform.threats.areal_TLSS, torch.Tensor)
