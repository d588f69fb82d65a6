"""TIFF and BigTIFF: secrets in tags, directories, gaps and thumbnails; strips and tiles byte for byte."""

import io
import itertools
import json
import struct
import zlib

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from imaging import UnreadableScan, UnsupportedScan, write_tiff
from imaging.anonymisation import tiff_directory
from imaging.anonymisation.tiff_hidden import _zstd_holds_more
from imaging.formats import ReadLimits
from tests.imaging.anonymisation.planted import leaks, picture, places, same_picture, scrubbed, secret
from tests.imaging.dicom_files import levels
from tests.imaging.tiff_files import with_tag

SECRETS = {secret(number) for number in range(20)}
TEXTS = [secret(number) for number in range(20)]
IMAGE = levels((40, 60))
TILED = levels((48, 64))
TAGS = [
    (269, "s", 0, TEXTS[0], False),
    (271, "s", 0, TEXTS[1], False),
    (315, "s", 0, TEXTS[2], False),
    (316, "s", 0, TEXTS[3], False),
    (700, "B", None, b"<x:xmpmeta>" + TEXTS[4].encode("utf-16-be"), False),
    (33723, "B", None, TEXTS[5].encode(), False),
    (34377, "B", None, TEXTS[6].encode(), False),
    (34675, "B", None, TEXTS[7].encode(), False),
    (42112, "s", 0, f"<GDALMetadata>{TEXTS[8]}</GDALMetadata>", False),
    (65001, "s", 0, TEXTS[9], False),
    (65002, "H", 8, np.frombuffer(TEXTS[10].encode(), "u2"), False),
    (37510, "B", None, b"UNICODE\0" + TEXTS[11].encode("utf-16-le"), False),
]


def tiff(pixels=IMAGE, **options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, **{"metadata": None, "software": False, **options})
    return buffer.getvalue()


def stored(content):
    """Bytes of all strips or tiles of all full-size pages, by tifffile."""
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        spans = [
            (offset, count)
            for page in file.pages
            if not page.is_reduced
            for offset, count in zip(page.dataoffsets, page.databytecounts, strict=True)
        ]
    return [content[offset : offset + count] for offset, count in spans], spans


FORMS = [
    {"bigtiff": big, "byteorder": order, **layout}
    for big, order, layout in itertools.product(
        (False, True),
        "<>",
        ({"rowsperstrip": 7}, {"tile": (16, 16)}, {"compression": "zstd", "rowsperstrip": 16}, {"compression": "lzw"}),
    )
]


@pytest.mark.parametrize("options", FORMS, ids=str)
def test_secrets_go_from_every_tag_and_strips_stay_byte_for_byte(tmp_path, options):
    image = TILED if "tile" in options else IMAGE
    whole = tiff(
        image, extratags=TAGS, description=TEXTS[12], software=TEXTS[13], datetime="2024:03:17 08:41:09", **options
    )
    whole += TEXTS[14].encode("utf-16-le")
    assert leaks(whole, SECRETS) == set(TEXTS[:15])
    content, done = scrubbed(whole, tmp_path)
    assert leaks(content, SECRETS) == set()
    assert not leaks(str(done).encode(), SECRETS)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    (before, _), (after, spans) = stored(whole), stored(content)
    assert after == before
    assert all(begin + size == following for (begin, size), (following, _) in itertools.pairwise(spans))
    assert sum(spans[-1]) == len(content)
    assert content[:4] == whole[:4]
    assert {"TIFF 270 ImageDescription", "TIFF 65001 of another kind", "TIFF 306 DateTime"} <= set(places(done))
    assert scrubbed(content, tmp_path)[0] == content


def test_all_tags_that_are_left_are_numbers_on_the_list(tmp_path):
    with tifffile.TiffFile(io.BytesIO(scrubbed(tiff(extratags=TAGS, resolution=(72, 72)), tmp_path)[0])) as file:
        codes = {tag.code for tag in file.pages[0].tags}
    assert codes == {256, 257, 258, 259, 262, 273, 277, 278, 279}


def test_exif_and_gps_directories_and_their_values_go(tmp_path):
    exif = Image.Exif()
    exif[0x010F] = TEXTS[0]
    exif[0x8769], exif[0x8825] = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    exif[0x8769] |= {0xA431: TEXTS[1], 0x9286: TEXTS[2].encode("utf-16-le")}
    exif[0x8825] |= {1: "N", 2: (53.0, 33.0, 7.0), 0x1B: TEXTS[3].encode()}
    buffer = io.BytesIO()
    Image.fromarray(IMAGE.astype(np.uint8)).save(buffer, "TIFF", exif=exif, dpi=(72, 72))
    assert leaks(buffer.getvalue(), SECRETS) == set(TEXTS[:4])
    content, done = scrubbed(buffer.getvalue(), tmp_path)
    assert leaks(content, SECRETS) == set()
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(content))), IMAGE.astype(np.uint8))
    assert {"TIFF 34665 ExifTag", "TIFF 34853 GPSTag"} <= set(places(done))


def test_directories_below_pages_and_thumbnails_go(tmp_path):
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        writer.write(IMAGE, metadata=None, software=False, subifds=1)
        writer.write(IMAGE[::2, ::2], metadata=None, software=False, subfiletype=1, description=TEXTS[0])
        writer.write(IMAGE[::4, ::4], metadata=None, software=False, subfiletype=1, description=TEXTS[1])
    content, done = scrubbed(buffer.getvalue(), tmp_path)
    assert leaks(content, SECRETS) == set()
    assert places(done)["TIFF thumbnail"] == ("removed", 1)
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        assert len(file.pages) == 1
        assert np.array_equal(file.asarray(), IMAGE)
    assert same_picture(picture(buffer.getvalue(), tmp_path), picture(content, tmp_path))


def test_the_old_tag_for_thumbnails_counts_too(tmp_path):
    with_old = tiff(np.stack([IMAGE, IMAGE]), extratags=[(255, "H", 1, 3, False)], photometric="minisblack")
    assert picture(scrubbed(with_old, tmp_path)[0], tmp_path).planes.shape == (2, 40, 60)
    content, done = scrubbed(_second_reduced(with_old), tmp_path)
    assert picture(content, tmp_path).planes.shape == (1, 40, 60)
    assert places(done)["TIFF thumbnail"] == ("removed", 1)


def _second_reduced(content):
    """The file with a 2 in the last tag 255."""
    entry = content.rindex(struct.pack("<HHI", 255, 3, 1))
    return content[: entry + 8] + b"\2" + content[entry + 9 :]


def test_a_description_keeps_the_numbers_of_slices_and_nothing_else(tmp_path):
    volume = levels((5, 12, 16))
    text = json.dumps({"axes": "ZYX", "shape": [5, 12, 16], "operator": TEXTS[0]})
    whole = tiff(volume, description=text, photometric="minisblack")
    content, done = scrubbed(whole, tmp_path)
    assert picture(content, tmp_path).planes.shape == (1, 5, 12, 16)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert leaks(content, SECRETS) == set()
    assert places(done)["TIFF 270 ImageDescription"] == ("replaced", 1)
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        assert json.loads(file.pages[0].description) == {"axes": "ZYX", "shape": [5, 12, 16]}


@pytest.mark.parametrize("make", ["imagej", "ome"])
@pytest.mark.parametrize("axes", ["ZYX", "CYX", "ZCYX"])
def test_volumes_of_imagej_and_ome_stay_what_they_are(tmp_path, make, axes):
    shape = {"ZYX": (3, 9, 8), "CYX": (2, 9, 8), "ZCYX": (3, 2, 9, 8)}[axes]
    metadata = {"axes": axes, "Info": TEXTS[0], "Name": TEXTS[1], "Labels": [TEXTS[2]] * 6}
    whole = tiff(levels(shape), metadata=metadata, photometric="minisblack", **{make: True})
    content, _ = scrubbed(whole, tmp_path)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert leaks(whole, SECRETS)
    assert leaks(content, SECRETS) == set()
    assert scrubbed(content, tmp_path)[0] == content


def test_descriptions_of_later_pages_go(tmp_path):
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        for number in range(2):
            writer.write(IMAGE, metadata=None, software=False, description=TEXTS[number])
    content, done = scrubbed(buffer.getvalue(), tmp_path)
    assert leaks(content, SECRETS) == set()
    assert places(done)["TIFF 270 ImageDescription"] == ("removed", 2)


@pytest.mark.parametrize("compression", [None, "zstd"])
@pytest.mark.parametrize("shape", [(1, 8, 9), (2, 8, 9), (3, 8, 9), (1, 4, 8, 9)])
def test_files_of_ours_lose_nothing_but_their_order(tmp_path, shape, compression):
    write_tiff(tmp_path / "a.tif", levels(shape), compression)
    whole = (tmp_path / "a.tif").read_bytes()
    content, _ = scrubbed(whole, tmp_path)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))


@pytest.mark.parametrize("extra", ["unassalpha", "assocalpha"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("samples", [2, 4])
def test_alpha_goes_and_every_level_of_the_picture_stays(tmp_path, samples, planar, extra):
    """A reader drops alpha, and would never see a name written there."""
    pixels = levels((12, 17, samples))
    stored_so = pixels if planar == "contig" else np.ascontiguousarray(pixels.transpose(2, 0, 1))
    whole = tiff(
        stored_so, photometric="rgb" if samples == 4 else "minisblack", planarconfig=planar, extrasamples=[extra],
        description=TEXTS[0],
    )  # fmt: skip
    content, done = scrubbed(whole, tmp_path)
    shown = picture(content, tmp_path).planes
    assert np.array_equal(shown, pixels[..., : samples - 1].transpose(2, 0, 1))
    assert "TIFF alpha" in places(done)
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        assert file.pages[0].samplesperpixel == samples - 1
    assert scrubbed(content, tmp_path)[0] == content


def test_a_fourth_sample_that_nobody_named_goes_too(tmp_path):
    pixels = levels((12, 17, 4), np.uint8)
    whole = tiff(pixels, photometric="rgb", extrasamples=["unspecified"])
    content, done = scrubbed(whole, tmp_path)
    assert "TIFF alpha" in places(done)
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        assert file.pages[0].samplesperpixel == 3
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))


def test_uncompressed_strips_end_with_their_last_row(tmp_path):
    """Some writers give every strip the size of a full one; what lies behind the rows could be anything."""
    pixels = IMAGE[:10].astype(np.uint8)
    whole = tiff(pixels, rowsperstrip=10) + TEXTS[0].encode()
    content, _ = scrubbed(with_tag(whole, 279, 10 * 60 + 16), tmp_path)
    assert leaks(content, SECRETS) == set()
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))


def with_strips(content, strips):
    """A file whose strips or tiles are others, which stand behind it."""
    content = bytearray(content)
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        page, order = file.pages[0], file.byteorder
        tags = [page.tags[code] for code in ((324, 325) if page.is_tiled else (273, 279))]
    begins = list(itertools.accumulate(map(len, strips), initial=len(content)))[:-1]
    for tag, values in zip(tags, (begins, map(len, strips)), strict=True):
        code = {3: "H", 4: "I", 16: "Q"}[tag.dtype]
        struct.pack_into(f"{order}{len(strips)}{code}", content, tag.valueoffset, *values)
    return bytes(content) + b"".join(strips)


CODERS = {
    "none": bytes,
    "deflate": zlib.compress,
    "lzw": imagecodecs.lzw_encode,
    "packbits": imagecodecs.packbits_encode,
    "lzma": imagecodecs.lzma_encode,
    "zstd": imagecodecs.zstd_encode,
}
BYTES = (IMAGE >> 8).astype(np.uint8)


@pytest.mark.parametrize("coder", CODERS)
def test_what_stands_in_tiles_beyond_the_edge_goes(tmp_path, coder):
    padded = np.zeros((64, 64), np.uint8)
    padded[:40, :60], padded[50, 32:48] = BYTES, np.frombuffer(TEXTS[0].encode(), np.uint8)
    tiles = [padded[row : row + 32, column : column + 32].tobytes() for row in (0, 32) for column in (0, 32)]
    assert any(TEXTS[0].encode() in tile for tile in tiles)
    plain = tiff(BYTES, tile=(32, 32), compression=None if coder == "none" else coder)
    whole = with_strips(plain, [bytes(CODERS[coder](tile)) for tile in tiles])
    content, done = scrubbed(whole, tmp_path)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert picture(content, tmp_path).planes[0].tobytes() == BYTES.tobytes()
    assert leaks(content, SECRETS) == set()
    assert "TIFF padding of tiles and rows" in places(done)
    assert scrubbed(content, tmp_path)[0] == content


SKIPPED = struct.pack("<II", 0x184D2A50, 16) + TEXTS[0].encode()
HIDDEN = {
    "deflate": [(b"", TEXTS[0].encode())],
    "lzw": [(b"", TEXTS[0].encode()), (TEXTS[0].encode() * 9, b"")],
    "lzma": [(TEXTS[0].encode(), b"")],
    "zstd": [(b"", SKIPPED)],
}


@pytest.mark.parametrize("coder", HIDDEN)
def test_what_stands_behind_coded_rows_goes(tmp_path, coder):
    halves = [BYTES[:20].tobytes(), BYTES[20:].tobytes()]
    plain = tiff(BYTES, rowsperstrip=20, compression=coder)
    clean = with_strips(plain, [bytes(CODERS[coder](half)) for half in halves])
    assert "TIFF bytes behind coded rows" not in places(scrubbed(clean, tmp_path)[1])
    for inside, behind in HIDDEN[coder]:
        whole = with_strips(plain, [bytes(CODERS[coder](half + inside)) + behind for half in halves])
        content, done = scrubbed(whole, tmp_path)
        assert picture(content, tmp_path).planes[0].tobytes() == BYTES.tobytes()
        assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
        assert leaks(content, SECRETS) == set()
        assert "TIFF bytes behind coded rows" in places(done)
        assert scrubbed(content, tmp_path)[0] == content


@pytest.mark.parametrize("coder", ["deflate", "packbits", "zstd"])
def test_coded_rows_that_a_reader_refuses_are_refused(tmp_path, coder):
    inside = bytes(CODERS[coder](BYTES.tobytes() + TEXTS[0].encode()))
    for strip in (inside, TEXTS[0].encode() * 200):
        with pytest.raises(UnreadableScan):
            scrubbed(with_strips(tiff(BYTES, rowsperstrip=40, compression=coder), [strip]), tmp_path)


@pytest.mark.parametrize("size", [1, 100, 300, 70_000, 400_000])
def test_frames_of_zstd_end_where_they_say(size):
    rows = levels((size,), np.uint8).tobytes()
    of_size = [imagecodecs.zstd_encode(rows, level=level) for level in (1, 19)]
    assert not any(_zstd_holds_more(memoryview(frame), size) for frame in of_size)
    assert not _zstd_holds_more(memoryview(imagecodecs.zstd_encode(bytes(size))), size)
    assert all(_zstd_holds_more(memoryview(frame + b"A"), size) for frame in of_size)


def test_bits_that_do_not_fill_a_byte_go_from_the_end_of_each_row(tmp_path):
    few = BYTES[:, :59] >> 4
    packed = np.packbits(np.unpackbits(few[..., None], -1)[..., 4:].reshape(40, -1), 1)
    packed[:, -1] |= np.arange(40, dtype=np.uint8) % 15 + 1
    whole = with_strips(tiff(few, bitspersample=4, rowsperstrip=40), [packed.tobytes()])
    content, done = scrubbed(whole, tmp_path)
    assert np.array_equal(picture(content, tmp_path).planes[0], few)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert "TIFF padding of tiles and rows" in places(done)


def test_what_readers_of_ours_do_not_read_is_refused(tmp_path):
    buffer = io.BytesIO()
    Image.fromarray(IMAGE[:, :59] > 3000).save(buffer, "TIFF")
    with pytest.raises(UnsupportedScan, match="found bool"):
        scrubbed(buffer.getvalue(), tmp_path)


def test_three_grey_pages_with_alpha_do_not_become_colours(tmp_path):
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer) as writer:
        for _ in range(3):
            writer.write(levels((9, 8, 2)), photometric="minisblack", extrasamples=["unassalpha"], metadata=None)
    with pytest.raises(UnsupportedScan, match="grey ones"):
        scrubbed(buffer.getvalue(), tmp_path)


def test_rows_of_a_strip_are_no_more_than_there_are(tmp_path):
    """Any larger number says the same, and could be four letters."""
    content, _ = scrubbed(with_tag(BASE, 278, int.from_bytes(b"ABCD", "little")), tmp_path)
    assert b"ABCD" not in content
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        assert file.pages[0].tags[278].value == 40


@pytest.mark.parametrize("tag", [322, 278])
def test_a_page_has_the_tags_of_strips_or_of_tiles(tmp_path, tag):
    other = tiff(TILED, extratags=[(tag, "I", 1, 0x44434241, False)], **({"tile": (16, 16)} if tag == 278 else {}))
    content, _ = scrubbed(other, tmp_path)
    assert b"ABCD" not in content
    assert same_picture(picture(other, tmp_path), picture(content, tmp_path))


AXES = json.dumps({"axes": "ZYX", "shape": [3, 40, 60]})


@pytest.mark.parametrize(
    ("kind", "description"),
    [(1, AXES), (7, AXES), (2, "ImageJ=1.0\nslices=3\n" + "x" * (1 << 20))],
    ids=["bytes", "something", "too long"],
)
def test_a_description_that_readers_do_not_look_at_makes_no_volume(tmp_path, kind, description):
    whole = tiff(np.stack([IMAGE] * 3), description=description, photometric="minisblack")
    entry = whole.index(struct.pack("<HHI", 270, 2, len(description) + 1))
    whole = whole[: entry + 2] + struct.pack("<H", kind) + whole[entry + 4 :]
    assert picture(whole, tmp_path).planes.shape == (3, 40, 60)
    assert picture(scrubbed(whole, tmp_path)[0], tmp_path).planes.shape == (3, 40, 60)


BASE = tiff()
BROKEN = {
    "a directory outside": BASE[:4] + struct.pack("<I", len(BASE)) + BASE[8:],
    "no directory": BASE[:4] + bytes(4) + BASE[8:],
    "a directory that ends early": BASE[:30],
    "too many entries": BASE[:8] + b"\xff\xff" + BASE[10:],
    "no width": BASE.replace(struct.pack("<HHI", 256, 4, 1), struct.pack("<HHI", 65000, 3, 1)),
    "a width that is text": BASE.replace(struct.pack("<HHI", 256, 4, 1), struct.pack("<HHI", 256, 2, 1)),
    "two widths": BASE.replace(struct.pack("<HHI", 256, 4, 1), struct.pack("<HHI", 256, 4, 2)),
    "a width far away": BASE.replace(struct.pack("<HHI", 256, 4, 1), struct.pack("<HHI", 256, 4, 1 << 30)),
    "no values": BASE.replace(struct.pack("<HHI", 262, 3, 1), struct.pack("<HHI", 262, 3, 0)),
    "an unknown compression": with_tag(BASE, 259, 7),
    "a palette": with_tag(BASE, 262, 3),
    "no rows": with_tag(BASE, 257, 0),
    "a strip outside": with_tag(BASE, 273, len(BASE)),
    "a strip at nothing": with_tag(BASE, 273, 0),
    "an empty strip": with_tag(BASE, 279, 0),
    "a short strip": with_tag(BASE, 279, 100),
    "strips that are not there": with_tag(BASE, 278, 3),
    "a tile without a size": tiff(tile=(16, 16)).replace(
        struct.pack("<HHI", 322, 4, 1), struct.pack("<HHI", 65000, 3, 1)
    ),
    "a tile without rows": tiff(tile=(16, 16)).replace(
        struct.pack("<HHI", 323, 4, 1), struct.pack("<HHI", 65000, 3, 1)
    ),
    "only a thumbnail": tiff(subfiletype=1),
    "unequal bits": tiff(levels((8, 8, 3), np.uint8), photometric="rgb").replace(
        struct.pack("<3H", 8, 8, 8), struct.pack("<3H", 8, 8, 7)
    ),
    "one compression said twice": BASE.replace(
        struct.pack("<HHIHH", 259, 3, 1, 1, 0), struct.pack("<HHIHH", 259, 3, 2, 1, 1)
    ),
    "thousands of entries": BASE[:8] + struct.pack("<H", 5000) + BASE[10:-4] + bytes(70_000),
    "more bits than samples": BASE.replace(struct.pack("<HHI", 258, 3, 1), struct.pack("<HHI", 258, 3, 2)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_understood_is_refused(tmp_path, name):
    assert BROKEN[name] != BASE
    with pytest.raises((UnreadableScan, UnsupportedScan)):
        scrubbed(BROKEN[name], tmp_path)


def test_pages_that_share_strips_are_refused(tmp_path):
    """Each copy would be written: a small file could ask for a large one."""
    whole = tiff(np.stack([IMAGE] * 3), photometric="minisblack", compression="zstd")
    _, spans = stored(whole)
    shared = whole
    for offset, size in spans:
        shared = shared.replace(struct.pack("<HHII", 273, 4, 1, offset), struct.pack("<HHII", 273, 4, 1, spans[0][0]))
        shared = shared.replace(struct.pack("<HHII", 279, 4, 1, size), struct.pack("<HHII", 279, 4, 1, len(whole) // 2))
    with pytest.raises(UnreadableScan, match="bytes of their own"):
        scrubbed(shared, tmp_path)


def test_a_chain_of_pages_ends(tmp_path, monkeypatch):
    loop = BASE[: 10 + 12 * BASE[8]] + struct.pack("<I", 8) + BASE[14 + 12 * BASE[8] :]
    with pytest.raises(UnreadableScan, match="a page twice"):
        scrubbed(loop, tmp_path)
    monkeypatch.setattr(tiff_directory, "DEFAULT_LIMITS", ReadLimits(max_frames=1))
    with pytest.raises(UnreadableScan, match="follow one another"):
        scrubbed(tiff(np.stack([IMAGE] * 3), photometric="minisblack"), tmp_path)


def test_slices_that_are_not_there_are_refused(tmp_path):
    text = json.dumps({"axes": "ZYX", "shape": [4, 40, 60]})
    whole = tiff(np.stack([IMAGE] * 3), description=text, photometric="minisblack")
    with pytest.raises(UnreadableScan):
        scrubbed(whole, tmp_path)


def test_only_the_first_of_two_equal_tags_is_read(tmp_path):
    entry = BASE.index(struct.pack("<HHI", 282, 5, 1))  # resolution, which goes
    whole = BASE[:entry] + struct.pack("<HHIHH", 277, 3, 1, 3, 0) + BASE[entry + 12 :]
    content, _ = scrubbed(whole, tmp_path)
    assert same_picture(picture(BASE, tmp_path), picture(content, tmp_path))
