import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imaging import Channel, Quantity, Scan, ScannerProfile, Source, UnsupportedScan, View, find_scans, read_scan
from imaging.formats.tiff import DTYPES
from imaging.writing.export import write_scan

NAMES = {1: ("single",), 2: ("low", "high"), 3: ("red", "green", "blue")}
LEVELS = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
TWO = np.stack([LEVELS, LEVELS[::-1]])


def view_of(pixels, names=None, view_id="0"):
    channels = tuple(map(Channel, names or NAMES[len(pixels)]))
    return View(view_id, pixels, channels, Quantity.UNKNOWN)


def filled(dtype, shape, seed):
    rng = np.random.default_rng(seed)
    if dtype.kind == "f":
        return rng.normal(0, 50, shape).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)


@given(
    dtype=st.sampled_from(sorted(DTYPES, key=str)),
    channels=st.integers(1, 4),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    slices=st.none() | st.integers(2, 5),
)
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tiff_gives_back_every_dtype_and_shape(tmp_path, dtype, channels, height, width, slices):
    shape = (channels, height, width) if slices is None else (1, slices, height, width)
    names = ("low", "high", "single", "red")[: shape[0]]
    pixels = filled(dtype, shape, 3)
    (path,) = write_scan(tmp_path / "a.tif", view_of(pixels, names if shape[0] != 3 else None), "tiff")
    entries = [{"name": name} for name in names]
    profile = ScannerProfile(name="p", quantity="unknown", channels=entries) if shape[0] == 4 else None
    back = read_scan(path, profile).pixels
    assert back.dtype == dtype
    assert np.array_equal(back, pixels)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_png_gives_back_what_it_can_hold(tmp_path, dtype, channels):
    pixels = filled(np.dtype(dtype), (channels, 7, 5), channels)
    files = write_scan(tmp_path / "a.png", view_of(pixels), "png")
    assert [file.name for file in files] == (["a_low.png", "a_high.png"] if channels == 2 else ["a.png"])
    scan = read_scan(files)
    assert scan.channel_names == NAMES[channels]
    assert np.array_equal(scan.pixels, pixels)


@pytest.mark.parametrize("file_format", ["png", "tiff", "dicom", "dicos"])
def test_65536_levels_survive_every_format(tmp_path, file_format):
    files = write_scan(tmp_path / "a.out", view_of(TWO), file_format)
    assert all(file.is_file() for file in files)
    scan = read_scan(files)
    assert scan.channel_names == ("low", "high")
    assert np.array_equal(scan.pixels, TWO)
    (found,) = find_scans(tmp_path)
    assert set(found.files) == set(files)


@pytest.mark.parametrize("file_format", ["tiff", "dicom", "dicos"])
def test_volumes_come_back(tmp_path, file_format):
    volume = LEVELS.reshape(1, 4, 128, 128)
    view = View("0", volume, (Channel("single"),), Quantity.UNKNOWN, spacing_mm=(1.5, 0.8, 0.7))
    assert np.array_equal(read_scan(write_scan(tmp_path / "a.out", view, file_format)).pixels, volume)


def test_every_view_gets_its_files(tmp_path):
    scan = Scan("s", "p", (view_of(TWO, view_id="top"), view_of(TWO[:1], view_id="side")), Source((), "png"))
    assert [file.name for file in write_scan(tmp_path / "a.png", scan, "png")] == [
        "a_top_low.png",
        "a_top_high.png",
        "a_side.png",
    ]
    one = Scan("s", "p", scan.views[1:], Source((), "png"))
    assert [file.name for file in write_scan(tmp_path / "b.tif", one, "tiff")] == ["b.tif"]


@pytest.mark.parametrize(
    ("pixels", "file_format"),
    [
        (TWO.astype(np.float32), "png"),
        (TWO.astype(np.int16), "png"),
        (TWO[:1, None], "png"),
        (TWO.astype(np.int64), "tiff"),
        (TWO, "jpeg"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(tmp_path, pixels, file_format):
    with pytest.raises(UnsupportedScan, match=r";.*found .*;"):
        write_scan(tmp_path / "a", view_of(pixels), file_format)
    assert list(tmp_path.iterdir()) == []
