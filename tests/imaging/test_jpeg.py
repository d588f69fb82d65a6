"""JPEG against OpenCV's decoder, and damage behind an intact header and before an intact end marker."""

import io
import struct

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imaging.errors import ScanTooLarge, UnreadableScan, UnsupportedScan
from imaging.formats.jpeg import decode_jpeg
from imaging.formats.picture import ReadLimits

LIMITS = ReadLimits()
PICTURE = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8), (0, 0), 3)


def jpeg(pixels, *options):
    return cv2.imencode(".jpg", pixels, [*map(int, options)])[1].tobytes()


def saved(picture, **options):
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", **options)
    return buffer.getvalue()


WHOLE = jpeg(PICTURE)
DATA = WHOLE.index(b"\xff\xda") + 14  # of the only scan, behind its header
MIDDLE = (DATA + len(WHOLE)) // 2


@given(st.integers(1, 40), st.integers(1, 40), st.booleans(), st.booleans())
@settings(deadline=None, max_examples=60)
def test_pixels_are_those_of_another_reader(height, width, colour, progressive):
    pixels = PICTURE[:height, :width] if colour else PICTURE[:height, :width, 0]
    content = jpeg(pixels, cv2.IMWRITE_JPEG_PROGRESSIVE, progressive)
    picture = decode_jpeg(content, LIMITS)
    expected = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture.colour == colour
    assert picture.planes.flags.c_contiguous
    assert np.array_equal(picture.planes, expected[:, :, ::-1].transpose(2, 0, 1) if colour else expected[None])


@pytest.mark.parametrize("options", [{"subsampling": 0}, {"subsampling": 2}, {"keep_rgb": True}, {"exif": b"Exif\0\0"}])
def test_every_way_to_store_colour(options):
    content = saved(Image.fromarray(PICTURE), **options)
    assert np.array_equal(
        decode_jpeg(content, LIMITS).planes, np.asarray(Image.open(io.BytesIO(content))).transpose(2, 0, 1)
    )


@pytest.mark.parametrize(
    "content",
    [
        WHOLE[:MIDDLE] + WHOLE[MIDDLE + 64 :],
        WHOLE[:MIDDLE] + WHOLE[-2:],
        WHOLE[:MIDDLE] + WHOLE[MIDDLE - 300 :],
        WHOLE[:MIDDLE] + bytes(512) + WHOLE[MIDDLE + 512 :],
        WHOLE[:DATA] + WHOLE[-2:],
    ],
    ids=["64 bytes lost", "second half lost", "a part twice", "a sector of zeros", "no data at all"],
)
def test_damage_inside_is_refused(content):
    assert cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED).shape == (200, 300, 3)
    with pytest.raises(UnreadableScan, match=r"JPEG is whole and undamaged.*found .*; copy"):
        decode_jpeg(content, LIMITS)


@pytest.mark.parametrize("length", [2, 3, 20, DATA - 20, DATA - 12, DATA, MIDDLE, len(WHOLE) - 2, len(WHOLE) - 1])
def test_a_part_of_a_file_is_refused(length):
    with pytest.raises(UnreadableScan, match="end marker"):
        decode_jpeg(WHOLE[:length], LIMITS)


def with_frame(*values):
    return WHOLE.replace(struct.pack(">BHHB", 8, 200, 300, 3), struct.pack(">BHHB", *values))


def test_two_headers_that_differ():
    """The decoder goes by the first, whoever walks over the segments by the last."""
    start = WHOLE.index(b"\xff\xc0")
    frame = WHOLE[start : start + 19]
    other = frame.replace(struct.pack(">HH", 200, 300), struct.pack(">HH", 16, 16))
    with pytest.raises(UnreadableScan, match="two headers that differ"):
        decode_jpeg(WHOLE[:-2] + other + WHOLE[-2:], LIMITS)
    with pytest.raises(UnreadableScan, match="undamaged"):
        decode_jpeg(WHOLE[:start] + other + WHOLE[start:], LIMITS)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (b"\xff\xd8\xff\xd9", UnreadableScan, "before its picture"),
        (WHOLE[:DATA - 14] + b"\xff\xd9", UnreadableScan, "before its picture"),
        (with_frame(12, 200, 300, 3), UnsupportedScan, "12 bits"),
        (with_frame(8, 0, 300, 3), UnreadableScan, "rows and columns"),
        (with_frame(8, 65_500, 65_500, 3), ScanTooLarge, "65500"),
        (with_frame(8, 19_999, 19_999, 3), UnreadableScan, "promises"),
        (with_frame(8, 200, 300, 0), UnsupportedScan, "0 components"),
        (saved(Image.fromarray(PICTURE).convert("CMYK")), UnsupportedScan, "4 components"),
    ],
    ids=["nothing", "no scan", "12 bits", "no rows", "too large", "too large for its data", "no components", "CMYK"],
)  # fmt: skip
def test_what_is_refused_by_its_header(content, error, words):
    with pytest.raises(error, match=words):
        decode_jpeg(content, LIMITS)


def test_a_progressive_picture_counts_with_its_coefficients():
    content = jpeg(PICTURE, cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    assert decode_jpeg(content, ReadLimits(max_bytes=9 * 60_000)).planes.shape == (3, 200, 300)
    with pytest.raises(ScanTooLarge):
        decode_jpeg(content, ReadLimits(max_bytes=9 * 60_000 - 1))
    assert decode_jpeg(WHOLE, ReadLimits(max_bytes=3 * 60_000)).planes.shape == (3, 200, 300)


def test_a_jpeg_of_too_many_scans():
    scan = WHOLE[DATA - 14 : -2]
    with pytest.raises(UnsupportedScan, match="at most 64 scans"):
        decode_jpeg(WHOLE[:-2] + scan * 64 + WHOLE[-2:], LIMITS)
