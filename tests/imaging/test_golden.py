"""Pixels of real scans at named coordinates, taken down with Pillow, which shares no reader with ours but libjpeg's."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from imaging import Quantity, ScannerProfile, read_scan
from imaging.formats import ReadLimits, decode

pytestmark = pytest.mark.real

# One scan of each set and format: shape and dtype, then (row, column): a corner, the middle, the darkest pixel.
NAMED = {
    "metro_scenes/images/400040.jpg": (
        (3, 700, 860), np.uint8, {(0, 0): (233, 239, 237), (350, 286): (223, 195, 145), (533, 395): (39, 85, 39)}),
    "subway_bags/images/P00120.jpg": (
        (3, 487, 679), np.uint8, {(0, 0): (255, 255, 255), (243, 226): (203, 216, 147), (308, 552): (6, 28, 16)}),
    "airport_blades/images/010106.jpg": (
        (3, 416, 416), np.uint8, {(0, 0): (254, 254, 254), (208, 138): (245, 139, 63), (156, 216): (0, 1, 0)}),
    "cabinet_knives/images/pngImg_37.jpg": (
        (3, 584, 793), np.uint8, {(0, 0): (156, 141, 144), (292, 264): (255, 230, 163), (123, 343): (1, 31, 21)}),
    "dual_energy_bags/images/threat_20191228_112826_92_lo.tif": (
        (2, 479, 770), np.uint16, {(0, 0): (50290, 49710), (239, 256): (43926, 44640), (410, 190): (224, 920)}),
    "dual_energy_bags/images/clean_20200103_165316_8_colored.tif": (
        (3, 532, 683), np.uint8, {(0, 0): (255, 255, 230), (266, 227): (255, 255, 217), (303, 33): (0, 23, 119)}),
    "dual_energy_threats/background/background_0_low.png": (
        (2, 1538, 1250), np.uint16, {(0, 0): (60000, 60000), (769, 416): (60000, 60000), (1387, 387): (45, 392)}),
    "dual_energy_threats/knife/knife_2_low.png": (
        (2, 116, 96), np.uint16, {(0, 0): (60000, 58327), (58, 32): (59899, 58389), (65, 40): (15759, 33151)}),
}  # fmt: skip

ENGINE = {
    "name": "engine",
    "quantity": "unknown",
    "channels": [{"name": "single"}],
    "raw": {"dtype": "uint8", "byte_order": "little", "samples": 256, "lines": 256, "slices": 128},
}


def pillow_CHW(path):
    pixels = np.asarray(Image.open(path))
    return pixels[None] if pixels.ndim == 2 else pixels[:, :, :3].transpose(2, 0, 1)


def files_of_scan(path):
    """The file, with that of the high energy where it is of the low one."""
    high = path.with_name(path.name.replace("_lo.", "_hi.").replace("_low.", "_high."))
    return [path] if high == path else [path, high]


@pytest.mark.parametrize("name", NAMED)
def test_named_scans(real_data, name):
    shape, dtype, points = NAMED[name]
    files = files_of_scan(real_data / name)
    pixels = read_scan(files).pixels
    assert pixels.shape == shape
    assert pixels.dtype == dtype
    assert {place: tuple(pixels[:, *place].tolist()) for place in points} == points
    assert np.array_equal(pixels, np.concatenate([pillow_CHW(file) for file in files]))


def test_every_plain_sample_has_its_golden_pixel(real_data, root):
    """One pixel of each file, at its steepest slope, where a filter, a shift or a lost bit shows first."""
    with (root / "tests" / "imaging" / "golden_pixels.csv").open(newline="", encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    found = [path for pattern in ("*/images/*.jpg", "*/images/*.tif", "*/*/*.png") for path in real_data.glob(pattern)]
    assert sorted(row["file"] for row in rows) == sorted(path.relative_to(real_data).as_posix() for path in found)
    for row in rows:
        picture, _ = decode(Path(real_data, row["file"]).read_bytes(), ReadLimits())
        pixel = picture.planes[:, int(row["row"]), int(row["column"])]
        assert pixel.tolist() == list(map(int, row["values"].split())), row["file"]


def test_engine_block_as_a_raw_dump(real_data, tmp_path):
    dump = gzip.decompress((real_data / "ct" / "engine_ge" / "engine_256x256x128_uint8.raw.gz").read_bytes())
    (tmp_path / "engine.raw").write_bytes(dump)
    view = read_scan(tmp_path / "engine.raw", ScannerProfile.model_validate(ENGINE)).view
    assert view.quantity is Quantity.UNKNOWN
    assert (view.pixels.shape, view.pixels.dtype) == ((1, 128, 256, 256), np.uint8)
    points = {(0, 0, 0): 0, (64, 128, 128): 133, (100, 60, 200): 140}
    assert {place: int(view.pixels[0, *place]) for place in points} == points
    assert view.pixels.tobytes() == dump
