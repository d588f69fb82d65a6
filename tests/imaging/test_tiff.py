import contextlib
import io
import json
import struct
import tracemalloc

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging import ReadLimits, ScanTooLarge, UnreadableScan, UnsupportedScan
from imaging.formats.picture import DEFAULT_LIMITS
from imaging.formats.sniff import decode
from imaging.formats.tiff import DTYPES, decode_tiff
from imaging.formats.tiff_axes import arranged

RNG = np.random.default_rng(7)
NOISE = RNG.integers(0, 65_536, (70, 90), dtype=np.uint16)
LEVELS = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
COMPRESSIONS = [None, "lzw", "zlib", "zstd", "packbits", "lzma"]


def tiff(pixels, metadata=None, photometric="minisblack", **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, metadata=metadata, photometric=photometric, **options)
    return buffer.getvalue()


def planes_of(content, limits=DEFAULT_LIMITS):
    return decode_tiff(content, limits).planes


def with_tag(content, code, value, count=1):
    """The classic little-endian TIFF with another value in a tag that holds one number."""
    start = struct.unpack_from("<I", content, 4)[0]
    changed = bytearray(content)
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", content, start)[0], 12):
        if struct.unpack_from("<H", content, entry)[0] == code:
            struct.pack_into("<HII", changed, entry + 2, 4, count, value)
            return bytes(changed)
    raise KeyError(code)


def with_new_code(content, old, new, value):
    """The TIFF with a tag that says nothing turned into another one."""
    start = struct.unpack_from("<I", content, 4)[0]
    changed = bytearray(content)
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", content, start)[0], 12):
        if struct.unpack_from("<H", content, entry)[0] == old:
            struct.pack_into("<HHII", changed, entry, new, 3, 1, value)
            return bytes(changed)
    raise KeyError(old)


def in_a_circle(content):
    """The TIFF, its first page its own next one."""
    start = struct.unpack_from("<I", content, 4)[0]
    changed = bytearray(content)
    struct.pack_into("<I", changed, start + 2 + 12 * struct.unpack_from("<H", content, start)[0], start)
    return bytes(changed)


def sample_values(dtype, shape, seed):
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return rng.normal(0, 100, shape).astype(dtype)
    info = np.iinfo(dtype)
    return rng.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)


@given(data=st.data())
@settings(deadline=None, max_examples=150)
def test_every_type_layout_and_compression_comes_out_as_it_went_in(data):
    dtype = data.draw(st.sampled_from(sorted(DTYPES, key=str)))
    compression = data.draw(st.sampled_from(COMPRESSIONS))
    shape = (data.draw(st.integers(1, 3)), data.draw(st.integers(1, 40)), data.draw(st.integers(1, 50)))
    layout = data.draw(st.sampled_from(["planar", "interleaved", "pages"]))
    predictor = compression not in (None, "packbits") and data.draw(st.booleans())
    if dtype.kind == "f" and predictor and dtype.itemsize == 2:
        predictor = False  # the writer has none for half precision
    options = {
        "compression": compression,
        "predictor": predictor or None,
        "byteorder": data.draw(st.sampled_from("<>")),
        "bigtiff": data.draw(st.booleans()),
    }
    if data.draw(st.booleans()):
        options["tile"] = (16, 32)
    else:
        options["rowsperstrip"] = data.draw(st.integers(1, 45))
    pixels = sample_values(dtype, shape, data.draw(st.integers(0, 99)))
    if layout == "interleaved" and shape[0] > 1:
        content = tiff(
            pixels.transpose(1, 2, 0).copy(), planarconfig="contig", extrasamples=(0,) * (shape[0] - 1), **options
        )
    elif layout == "planar" and shape[0] > 1:
        content = tiff(pixels, planarconfig="separate", extrasamples=(0,) * (shape[0] - 1), **options)
    else:
        content = tiff(pixels, **options)
    planes = planes_of(content)
    assert planes.dtype == dtype
    assert planes.dtype.isnative
    assert planes.flags.c_contiguous
    assert planes.flags.aligned
    assert np.array_equal(planes, pixels)


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("dtype", ["uint16", "int16"])
def test_65536_levels_survive(compression, dtype):
    levels = LEVELS.view(dtype)
    planes = planes_of(tiff(levels, compression=compression, predictor=2 if compression in ("lzw", "zstd") else None))
    assert len(np.unique(planes)) == 65_536
    assert (planes[0, 0, 1], planes[0, 255, 254]) == (levels[0, 1], levels[255, 254])


def test_uncompressed_pixels_are_a_view_of_the_file_in_any_number_of_pages():
    for pixels in (NOISE, np.stack([NOISE, NOISE[::-1], NOISE + 1])):
        planes = planes_of(tiff(pixels))
        assert planes.base is not None
        assert not planes.flags.writeable
        assert np.array_equal(planes, np.atleast_3d(pixels) if pixels.ndim == 3 else pixels[None])


def test_pages_that_do_not_lie_one_behind_the_other_are_read_one_by_one():
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        for pixels in (NOISE, NOISE[::-1].copy()):
            writer.write(pixels, metadata=None, contiguous=False, description="x" * 99)
    assert np.array_equal(planes_of(buffer.getvalue()), [NOISE, NOISE[::-1]])


def test_twelve_packed_bits_and_white_at_zero_keep_their_numbers():
    assert np.array_equal(planes_of(tiff(NOISE >> 4, bitspersample=12))[0], NOISE >> 4)
    assert np.array_equal(planes_of(tiff(NOISE, photometric="miniswhite"))[0], NOISE)


def test_bits_stored_in_reverse_order_are_turned():
    content = tiff(NOISE)
    reverse = bytes(int(f"{value:08b}"[::-1], 2) for value in range(256))
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        start, count = file.pages[0].dataoffsets[0], file.pages[0].databytecounts[0]
    turned = content[:start] + content[start : start + count].translate(reverse) + content[start + count :]
    turned = with_tag(turned, 305, 2) if 305 in tags(turned) else turned
    with_order = with_new_code(turned, 296, 266, 2)
    assert np.array_equal(planes_of(with_order)[0], NOISE)


def test_raw_strips_in_another_order_are_put_in_their_place():
    content = bytearray(tiff(NOISE, rowsperstrip=35))
    with tifffile.TiffFile(io.BytesIO(bytes(content))) as file:
        offsets = file.pages[0].tags[273]
        first, second = offsets.value
        letter = {3: "<2H", 4: "<2I"}[int(offsets.dtype)]
        struct.pack_into(letter, content, offsets.valueoffset, second, first)
    assert np.array_equal(planes_of(bytes(content))[0], np.concatenate([NOISE[35:], NOISE[:35]]))


def tags(content):
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        return [tag.code for tag in file.pages[0].tags]


def test_a_thumbnail_is_passed_over_and_the_second_page_found():
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(NOISE[:8, :8], metadata=None, subfiletype=1)
        writer.write(NOISE, metadata=None, compression="lzw")
    assert np.array_equal(planes_of(buffer.getvalue())[0], NOISE)


def test_alpha_is_dropped():
    rgba = RNG.integers(0, 256, (9, 8, 4), dtype=np.uint8)
    picture = decode_tiff(tiff(rgba, photometric="rgb", extrasamples=("unassalpha",)), DEFAULT_LIMITS)
    assert picture.colour
    assert np.array_equal(picture.planes, rgba.transpose(2, 0, 1)[:3])
    grey = decode_tiff(tiff(rgba[..., :2], planarconfig="contig", extrasamples=("assocalpha",)), DEFAULT_LIMITS)
    assert np.array_equal(grey.planes, rgba.transpose(2, 0, 1)[:1])


VOLUME = RNG.integers(0, 65_536, (6, 5, 7), dtype=np.uint16)  # six planes to be slices, channels, or both


@pytest.mark.parametrize(
    ("description", "shape"),
    [
        ("ImageJ=1.53\nimages=6\nslices=6\n", (1, 6)),
        ("ImageJ=1.53\nimages=6\nchannels=6\n", (6,)),
        ("ImageJ=1.53\nimages=6\nchannels=2\nslices=3\nhyperstack=true\n", (2, 3)),
        ("ImageJ=1.53\nimages=6\nframes=6\n", (6,)),
        ("ImageJ=1.53\nimages=6\n", (6,)),
        ('{"shape": [6, 5, 7], "axes": "ZYX"}', (1, 6)),
        ('{"shape": [2, 3, 5, 7], "axes": "CZYX"}', (2, 3)),
        ('{"shape": [3, 2, 5, 7], "axes": "ZCYX"}', (2, 3)),
        ('{"shape": [6, 5, 7], "axes": "TYX"}', (6,)),
        ('{"shape": [6, 5, 7]}', (6,)),
        ('{"shape": ["6", 5, 7], "axes": "ZYX"}', (6,)),
        ('{"axes": "ZYX"', (6,)),
        ("[" * 5000, (6,)),
        ('{"a":' + "[" * 100_000, (6,)),
        ('<OME><Pixels DimensionOrder="XYZCT" SizeC="2" SizeT="1" SizeZ="3" Type="uint16"/></OME>', (2, 3)),
        ('<?xml?><o:Pixels DimensionOrder="XYCZT" SizeC="2" SizeT="1" SizeZ="3"/>', (2, 3)),
        ('<OME><Pixels SizeC="2" SizeZ="3"/></OME>', (6,)),
        ("<OME>", (6,)),
        ("a scan", (6,)),
        ("ImageJ=1\nslices=6\n" + "x" * (1 << 20), (6,)),
        ("", (6,)),
    ],
)
def test_axes_are_taken_from_the_file_where_it_states_them(description, shape):
    planes = arranged(VOLUME, 6, description)
    assert planes.shape[:-2] == shape
    assert planes.flags.c_contiguous
    assert sorted(planes.ravel()) == sorted(VOLUME.ravel())


@pytest.mark.parametrize(
    ("options", "axes"),
    [
        ({"imagej": True, "metadata": {"axes": "ZYX"}}, "ZYX"),
        ({"imagej": True, "metadata": {"axes": "ZCYX"}}, "ZCYX"),
        ({"ome": True, "metadata": {"axes": "ZYX"}}, "ZYX"),
        ({"ome": True, "metadata": {"axes": "CZYX"}}, "CZYX"),
        ({"ome": True, "metadata": {"axes": "ZCYX"}}, "ZCYX"),
        ({"metadata": {"axes": "ZYX"}}, "ZYX"),
        ({"metadata": {"axes": "CZYX"}}, "CZYX"),
    ],
)
def test_volumes_of_other_writers_are_volumes(options, axes):
    pixels = VOLUME if len(axes) == 3 else VOLUME.reshape(3, 2, 5, 7) if axes[0] == "Z" else VOLUME.reshape(2, 3, 5, 7)
    planes = planes_of(tiff(pixels, **options))
    expected = pixels[None] if len(axes) == 3 else pixels.swapaxes(0, 1) if axes[0] == "Z" else pixels
    assert np.array_equal(planes, expected)


def test_axes_that_do_not_make_up_the_pages_are_refused():
    with pytest.raises(UnreadableScan, match="6 pages for Z 7"):
        arranged(VOLUME, 6, "ImageJ=1\nslices=7\n")
    with pytest.raises(UnreadableScan, match="pages"):
        arranged(VOLUME, 6, '{"shape": [0, 5, 7], "axes": "ZYX"}')


def test_planes_of_one_page_are_no_slices():
    assert arranged(VOLUME, 1, "ImageJ=1\nslices=6\n") is VOLUME
    assert arranged(VOLUME, 3, "ImageJ=1\nslices=6\n") is VOLUME


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (tiff(NOISE.astype(np.int64)), UnsupportedScan, "samples"),
        (tiff(NOISE.astype(np.complex64)), UnsupportedScan, "samples"),
        (tiff(NOISE[:16, :16] > 9), UnsupportedScan, "samples"),
        (tiff((NOISE >> 8).astype(np.uint8), compression="jpeg"), UnsupportedScan, "compression"),
        (tiff((NOISE >> 8).astype(np.uint8), photometric="palette", colormap=np.zeros((3, 256), np.uint16)),
         UnsupportedScan, "photometry 3"),
        (tiff(np.zeros((2, 16, 16), np.uint8), volumetric=True, tile=(2, 16, 16)), UnsupportedScan, "depth 2"),
        (with_tag(tiff(NOISE, compression="zlib", predictor=2), 317, 34892), UnsupportedScan, "predictor"),
        (with_new_code(tiff(NOISE), 296, 317, 2), UnsupportedScan, "predictor goes with"),
        (tiff(np.zeros((2, 5, 6, 3), np.uint8), photometric="rgb"), UnsupportedScan, "colour"),
        (with_tag(tiff(NOISE, rowsperstrip=70), 279, 50), UnreadableScan, "whole"),
        (with_tag(tiff(NOISE, compression="zstd"), 257, 70_000), UnreadableScan, "strips"),
        (with_tag(tiff(NOISE, compression="zstd", rowsperstrip=10**6), 257, 9_999_999), ScanTooLarge, "limits"),
        (with_tag(with_tag(tiff(NOISE, compression="lzw", rowsperstrip=10**6), 257, 300_000), 278, 300_000),
         UnreadableScan, "promises"),
        (tiff(NOISE, subfiletype=1), UnreadableScan, "full-size"),
        (with_tag(tiff(NOISE), 273, 10**6), UnreadableScan, "outside"),
        (in_a_circle(tiff(NOISE)), UnreadableScan, "twice"),
    ],
    ids=["int64", "complex", "bits", "JPEG", "palette", "depth", "predictor", "bare predictor", "two colours",
         "short raw strip", "strips missing", "too large", "more than LZW can hold",
         "no page", "strip outside", "pages in a circle"],
)  # fmt: skip
def test_what_is_not_read_is_refused(content, error, said):
    with pytest.raises(error, match=said):
        planes_of(content)


def test_pages_that_differ_are_refused():
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(NOISE, metadata=None)
        writer.write(NOISE[1:], metadata=None)
    with pytest.raises(UnsupportedScan, match="agree"):
        planes_of(buffer.getvalue())


def test_too_many_pages_and_too_many_tags_are_refused_before_they_take_time():
    pages = tiff(np.zeros((40, 2, 2), np.uint16))
    with pytest.raises(ScanTooLarge, match="frame"):
        planes_of(pages, ReadLimits(max_frames=39))
    assert planes_of(pages, ReadLimits(max_frames=40)).shape == (40, 2, 2)
    crowded = [(65_000 + number, "H", 1, 1, True) for number in range(500)]
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        for _ in range(12):
            writer.write(NOISE[:2, :2], metadata=None, extratags=crowded, contiguous=False)
    with pytest.raises(UnsupportedScan, match="tags"):
        planes_of(buffer.getvalue())


@pytest.mark.parametrize("compression", COMPRESSIONS[1:])
@pytest.mark.parametrize("tiled", [True, False])
def test_a_small_strip_that_unpacks_to_much_takes_no_more_than_its_room(compression, tiled):
    """The tile or strip of a 32 MB picture, put under a header of 64 x 64."""
    shape = {"tile": (4096, 4096)} if tiled else {"rowsperstrip": 4096}
    big = tiff(np.zeros((4096, 4096), np.uint16), compression=compression, **shape)
    for code, value in [(256, 64), (257, 64)] + ([(322, 64), (323, 64)] if tiled else [(278, 64)]):
        big = with_tag(big, code, value)
    tracemalloc.start()
    with contextlib.suppress(UnreadableScan):
        assert decode(big, DEFAULT_LIMITS)[0].planes.nbytes == 64 * 64 * 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


@pytest.mark.parametrize("compression", ["zlib", "zstd", None])
def test_a_tile_that_holds_less_than_its_rows_is_refused(compression):
    """A tile of half the height, put in the place of a whole one."""
    whole = tiff(NOISE[:64, :64], tile=(64, 64), compression=compression)
    half = tiff(NOISE[:32, :64], tile=(32, 64), compression=compression)
    with tifffile.TiffFile(io.BytesIO(half)) as file:
        start, count = file.pages[0].dataoffsets[0], file.pages[0].databytecounts[0]
    grafted = with_tag(with_tag(whole, 324, len(whole)), 325, count) + half[start : start + count]
    with pytest.raises(UnreadableScan):
        decode(grafted, DEFAULT_LIMITS)


def test_own_description_of_a_volume_is_plain_json():
    with tifffile.TiffFile(io.BytesIO(tiff(VOLUME, metadata={"axes": "ZYX"}))) as file:
        assert json.loads(file.pages[0].description)["axes"] == "ZYX"
