"""Whatever lies in the folder, reading ends quickly, within its limits, and with a ScanError that says why."""

import contextlib
import io
import os
import socket
import struct
import tracemalloc
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imaging import ReadLimits, ScanError, ScanTooLarge, UnreadableScan, UnsupportedScan, read_scan
from tests.imaging.tiff_files import with_tag
from tools.fuzzing.dicom_seeds import dicom_bytes

NOISE = np.random.default_rng(5).integers(0, 65_536, (40, 50), dtype=np.uint16)


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_bytes(width, height, *chunks, bits=8, colour=0):
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + png_chunk(b"IEND", b"")


def tiff_bytes(pixels=NOISE, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, metadata=None, **options)
    return buffer.getvalue()


def tag(content, code):
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        return file.pages[0].tags[code].value


GOOD = {
    "png": cv2.imencode(".png", NOISE)[1].tobytes(),
    "jpeg": cv2.imencode(".jpg", (NOISE >> 8).astype(np.uint8))[1].tobytes(),
    "progressive": cv2.imencode(".jpg", (NOISE >> 8).astype(np.uint8), [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1].tobytes(),
    "raw tiff": tiff_bytes(),
    "zlib tiff": tiff_bytes(compression="zlib", rowsperstrip=8),
    "zstd tiff": tiff_bytes(compression="zstd"),
}


@pytest.mark.parametrize("name", GOOD)
def test_the_undamaged_files_are_read(tmp_path, name):
    (tmp_path / "a").write_bytes(GOOD[name])
    assert read_scan(tmp_path / "a").pixels.shape == (1, 40, 50)


@pytest.mark.parametrize("name", GOOD)
def test_no_truncated_file_is_passed_off_as_a_scan(tmp_path, name):
    path = tmp_path / "a"
    whole = GOOD[name]
    for length in [0, 1, 7, *range(8, len(whole), max(1, len(whole) // 60)), len(whole) - 12, len(whole) - 1]:
        path.write_bytes(whole[:length])
        try:
            pixels = read_scan(path).pixels
        except ScanError:
            continue
        # A directory at the front and all strips present: what was cut off held no picture.
        assert "tiff" in name
        assert np.array_equal(pixels[0], NOISE)


@given(data=st.data())
@settings(
    derandomize=True, deadline=None, max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_damaged_bytes_give_a_scan_or_a_scan_error(tmp_path, data):
    content = bytearray(GOOD[data.draw(st.sampled_from(sorted(GOOD)))])
    for _ in range(data.draw(st.integers(1, 6))):
        position = data.draw(st.integers(0, min(len(content) - 1, 400)) | st.integers(0, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    (tmp_path / "a").write_bytes(content)
    with contextlib.suppress(ScanError):
        read_scan(tmp_path / "a", limits=ReadLimits(max_pixels=10**6, max_bytes=10**7))


BOMBS = {
    "png": png_bytes(60_000, 60_000, png_chunk(b"IDAT", zlib.compress(bytes(1000)))),
    "jpeg": GOOD["jpeg"].replace(struct.pack(">HH", 40, 50), struct.pack(">HH", 65_000, 65_000), 1),
    "tiff": with_tag(with_tag(GOOD["zlib tiff"], 256, 100_000), 257, 100_000),
    "tiff tile": with_tag(tiff_bytes(compression="zlib", tile=(16, 16)), 322, 1 << 30),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_header_that_asks_for_too_much_is_refused_before_memory_is_taken(tmp_path, name):
    (tmp_path / "a").write_bytes(BOMBS[name])
    tracemalloc.start()
    with pytest.raises(ScanTooLarge, match="raise the read limits"):
        read_scan(tmp_path / "a")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


@pytest.mark.parametrize("compression", ["zlib", "zstd", "lzma", "packbits", "lzw"])
def test_a_strip_that_unpacks_to_more_than_its_rows_does_not_grow(tmp_path, compression):
    bomb = tiff_bytes(np.zeros((4000, 4000), np.uint16), compression=compression, rowsperstrip=4000)
    (tmp_path / "a").write_bytes(with_tag(with_tag(with_tag(bomb, 257, 2), 278, 2), 256, 50))
    with contextlib.suppress(UnreadableScan):
        assert read_scan(tmp_path / "a").pixels.nbytes == 200


def test_a_strip_that_unpacks_to_less_than_its_rows_is_refused(tmp_path):
    whole, half = GOOD["zstd tiff"], tiff_bytes(NOISE[:20], compression="zstd")
    grafted = with_tag(with_tag(whole, 273, len(whole)), 279, tag(half, 279)[0])
    strip = half[tag(half, 273)[0] :][: tag(half, 279)[0]]
    (tmp_path / "a").write_bytes(grafted + strip)
    with pytest.raises(UnreadableScan):
        read_scan(tmp_path / "a")


@pytest.mark.parametrize(
    "content",
    [
        with_tag(GOOD["zstd tiff"], 257, 5000),
        with_tag(GOOD["zstd tiff"], 279, 0),
        with_tag(GOOD["raw tiff"], 273, 10**6),
        with_tag(GOOD["raw tiff"], 257, 0),
        png_bytes(100, 100, png_chunk(b"IDAT", zlib.compress(bytes(50 * 101)))),
        png_bytes(0, 5),
        png_bytes(100, 50),
        GOOD["png"][:200] + bytes([GOOD["png"][200] ^ 1]) + GOOD["png"][201:],
        b"not a picture, only a text",
        b"\xff\xd8\xff\xd9",
        bytes(128) + b"DICM",
        bytes(128) + b"DICM" + b"a text, and no data set " * 9,
        b"",
    ],
    ids=["strips missing", "empty strip", "strip outside", "no rows", "rows missing", "no columns", "no pixels",
         "bad checksum", "text", "empty JPEG", "empty DICOM", "text as DICOM", "no bytes"],
)  # fmt: skip
def test_damage_that_a_decoder_would_paper_over(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(UnreadableScan, match=r";.*found .*;"):
        read_scan(tmp_path / "a.png")


def test_pages_that_run_in_a_circle(tmp_path):
    content = bytearray(GOOD["raw tiff"])
    start = struct.unpack_from("<I", content, 4)[0]
    struct.pack_into("<I", content, start + 2 + 12 * struct.unpack_from("<H", content, start)[0], start)
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(UnreadableScan):
        read_scan(tmp_path / "a")


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04rest",
        tiff_bytes(np.zeros((17, 4, 4), np.uint16), photometric="minisblack"),
        tiff_bytes((NOISE >> 8).astype(np.uint8), compression="jpeg"),
        tiff_bytes(np.zeros((4, 4, 4), np.uint16), photometric="minisblack"),
    ],
    ids=["zip", "17 pages", "lossy", "4 planes without a profile"],
)
def test_what_is_not_supported_says_what_it_is(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(UnsupportedScan, match=r";.*found .*;"):
        read_scan(tmp_path / "a")


def test_a_progressive_jpeg_of_endless_scans_is_refused(tmp_path):
    start = GOOD["jpeg"].index(b"\xff\xda")
    (tmp_path / "a").write_bytes(GOOD["jpeg"][:start] + GOOD["jpeg"][start:-2] * 80 + b"\xff\xd9")
    with pytest.raises(UnsupportedScan, match="scans"):
        read_scan(tmp_path / "a")


def test_only_regular_files_are_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "device").symlink_to("/dev/zero")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for name in ["pipe", "dangling", "loop", "device", "folder", "socket", "absent", "a\0b", "x" * 5000]:
            with pytest.raises(UnreadableScan, match=r";.*found .*;") as caught:
                read_scan(tmp_path / name)
            assert caught.value.remedy


def test_a_link_to_a_scan_is_a_scan(tmp_path):
    (tmp_path / "a.png").write_bytes(GOOD["png"])
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    assert np.array_equal(read_scan(tmp_path / "b.png").pixels[0], NOISE)


def test_a_file_larger_than_the_limit_is_not_loaded(tmp_path):
    with (tmp_path / "a.png").open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(ScanTooLarge):
        read_scan(tmp_path / "a.png")


def test_limits_are_the_callers(tmp_path):
    (tmp_path / "a").write_bytes(GOOD["png"])
    assert read_scan(tmp_path / "a", limits=ReadLimits(max_pixels=2000)).view.size_hw == (40, 50)
    for limits in (ReadLimits(max_pixels=1999), ReadLimits(max_bytes=3999)):
        with pytest.raises(ScanTooLarge):
            read_scan(tmp_path / "a", limits=limits)


def test_the_name_of_a_file_says_nothing(tmp_path):
    for name, content in GOOD.items():
        for suffix in ("png", "jpg", "tif", "dcm", "raw", "txt", ""):
            path = tmp_path / f"scan.{suffix}"
            path.write_bytes(content)
            assert read_scan(path).pixels.shape == (1, 40, 50), (name, suffix)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "dcm", "dcs", "raw"])
@pytest.mark.parametrize(
    "content", [b"", b"\n", b"only a text\n" * 50, b"\xef\xbb\xbf<html>", bytes(500), b"\xff" * 500]
)
def test_what_is_no_scan_under_the_name_of_one(tmp_path, suffix, content):
    path = tmp_path / f"scan.{suffix}"
    path.write_bytes(content)
    with pytest.raises(UnreadableScan, match=r".*; found .*scan\..*; .*"):
        read_scan(path)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_one_pixel_of_every_format(tmp_path, dtype):
    pixel = np.array([[200]], dtype)
    contents = [cv2.imencode(".png", pixel)[1].tobytes(), tiff_bytes(pixel), tiff_bytes(pixel, compression="zstd")]
    if dtype == np.uint16:
        contents += [dicom_bytes(pixel[None], syntax) for syntax in ("explicit", "deflated", "jpegls", "jpeg2000")]
    else:
        contents += [cv2.imencode(".jpg", pixel)[1].tobytes()]
    for content in contents:
        (tmp_path / "a").write_bytes(content)
        pixels = read_scan(tmp_path / "a").pixels
        assert (pixels.dtype, pixels.tolist()) == (dtype, [[[200]]])


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, 1e308, -1e308])
@pytest.mark.parametrize("everywhere", [False, True])
def test_samples_that_are_no_numbers_are_read_marked_and_never_reach_a_network(tmp_path, odd, everywhere):
    pixels = np.full((4, 5), odd) if everywhere else np.where(np.eye(4, 5) > 0, odd, 0.5)
    (tmp_path / "a").write_bytes(tiff_bytes(pixels))
    view = read_scan(tmp_path / "a").view
    assert np.array_equal(view.pixels[0], pixels, equal_nan=True)
    if np.isfinite(odd):
        assert view.valid is None
    else:
        assert np.array_equal(view.valid, np.isfinite(pixels))
    assert np.array_equal(view.signal()[0], np.where(np.abs(pixels) < 1, pixels, 1).astype(np.float32))


@pytest.mark.parametrize("name", ["two\nlines.png", "bell\a.png", "x" * 251 + ".png", "\udcff\udc80.png", "日本.png"])
def test_odd_names(tmp_path, name):
    (tmp_path / name).write_bytes(GOOD["png"])
    assert np.array_equal(read_scan(tmp_path / name).pixels[0], NOISE)
    (tmp_path / name).write_bytes(GOOD["png"][:-1])
    with pytest.raises(UnreadableScan, match=r"; found .*\.png; ") as caught:
        read_scan(tmp_path / name)
    assert str(caught.value).encode().decode().isprintable()


SIDES = st.integers(-2, 30)


@given(SIDES, SIDES, SIDES, st.floats(0.125, 32), st.integers(1, 9000), st.integers(1, 90_000), st.integers(1, 30))
@settings(deadline=None, max_examples=400)
def test_a_header_passes_the_limits_exactly_when_all_it_asks_for_lies_within(
    height, width, pages, depth, most_pixels, most_bytes, most_frames
):
    limits = ReadLimits(max_pixels=most_pixels, max_bytes=most_bytes, max_frames=most_frames)
    pixels = height * width * pages
    if min(height, width, pages) < 1:
        expected = UnreadableScan
    elif pixels > most_pixels or pixels * depth > most_bytes or pages > most_frames:
        expected = ScanTooLarge
    else:
        expected = None
    caught = None
    try:
        limits.check(height, width, depth, pages)
    except ScanError as error:
        caught = type(error)
    assert caught is expected
