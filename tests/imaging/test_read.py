import gc
import tracemalloc

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from imaging import ProfileError, Quantity, ScannerProfile, UnsupportedScan, read_scan, write_png, write_tiff
from tools.fuzzing.dicom_seeds import dicom_bytes

LEVELS = np.arange(65_536, dtype=np.uint16).reshape(256, 256)


def profile(channels, quantity="counts", **rest):
    return ScannerProfile(name="p", quantity=quantity, channels=[{"name": name} for name in channels], **rest)


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_every_16_bit_level_stays_distinct_down_to_the_signal(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    write_png(path, LEVELS) if suffix == "png" else write_tiff(path, LEVELS[None])
    scan = read_scan(path)
    assert scan.pixels.dtype == np.uint16
    assert np.array_equal(scan.pixels[0], LEVELS)
    assert scan.quantity is Quantity.UNKNOWN
    assert len(np.unique(scan.view.signal())) == 65_536
    counts = read_scan(path, profile(["single"], air=[49_630.0]))
    assert len(np.unique(counts.transmission())) == 65_536


@pytest.mark.parametrize("suffix", ["tif", "dcm"])
def test_pixels_of_a_mapped_file_are_not_copied(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    plane = np.random.default_rng(0).integers(0, 65_536, (1024, 512), dtype=np.uint16)
    tifffile.imwrite(path, plane) if suffix == "tif" else path.write_bytes(dicom_bytes(plane[None], storage="dx"))
    gc.collect()
    tracemalloc.start()
    try:
        scan = read_scan(path, mapped=True)
        assert tracemalloc.get_traced_memory()[1] < plane.nbytes / 2
    finally:
        tracemalloc.stop()
    assert np.array_equal(scan.pixels[0], plane)
    assert np.array_equal(read_scan(path).pixels, scan.pixels)


GOLDEN = np.zeros((5, 7, 3), np.uint8)
GOLDEN[1, 2], GOLDEN[4, 6] = (250, 100, 3), (1, 2, 3)


@pytest.mark.parametrize(("row", "column", "rgb"), [(1, 2, (250, 100, 3)), (4, 6, (1, 2, 3)), (0, 0, (0, 0, 0))])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_colour_keeps_its_place_and_order(tmp_path, suffix, row, column, rgb):
    path = tmp_path / f"a.{suffix}"
    write_png(path, GOLDEN) if suffix == "png" else tifffile.imwrite(path, GOLDEN, photometric="rgb")
    scan = read_scan(path)
    assert scan.quantity is Quantity.DISPLAY
    assert scan.channel_names == ("red", "green", "blue")
    assert tuple(scan.pixels[:, row, column]) == rgb


@pytest.mark.parametrize("suffix", ["png", "tif", "dcm"])
def test_what_was_read_goes_with_the_scan(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    pixels = np.random.default_rng(0).integers(0, 65_536, (1, 1024, 1024), np.uint16)
    path.write_bytes(dicom_bytes(pixels, "explicit")) if suffix == "dcm" else None
    write_png(path, pixels[0]) if suffix == "png" else None
    write_tiff(path, pixels) if suffix == "tif" else None
    read_scan(path)
    gc.collect()
    gc.disable()  # a cycle of references would hold it until the collector comes, and ten scans with it
    tracemalloc.start()
    try:
        read_scan(path)
        assert tracemalloc.get_traced_memory()[0] < 1 << 20
    finally:
        tracemalloc.stop()
        gc.enable()


def test_jpeg_is_read_by_content_under_a_wrong_suffix(tmp_path):
    path = tmp_path / "a.png"
    cv2.imwrite(str(tmp_path / "a.jpg"), np.full((9, 8, 3), (10, 20, 200), np.uint8))
    (tmp_path / "a.jpg").rename(path)
    scan = read_scan(path)
    assert scan.source.format == "jpeg"
    assert scan.pixels.shape == (3, 9, 8)
    assert scan.pixels[:, 4, 4].tolist() == pytest.approx([200, 20, 10], abs=3)


@pytest.mark.parametrize("alpha", [0, 255])
def test_alpha_is_dropped_without_touching_the_colours(tmp_path, alpha):
    rgba = np.dstack([GOLDEN[..., ::-1], np.full((5, 7), alpha, np.uint8)])
    cv2.imwrite(str(tmp_path / "a.png"), rgba)
    assert np.array_equal(read_scan(tmp_path / "a.png").pixels, GOLDEN.transpose(2, 0, 1))


def test_a_colour_picture_of_equal_planes_stays_colour(tmp_path):
    write_png(tmp_path / "a.png", np.full((4, 4, 3), 9, np.uint8))
    assert read_scan(tmp_path / "a.png").channel_names == ("red", "green", "blue")


@pytest.mark.parametrize("layout", ["planar", "interleaved", "pages", "big-endian", "tiled"])
def test_two_energies_in_one_tiff(tmp_path, layout):
    planes = np.stack([LEVELS, LEVELS[::-1]])
    options = {
        "planar": {"data": planes, "planarconfig": "separate"},
        "interleaved": {"data": planes.transpose(1, 2, 0), "planarconfig": "contig"},
        "pages": {"data": planes},
        "big-endian": {"data": planes, "planarconfig": "separate", "byteorder": ">"},
        "tiled": {"data": planes, "planarconfig": "separate", "tile": (64, 48), "compression": "deflate"},
    }[layout]
    tifffile.imwrite(tmp_path / "a.tif", photometric="minisblack", metadata=None, **options)
    scan = read_scan(tmp_path / "a.tif")
    assert scan.channel_names == ("low", "high")
    assert scan.pixels.dtype.isnative
    assert np.array_equal(scan.pixels, planes)


@pytest.mark.parametrize("first", ["a_hi.png", "a_lo.png"])
def test_a_pair_of_files_is_always_low_then_high(tmp_path, first):
    write_png(tmp_path / "a_lo.png", LEVELS)
    write_png(tmp_path / "a_hi.png", LEVELS[::-1].copy())
    files = sorted(tmp_path.iterdir(), key=lambda path: path.name != first)
    scan = read_scan(files)
    assert scan.scan_id == "a"
    assert scan.channel_names == ("low", "high")
    assert (scan.pixels[:, 0, 1] == [1, 65_281]).all()
    assert scan.source.files == tuple(files)


@pytest.mark.parametrize("as_pair", [True, False])
def test_a_profile_that_names_high_first_is_put_in_order_with_its_air(tmp_path, as_pair):
    p = profile(["high", "low"], air=[200.0, 100.0])
    high, low = np.full((2, 3), 200, np.uint16), np.full((2, 3), 50, np.uint16)
    files = [tmp_path / "a_low.png", tmp_path / "a_high.png"]
    write_png(files[0], low)
    write_png(files[1], high)
    write_tiff(tmp_path / "b.tif", np.stack([high, low]))
    scan = read_scan(files if as_pair else tmp_path / "b.tif", p)
    assert scan.channel_names == ("low", "high")
    assert scan.transmission()[:, 0, 0] == pytest.approx([0.5, 1.0])


def test_profile_gives_meaning_spacing_and_geometry(tmp_path):
    write_png(tmp_path / "a.png", LEVELS)
    p = profile(["single"], air=[60_000.0], spacing_mm=[1.0, 2.0], geometry={"source_detector_mm": 900})
    view = read_scan(tmp_path / "a.png", p, scan_id="x/y").view
    assert (view.quantity, view.air, view.spacing_mm) == (Quantity.COUNTS, (60_000.0,), (1.0, 2.0))
    assert view.geometry.source_detector_mm == 900


@pytest.mark.parametrize(
    ("p", "pixels"),
    [
        (profile(["low", "high"], air=[9.0, 9.0]), LEVELS),
        (profile(["single"], air=[50_000.0]), np.ones((3, 3), np.uint8)),
        (profile(["single"], quantity="attenuation"), LEVELS),
        (profile(["single"], quantity="transmission"), LEVELS),
        (profile(["single"], air=[9.0], spacing_mm=[1.0, 1.0, 1.0]), LEVELS),
        (profile(["single"], air=[9.0]), np.ones((3, 3, 3), np.uint8)),
    ],
    ids=["too few planes", "air off the scale", "integer attenuation", "integer transmission", "3-D spacing", "colour"],
)
def test_a_profile_that_does_not_fit_is_refused(tmp_path, p, pixels):
    write_png(tmp_path / "a.png", pixels)
    with pytest.raises(ProfileError, match=r";.*;"):
        read_scan(tmp_path / "a.png", p)


def test_partners_are_needed_and_must_agree(tmp_path):
    write_png(tmp_path / "a_lo.png", LEVELS)
    write_png(tmp_path / "a_hi.png", LEVELS[:9])
    write_png(tmp_path / "b_hi.png", LEVELS)
    for files in (tmp_path / "b_hi.png", [tmp_path / "a_lo.png", tmp_path / "a_hi.png"], [], [tmp_path / "b_hi.png"]):
        with pytest.raises(UnsupportedScan):
            read_scan(files)
    with pytest.raises(UnsupportedScan, match="one named _low"):
        read_scan([tmp_path / "a_hi.png", tmp_path / "b_hi.png"])


@given(
    pixels=npst.arrays(
        dtype=st.sampled_from([np.uint8, np.uint16, np.float32]),
        shape=st.tuples(st.integers(1, 3), st.integers(1, 19), st.integers(1, 23)),
        elements={"allow_nan": False, "allow_infinity": False},
    ),
    compression=st.sampled_from(["zstd", "deflate", None]),
)
@settings(derandomize=True, deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tiff_round_trip(tmp_path, pixels, compression):
    path = tmp_path / "a.tif"
    write_tiff(path, pixels, compression)
    scan = read_scan(path)
    assert scan.pixels.dtype == pixels.dtype
    assert np.array_equal(scan.pixels, pixels)


def test_nan_is_marked_invalid_and_reads_as_an_empty_beam(tmp_path):
    pixels = np.full((2, 3, 4), 0.5, np.float32)
    pixels[1, 2, 3] = np.nan
    write_tiff(tmp_path / "a.tif", pixels)
    view = read_scan(tmp_path / "a.tif", profile(["low", "high"], quantity="transmission")).view
    assert view.valid.sum() == 11
    assert not view.valid[2, 3]
    assert view.signal()[1, 2, 3] == 1.0
    assert np.isfinite(view.signal()).all()


def test_one_pixel(tmp_path):
    write_png(tmp_path / "a.png", np.array([[40_000]], np.uint16))
    assert read_scan(tmp_path / "a.png").pixels.tolist() == [[[40_000]]]
