"""A folder of files with headers, by the very pieces that clean files: bytes, processes and checks of the pool."""

import json

import numpy as np
import pydicom
import pytest
import tifffile

from datasets.anonymise.audit import STATEMENT
from datasets.checks.run import problems_at
from datasets.forget import forget
from datasets.pool.store import read_pool
from datasets.verbs.outcome import quietly
from imaging import ScanError
from tests.datasets.pooling import bag, files_of
from tools.fuzzing.dicom_seeds import dicom_bytes

SECRETS = (b"Zephyr", b"Kowalski", b"Quill", b"663987")
PROFILE = """
name: gantry
quantity: counts
channels: [{name: single}]
air: [60000]
burnt_in: [{box: [2, 1, 9, 4]}]
cab: [{box: [-6, -5, 0, 0]}]
"""


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source" / "Quillfeather"
    folder.mkdir(parents=True)
    for number in range(9):
        image = np.random.default_rng(number).integers(0, 65535, (16, 24), np.uint16)
        tifffile.imwrite(folder / f"MSCU663987{number}.tif", image, description="ZephyrLogistics", software="Kowalski")
    return folder.parent


def test_pool_is_sound_and_holds_the_pixels_alone(anonymised, source, tmp_path):
    (source / "torn.tif").write_bytes(b"II*\x00ZephyrLogistics")
    outcome = anonymised(source)
    assert len(outcome.problems) == 1
    assert problems_at(tmp_path / "pool") == []
    pool = read_pool(tmp_path / "pool")
    values = sorted(int(pool.read_scan(scan).view.pixels.sum(dtype=np.int64)) for scan in pool.scans)
    originals = [np.random.default_rng(number).integers(0, 65535, (16, 24), np.uint16) for number in range(9)]
    assert values == sorted(int(image.sum(dtype=np.int64)) for image in originals)
    audit = (tmp_path / "pool.audit.json").read_bytes()
    for name, body in {**files_of(tmp_path / "pool"), "audit": audit}.items():
        assert not any(secret in body + name.encode() for secret in SECRETS)
    assert json.loads(audit)["statement"] == STATEMENT


def test_number_of_processes_changes_nothing(anonymised, source, tmp_path):
    anonymised(source, "one/pool", quarantine=tmp_path / "held_one")
    anonymised(source, "two/pool", quarantine=tmp_path / "held_two", workers=2)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")
    assert files_of(tmp_path / "held_one") == files_of(tmp_path / "held_two")


def test_what_the_profile_names_is_blanked_whatever_the_rules(anonymised, source, tmp_path):
    profile = tmp_path / "gantry.yaml"
    profile.write_text(PROFILE)
    anonymised(source, profile=profile)
    pool = read_pool(tmp_path / "pool")
    originals = {}
    for number in range(9):
        image = np.random.default_rng(number).integers(0, 65535, (16, 24), np.uint16)
        originals[image[8].tobytes()] = image
    for scan in pool.scans:
        shown = pool.read_scan(scan).view.pixels[0]
        original = originals[shown[8].tobytes()]
        assert len(np.unique(shown[1:4, 2:9])) == 1
        assert len(np.unique(shown[11:16, 18:24])) == 1
        inside = np.zeros(shown.shape, bool)
        inside[1:4, 2:9] = inside[11:16, 18:24] = True
        assert np.array_equal(shown[~inside], original[~inside])
    written = json.loads((tmp_path / "pool.audit.json").read_text())["entries"]
    assert all(entry["files"][0]["blanked"] == [[2, 1, 9, 4], [18, 11, 24, 16]] for entry in written)


@pytest.mark.parametrize("syntax", ["explicit", "implicit", "big_endian", "deflated", "jpegls", "rle"])
def test_dicom_with_blanked_areas_says_the_same_of_its_pixels(anonymised, tmp_path, syntax):
    plane = np.random.default_rng(1).integers(0, 4000, (1, 16, 24), np.uint16)
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "Kowalski.dcm").write_bytes(dicom_bytes(plane, syntax, "dx"))
    profile = tmp_path / "gantry.yaml"
    profile.write_text(PROFILE)
    anonymised(folder, "plain")
    anonymised(folder, "blanked", profile=profile)
    (plain,), (blanked,) = (sorted((tmp_path / name).rglob("*.dcm")) for name in ("plain", "blanked"))
    before, after = pydicom.dcmread(plain), pydicom.dcmread(blanked)
    assert {str(element) for element in before if element.keyword != "PixelData"} == {
        str(element) for element in after if element.keyword != "PixelData"
    }
    assert np.array_equal(after.pixel_array[8], plane[0, 8])
    assert len(np.unique(after.pixel_array[1:4, 2:9])) == 1


def test_scans_that_show_the_same_are_in_one_group(anonymised, tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    for name, pixels in (("a", bag(1)), ("b", (bag(1) * 0.9).astype(np.uint16)), ("c", bag(2))):
        tifffile.imwrite(folder / f"{name}.tif", pixels)
    anonymised(folder)
    groups = [scan.group for scan in read_pool(tmp_path / "pool").scans]
    assert sorted(groups.count(group) for group in groups) == [1, 2, 2]


def test_without_a_reader_of_text_nothing_is_begun(anonymised, source, tmp_path, monkeypatch):
    def missing():
        raise ScanError("text in pixels is looked for with the extra `ocr`", "no reader", "install it")

    monkeypatch.setattr("datasets.verbs.anonymise.check_reader", missing)
    with pytest.raises(ScanError, match="extra `ocr`"):
        anonymised(source, text="find")
    assert not (tmp_path / "pool.draft").exists()


def test_a_unit_that_was_scanned_again_is_forgotten_with_the_first(anonymised, source, tmp_path):
    tifffile.imwrite(source / "MSCU6639870.tif", bag(1))  # the same container, later
    anonymised(source)
    pool = tmp_path / "pool"
    unit_ids = sorted(unit.unit_id for scan in read_pool(pool).scans for unit in scan.units)
    twice = next(name for name in unit_ids if f"{name}-2" in unit_ids)
    forget(pool, [twice], quietly)
    assert not any(twice in path.read_text(errors="replace") for path in pool.rglob("*") if path.is_file())
    assert len(read_pool(pool).scans) == len(unit_ids) - 2
