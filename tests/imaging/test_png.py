"""PNG of every kind against OpenCV's decoder, and damage that a decoder would paper over."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging.errors import ScanTooLarge, UnreadableScan, UnsupportedScan
from imaging.formats.picture import ReadLimits
from imaging.formats.png import decode_png
from tools.fuzzing.png_chunks import SIGNATURE, png_chunk, png_chunks, png_file

LIMITS = ReadLimits()
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
KINDS = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16),
         (6, 8), (6, 16)]  # fmt: skip
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def with_before_pixels(content, *added):
    header, *rest = png_chunks(content)
    return SIGNATURE + b"".join(png_chunk(*chunk) for chunk in [header, *added, *rest])


def random_png(width, height, bits, colour_type, seed=0):
    """A PNG of random bits, all five filters in turn, with a palette where the colour type asks for one."""
    rng = np.random.default_rng(seed)
    row_bytes = -(-width * bits * SAMPLES[colour_type] // 8)
    rows = b"".join(bytes([row % 5]) + rng.bytes(row_bytes) for row in range(height))
    content = png_file(width, height, bits, colour_type, zlib.compress(rows))
    return with_before_pixels(content, (b"PLTE", rng.bytes(3 << bits))) if colour_type == 3 else content


def opencv_CHW(content):
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    return pixels[None] if pixels.ndim == 2 else pixels[:, :, 2::-1].transpose(2, 0, 1)


@pytest.mark.parametrize(("colour_type", "bits"), KINDS)
@pytest.mark.parametrize(("width", "height"), [(1, 1), (13, 7), (8, 5)])
def test_every_colour_type_and_depth(colour_type, bits, width, height):
    content = random_png(width, height, bits, colour_type)
    picture = decode_png(content, LIMITS)
    expected = opencv_CHW(content)
    if colour_type in (0, 4):
        assert not picture.colour
        expected = expected[:1]
    else:
        assert picture.colour
    assert picture.planes.dtype == (np.uint16 if bits == 16 else np.uint8)
    assert picture.planes.flags.c_contiguous
    assert np.array_equal(picture.planes, expected)


@given(st.integers(1, 20), st.integers(1, 20), st.integers(0, 9))
@settings(deadline=None, max_examples=60)
def test_interlaced_pictures_of_any_size(width, height, seed):
    pixels = np.random.default_rng(seed).integers(0, 65_536, (height, width), dtype=np.uint16)
    rows = b"".join(
        b"\0" + row.astype(">u2").tobytes() for x, y, dx, dy in ADAM7 for row in pixels[y::dy, x::dx] if len(row)
    )
    content = png_file(width, height, 16, 0, zlib.compress(rows), interlaced=True)
    assert np.array_equal(decode_png(content, LIMITS).planes[0], pixels)


def test_all_levels_survive():
    levels = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    assert np.array_equal(decode_png(cv2.imencode(".png", levels)[1].tobytes(), LIMITS).planes[0], levels)


@pytest.mark.parametrize(
    "chunk",
    [
        (b"gAMA", struct.pack(">I", 10_000)),
        (b"tRNS", b"\0\1"),
        (b"iCCP", b"a\0\0" + zlib.compress(bytes(200))),
        (b"acTL", struct.pack(">II", 2, 0)),
        (b"prVt", b"of a vendor"),
    ],
)
def test_chunks_that_say_how_to_show_it_change_nothing(chunk):
    content = random_png(9, 8, 8, 0)
    shown = decode_png(with_before_pixels(content, chunk), LIMITS)
    assert np.array_equal(shown.planes, decode_png(content, LIMITS).planes)


def test_pixels_in_many_chunks():
    whole = random_png(9, 8, 16, 2)
    header, (_, packed), end = png_chunks(whole)
    pieces = [(b"IDAT", packed[place : place + 7]) for place in range(0, len(packed), 7)]
    split = SIGNATURE + b"".join(png_chunk(*chunk) for chunk in [header, *pieces, end])
    assert np.array_equal(decode_png(split, LIMITS).planes, decode_png(whole, LIMITS).planes)


ROWS = bytes(7 * 6)
PACKED = zlib.compress(ROWS)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png_file(5, 7, 8, 0, zlib.compress(ROWS + bytes(1))), "whole and undamaged"),
        (png_file(5, 7, 8, 0, zlib.compress(ROWS[:-1])), "41 of 42 bytes"),
        (png_file(5, 7, 8, 0, PACKED[:-1] + b"\0"), "whole and undamaged"),
        (png_file(5, 7, 8, 0, b""), "whole and undamaged"),
        (png_file(5, 7, 8, 0, zlib.compress(b"\x09" + ROWS[1:])), "filter"),
        (png_file(5, 7, 16, 3, zlib.compress(bytes(7 * 11))), "whole and undamaged"),
        (png_file(5, 7, 8, 3, PACKED), "whole and undamaged"),
        (png_file(5, 7, 3, 0, PACKED), "3 bits"),
        (png_file(5, 7, 8, 5, PACKED), "colour type 5"),
        (png_file(0, 7, 8, 0, PACKED), "rows and columns"),
        (png_file(9_000, 9_000, 8, 0, PACKED), "promises"),
        (SIGNATURE, "begins with its header"),
        (SIGNATURE + png_chunk(b"IDAT", PACKED), "begins with its header"),
        (SIGNATURE + png_chunk(b"IHDR", bytes(12)), "begins with its header"),
        (png_file(5, 7, 8, 0, PACKED)[:-12], "end marker"),
        (png_file(5, 7, 8, 0, PACKED)[:-20], "early"),
        (png_file(5, 7, 8, 0, PACKED).replace(PACKED, PACKED[::-1]), "checksum"),
    ],
)
def test_damage_is_refused(content, words):
    with pytest.raises(UnreadableScan, match=words):
        decode_png(content, LIMITS)


def test_an_interlace_method_that_does_not_exist():
    header, *rest = png_chunks(png_file(5, 7, 8, 0, PACKED))
    chunks = [(b"IHDR", header[1][:-1] + b"\2"), *rest]
    with pytest.raises(UnreadableScan, match="interlace 2"):
        decode_png(SIGNATURE + b"".join(png_chunk(*chunk) for chunk in chunks), LIMITS)


def test_a_critical_chunk_of_nobody_knows_what():
    with pytest.raises(UnsupportedScan, match="CgBI"):
        decode_png(with_before_pixels(png_file(5, 7, 8, 0, PACKED), (b"CgBI", bytes(4))), LIMITS)


def test_limits_hold_before_anything_is_unpacked():
    with pytest.raises(ScanTooLarge):
        decode_png(png_file(5, 7, 8, 0, PACKED), ReadLimits(max_pixels=34))
    with pytest.raises(ScanTooLarge):
        decode_png(png_file(5, 7, 8, 3, PACKED), ReadLimits(max_bytes=104))
