from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inference_fakes import DarkBlobs, blob_pixels, component, scan_of

from gpu import Sample, collate
from imaging import Channel, Quantity, ScannerProfile, View, read_scan, write_scan
from inference.errors import PackageMisfit
from inference.passes import MOST_PIXELS, passes
from inference.prepare import Prepared, pixel_region, prepare

SPEC = component("detector", DarkBlobs()).spec


def two_channels(quantity=Quantity.UNKNOWN):
    pixels = np.stack([np.full((40, 50), 100, np.uint16), np.full((40, 50), 60000, np.uint16)])
    return View("0", pixels, (Channel("low"), Channel("high")), quantity, air=(60000.0, 60000.0))


def test_every_16_bit_level_reaches_the_network():
    levels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    assert len(np.unique(prepare(scan_of(levels).view, SPEC).signal_CHW)) == 65536


@pytest.mark.parametrize("file_format", ["png", "tiff", "dicom", "dicos", "raw"])
def test_every_level_of_every_format_reaches_the_tensor_of_the_network(tmp_path, file_format):
    levels = np.arange(65536, dtype=np.uint16).reshape(1, 256, 256)
    if file_format == "raw":
        levels.tofile(tmp_path / "scan.raw")
        profile = ScannerProfile(
            name="dump",
            quantity=Quantity.UNKNOWN,
            channels=[{"name": "single"}],
            raw={"dtype": "uint16", "byte_order": "little", "samples": 256, "lines": 256},
        )
        scan = read_scan(tmp_path / "scan.raw", profile)
    else:
        (file,) = write_scan(tmp_path / "scan", scan_of(levels), file_format)
        scan = read_scan(file)
    assert np.array_equal(scan.pixels, levels)
    signal_CHW = prepare(scan.view, SPEC).signal_CHW
    batch = collate([Sample(signal_CHW, np.zeros((0, 4), np.float32), np.zeros(0, np.int64))], fill=1.0)
    assert len(np.unique(batch.image_BCHW.numpy())) == 65536


def test_channels_are_taken_by_name():
    high = SPEC.model_copy(update={"channels": ("high",)})
    assert prepare(two_channels(), high).signal_CHW.min() > 0.9
    swapped = SPEC.model_copy(update={"channels": ("high", "low")})
    assert prepare(two_channels(), swapped).signal_CHW[:, 0, 0] == pytest.approx([60000 / 65535, 100 / 65535])


@pytest.mark.parametrize(
    ("view", "changes", "found"),
    [
        (two_channels(), {}, "channels low, high"),
        (two_channels(Quantity.COUNTS), {"channels": ("low",)}, "quantity counts"),
        (two_channels(), {"channels": ("low",), "quantity": "physical"}, "--profile"),
        (scan_of(blob_pixels()).view, {"tile": 512}, "tiles of 512"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(view, changes, found):
    with pytest.raises(PackageMisfit, match=found):
        prepare(view, SPEC.model_copy(update=changes))


def test_a_volume_is_refused():
    volume = View("0", np.zeros((1, 4, 8, 8), np.uint16), (Channel("single"),), Quantity.UNKNOWN)
    with pytest.raises(PackageMisfit, match=r"a volume of .* use a package that was trained on such scans"):
        prepare(volume, SPEC)


def test_where_the_detector_said_nothing_the_network_sees_air():
    pixels = np.full((1, 8, 8), 0.5, np.float32)
    pixels[0, 2, 3] = np.nan
    view = View("0", pixels, (Channel("single"),), Quantity.UNKNOWN, valid=np.isfinite(pixels[0]))
    signal = prepare(view, SPEC).signal_CHW
    assert signal[0, 2, 3] == SPEC.fill
    assert np.isfinite(signal).all()


numbers = st.floats(-500, 500, allow_nan=False)


@settings(derandomize=True, deadline=None)
@given(numbers, numbers, numbers, numbers, st.integers(1, 60), st.integers(1, 60))
def test_a_region_is_always_a_part_of_the_view(left, top, right, bottom, height, width):
    first_row, last_row, first_column, last_column = pixel_region((left, top, right, bottom), (height, width))
    assert 0 <= first_row < last_row <= height
    assert 0 <= first_column < last_column <= width


def test_a_region_holds_every_pixel_that_it_touches():
    assert pixel_region((1.2, 2.0, 4.7, 5.0), (10, 10)) == (2, 5, 1, 5)


def image(height, width):
    return Prepared(np.zeros((1, height, width), np.float32), 1.0)


def test_only_equal_padded_sizes_share_a_pass_and_every_image_has_one():
    images = [image(30, 40), image(32, 64), image(33, 64), image(1, 1)]
    shared = list(passes(images))
    assert sorted(index for members in shared for index in members) == [0, 1, 2, 3]
    assert all(len({images[index].padded_hw for index in members}) == 1 for members in shared)
    assert [0, 1] in shared


def test_large_images_go_alone():
    @dataclasses.dataclass
    class Large:
        padded_hw: tuple[int, int] = (4096, MOST_PIXELS // 4096)

    assert list(passes([Large(), Large()])) == [[0], [1]]  # type: ignore[list-item]  # a stand-in
    assert list(passes([])) == []
