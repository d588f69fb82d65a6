import gzip
import tracemalloc
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from imaging import (
    ProfileError,
    Quantity,
    ReadLimits,
    ScannerProfile,
    ScanTooLarge,
    UnreadableScan,
    read_scan,
    write_png,
)
from imaging.formats.picture import DEFAULT_LIMITS
from imaging.formats.raw import RawLayout, decode_raw

LEVELS = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
LITTLE = {"dtype": "uint16", "byte_order": "little", "samples": 256, "lines": 256}


def profile(channels=("single",), air=60_000.0, **raw):
    return ScannerProfile(
        name="dump",
        quantity="counts",
        channels=[{"name": name} for name in channels],
        air=[air] * len(channels),
        raw={**LITTLE, **raw},
    )


def test_every_level_of_a_dump_reaches_the_signal(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"head" + LEVELS.astype("<u2").tobytes() + b"tail!")
    scan = read_scan(tmp_path / "a.bin", profile(offset=4, footer=5))
    assert (scan.source.format, scan.quantity, scan.pixels.dtype) == ("raw", Quantity.COUNTS, np.uint16)
    assert np.array_equal(scan.pixels[0], LEVELS)
    assert len(np.unique(scan.view.signal())) == 65_536


@given(data=st.data())
@settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_layout_is_undone(data):
    """The oracle writes the picture sample by sample, in loops."""
    channels, slices, height, width = (data.draw(st.integers(1, 4)) for _ in range(4))
    layout = RawLayout(
        dtype=data.draw(st.sampled_from(["uint8", "uint16", "uint32", "int16", "int32", "float32", "float64"])),
        byte_order=data.draw(st.sampled_from(["little", "big"])),
        layout=data.draw(st.sampled_from(["planar", "interleaved", "line_interleaved"])),
        line=(line := data.draw(st.sampled_from(["row", "column"]))),
        samples=width if line == "row" else height,
        lines=height if line == "row" else width,
        slices=slices if (volume := data.draw(st.booleans())) else None,
        offset=data.draw(st.integers(0, 9)),
        footer=data.draw(st.integers(0, 9)),
    )
    slices = slices if volume else 1
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    picture = rng.integers(0, 120, (channels, slices, height, width)).astype(layout.dtype)
    lines, samples = (height, width) if line == "row" else (width, height)
    order = {"planar": "cdij", "interleaved": "dijc", "line_interleaved": "dicj"}[layout.layout]
    sizes = {"c": channels, "d": slices, "i": lines, "j": samples}
    numbers = []
    for places in product(*(range(sizes[axis]) for axis in order)):
        at = dict(zip(order, places, strict=True))
        row, column = (at["i"], at["j"]) if line == "row" else (at["j"], at["i"])
        numbers.append(picture[at["c"], at["d"], row, column])
    content = bytes(layout.offset) + np.array(numbers, layout.stored_dtype()).tobytes() + bytes(layout.footer)
    planes = decode_raw(content, layout, channels, DEFAULT_LIMITS).planes
    assert planes.dtype == np.dtype(layout.dtype)
    assert planes.dtype.isnative
    assert planes.flags.c_contiguous
    assert planes.flags.aligned
    assert np.array_equal(planes, picture if volume else picture[:, 0])


def test_lines_of_unknown_number_are_counted():
    layout = RawLayout(**{**LITTLE, "samples": 3, "lines": "rest", "offset": 2})
    for lines in (1, 2, 77):
        content = b"??" + np.arange(lines * 6, dtype="<u2").tobytes()
        assert decode_raw(content, layout, 2, DEFAULT_LIMITS).planes.shape == (2, lines, 3)


@pytest.mark.parametrize(
    ("raw", "size", "numbers"),
    [
        ({}, 131_071, ["131072 bytes", "131071"]),
        ({}, 131_073, ["131072", "131073"]),
        ({"offset": 8}, 131_072, ["131080", "131072"]),
        ({"lines": "rest"}, 600, ["512 bytes", "1 lines and 88 bytes over"]),
        ({"lines": "rest", "offset": 900}, 600, ["0 lines"]),
        ({"lines": "rest"}, 511, ["0 lines and 511"]),
    ],
)
def test_a_dump_of_another_size_is_refused_with_the_numbers(tmp_path, raw, size, numbers):
    (tmp_path / "a.raw").write_bytes(bytes(size))
    with pytest.raises(ProfileError) as caught:
        read_scan(tmp_path / "a.raw", profile(**raw))
    assert all(number in str(caught.value) for number in [*numbers, "a.raw"])


def test_the_layout_is_held_against_the_limits_before_memory_is_taken():
    layout = RawLayout(**{**LITTLE, "samples": 1 << 20, "lines": 1 << 20})
    tracemalloc.start()
    with pytest.raises(ScanTooLarge):
        decode_raw(bytes(10), layout, 1, DEFAULT_LIMITS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000
    with pytest.raises(ScanTooLarge):
        decode_raw(LEVELS.tobytes(), RawLayout(**LITTLE), 1, ReadLimits(max_pixels=65_535))


def test_a_dump_without_its_profile_is_nothing(tmp_path):
    (tmp_path / "a.raw").write_bytes(LEVELS.tobytes())
    with pytest.raises(UnreadableScan, match="begins"):
        read_scan(tmp_path / "a.raw")


def test_a_picture_under_the_profile_of_a_dump_stays_a_picture(tmp_path):
    write_png(tmp_path / "a.raw", LEVELS)
    assert read_scan(tmp_path / "a.raw", profile()).source.format == "png"


def test_bytes_that_announce_a_format_which_is_not_read_may_be_a_dump(tmp_path):
    levels = LEVELS.copy()
    levels[0, 0] = 0x4D42  # the first bytes of a BMP
    (tmp_path / "a.raw").write_bytes(levels.astype("<u2").tobytes())
    assert read_scan(tmp_path / "a.raw", profile()).pixels[0, 0, 0] == 0x4D42


def test_small_counts_are_not_taken_for_dicom_without_its_preamble(tmp_path):
    counts = np.arange(8, 8 + 2 * 64, 2, dtype="<u4").reshape(8, 8)
    (tmp_path / "a.raw").write_bytes(counts.tobytes())
    scan = read_scan(tmp_path / "a.raw", profile(dtype="uint32", samples=8, lines=8))
    assert np.array_equal(scan.pixels[0], counts)


def test_an_unknown_number_of_lines_is_for_radiographs():
    with pytest.raises(ValidationError, match="rest"):
        RawLayout(**{**LITTLE, "lines": "rest", "slices": 3})


@pytest.mark.real
def test_the_engine_block_as_a_dump(tmp_path, real_data):
    content = gzip.decompress((real_data / "ct" / "engine_ge" / "engine_256x256x128_uint8.raw.gz").read_bytes())
    (tmp_path / "engine.raw").write_bytes(content)
    engine = ScannerProfile(
        name="engine",
        quantity="unknown",
        channels=[{"name": "single"}],
        raw={"dtype": "uint8", "byte_order": "little", "samples": 256, "lines": 256, "slices": 128},
    )
    scan = read_scan(tmp_path / "engine.raw", engine)
    assert scan.pixels.shape == (1, 128, 256, 256)
    assert np.array_equal(scan.pixels[0], np.frombuffer(content, np.uint8).reshape(128, 256, 256))
