"""PNG: secrets in every chunk, damaged structures, alpha; the bytes of the pixels are those that were there."""

import io
import struct
import zlib

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from imaging import UnreadableScan, UnsupportedScan
from tests.imaging.anonymisation.planted import leaks, picture, places, same_picture, scrubbed, secret
from tests.imaging.dicom_files import levels
from tools.fuzzing.png_chunks import SIGNATURE, png_chunk, png_chunks

GREY = imagecodecs.png_encode(levels((20, 30)))
SECRETS = {secret(number) for number in range(20)}
TEXTS = [secret(number).encode() for number in range(20)]
ANCILLARY = [
    (b"tEXt", b"Author\0" + TEXTS[0], "tEXt"),
    (b"tEXt", TEXTS[1] + b"\0x", "tEXt"),
    (b"zTXt", b"Title\0\0" + zlib.compress(TEXTS[2]), "zTXt"),
    (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(TEXTS[3]), "iTXt"),
    (b"iTXt", b"Comment\0\0\0" + TEXTS[4] + b"\0" + TEXTS[5] + b"\0" + secret(6).encode("utf-16-be"), "iTXt"),
    (b"eXIf", b"II*\0\x08\0\0\0" + TEXTS[7], "eXIf"),
    (b"tIME", struct.pack(">HBBBBB", 2024, 3, 17, 8, 41, 9), "tIME"),
    (b"pHYs", TEXTS[8][:9], "pHYs"),
    (b"iCCP", b"scanner\0\0" + zlib.compress(TEXTS[9]), "iCCP"),
    (b"sPLT", TEXTS[10] + b"\0\x08", "sPLT"),
    (b"gAMA", b"\0\0\xb1\x8f", "gAMA"),
    (b"sBIT", b"\x0c", "sBIT"),
    (b"fdAT", b"\0\0\0\1" + TEXTS[11], "fdAT"),
    (b"prIv", TEXTS[12], "chunk of another kind"),
    (b"ruSS", TEXTS[13], "chunk of another kind"),
    (b"tRNS", TEXTS[14], "tRNS"),
    (b"PLTE", TEXTS[15][:15], "PLTE"),
]


def built(*chunks):
    return SIGNATURE + b"".join(png_chunk(*chunk) for chunk in chunks)


def with_chunks(content, *planted, before=b"IDAT"):
    chunks = png_chunks(content)
    place = [kind for kind, _ in chunks].index(before)
    return built(*chunks[:place], *planted, *chunks[place:])


@pytest.mark.parametrize(("kind", "inside", "told"), ANCILLARY, ids=lambda value: str(value)[:12])
@pytest.mark.parametrize("before", [b"IDAT", b"IEND"])
def test_each_chunk_beside_the_pixels_goes(tmp_path, kind, inside, told, before):
    content, done = scrubbed(with_chunks(GREY, (kind, inside), before=before), tmp_path)
    assert content == GREY
    assert places(done) == {f"PNG {told}": ("removed", 1)}


def test_all_of_them_together_go(tmp_path):
    whole = with_chunks(GREY, *(chunk[:2] for chunk in ANCILLARY)) + TEXTS[16]
    assert len(leaks(whole, SECRETS)) == 15
    content, done = scrubbed(whole, tmp_path)
    assert content == GREY
    assert sum(count for _, count in places(done).values()) == len(ANCILLARY) + 1
    assert not leaks(str(done).encode(), SECRETS)


def test_nothing_is_told_of_a_file_with_nothing_in_it(tmp_path):
    content, done = scrubbed(GREY, tmp_path)
    assert (content, done.removed) == (GREY, ())


def test_the_pixel_chunks_stay_byte_for_byte_in_as_many_parts(tmp_path):
    header, (_, packed), end = png_chunks(GREY)
    parts = [(b"IDAT", packed[:10]), (b"IDAT", b""), (b"IDAT", packed[10:700]), (b"IDAT", packed[700:])]
    whole = built(header, (b"tEXt", TEXTS[0]), *parts[:3], (b"prIv", TEXTS[1]), parts[3], end)
    content, _ = scrubbed(whole, tmp_path)
    assert content == built(header, *parts, end)
    assert same_picture(picture(content, tmp_path), picture(GREY, tmp_path))


def indexed(indices, palette, bits=8, *others):
    """A picture of indices, each row without a filter."""
    rows = np.packbits(np.unpackbits(indices.astype(np.uint8)[..., None], -1)[..., -bits:].reshape(len(indices), -1), 1)
    header = struct.pack(">IIBBBBB", indices.shape[1], indices.shape[0], bits, 3, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    return built((b"IHDR", header), (b"PLTE", palette), *others, (b"IDAT", packed), (b"IEND", b""))


INDICES = np.arange(72).reshape(8, 9) % 16
COLOURS = bytes(range(1, 49))


@pytest.mark.parametrize("bits", [4, 8])
def test_a_palette_stays_and_its_transparency_goes(tmp_path, bits):
    whole = indexed(INDICES, COLOURS, bits, (b"tRNS", TEXTS[0]))
    content, done = scrubbed(whole, tmp_path)
    assert content == indexed(INDICES, COLOURS, bits)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(content))), INDICES)
    assert places(done) == {"PNG tRNS": ("removed", 1)}


def test_colours_that_no_pixel_has_become_black(tmp_path):
    whole = indexed(INDICES, COLOURS + TEXTS[0] + TEXTS[1] + TEXTS[2])
    assert leaks(whole, SECRETS) == {secret(0), secret(1), secret(2)}
    content, done = scrubbed(whole, tmp_path)
    assert content == indexed(INDICES, COLOURS + bytes(48))
    assert places(done) == {"PNG colours that no pixel has": ("blanked", 1)}
    assert scrubbed(content, tmp_path)[1].removed == ()
    assert scrubbed(indexed(INDICES % 2, COLOURS), tmp_path)[0] == indexed(INDICES % 2, COLOURS[:6] + bytes(42))


def test_a_palette_has_no_more_entries_than_its_bits_can_name(tmp_path):
    with pytest.raises(UnreadableScan):
        scrubbed(indexed(INDICES, COLOURS + TEXTS[0][:3], 4), tmp_path)


def test_a_second_palette_goes(tmp_path):
    content, _ = scrubbed(indexed(INDICES, COLOURS, 8, (b"PLTE", TEXTS[0][:15])), tmp_path)
    assert content == indexed(INDICES, COLOURS)


HEADER, (_, PACKED), END = png_chunks(GREY)


@pytest.mark.parametrize("parts", [[PACKED + TEXTS[0]], [PACKED, TEXTS[0]], [PACKED + TEXTS[0] + PACKED[-4:]]])
def test_bytes_behind_the_last_row_go(tmp_path, parts):
    whole = built(HEADER, *((b"IDAT", part) for part in parts), END)
    content, done = scrubbed(whole, tmp_path)
    assert leaks(whole, SECRETS) == {secret(0)}
    assert leaks(content, SECRETS) == set()
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert places(done) == {"PNG bytes behind the last row": ("removed", 1)}
    assert scrubbed(content, tmp_path)[1].removed == ()


@pytest.mark.parametrize("rows", [zlib.decompress(PACKED) + TEXTS[0], zlib.decompress(PACKED)[:-1], b""])
def test_other_rows_than_the_header_says_are_refused(tmp_path, rows):
    with pytest.raises(UnreadableScan, match="as many as the header says"):
        scrubbed(built(HEADER, (b"IDAT", zlib.compress(rows, 0) + bytes(100)), END), tmp_path)


def narrow(last_bits, filtered=0):
    """Rows of one pixel of one bit, and seven bits that are none."""
    packed = zlib.compress(b"".join(bytes([filtered, bits]) for bits in last_bits))
    return built((b"IHDR", struct.pack(">IIBBBBB", 1, len(last_bits), 1, 0, 0, 0, 0)), (b"IDAT", packed), END)


def test_bits_behind_the_last_column_go(tmp_path):
    whole = narrow(TEXTS[0])
    content, done = scrubbed(whole, tmp_path)
    assert leaks(zlib.decompress(png_chunks(content)[1][1]), SECRETS) == set()
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert places(done) == {"PNG bits behind the last column": ("removed", 1)}
    assert scrubbed(narrow(b"\0\x80\0"), tmp_path)[0] == narrow(b"\0\x80\0")
    filtered = narrow(b"\0\x80\0", filtered=2)
    assert "PNG bits behind the last column" in places(scrubbed(filtered, tmp_path)[1])


def test_an_interlaced_picture_is_written_row_by_row(tmp_path):
    rows = b"\0\x41"  # one pixel is all of the first pass
    whole = built(
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 1)), (b"IDAT", zlib.compress(rows) + TEXTS[0]), END
    )
    content, done = scrubbed(whole, tmp_path)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert places(done) == {"PNG interlacing": ("removed", 1)}
    assert leaks(content, SECRETS) == set()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("samples", [2, 4])
def test_alpha_goes_and_every_level_of_the_picture_stays(tmp_path, dtype, samples):
    """A reader drops alpha, and would never see a name written there."""
    pixels = levels((12, 17, samples), dtype)
    whole = with_chunks(imagecodecs.png_encode(pixels), (b"tEXt", TEXTS[0]))
    content, done = scrubbed(whole, tmp_path)
    shown = imagecodecs.png_decode(content)
    assert np.array_equal(shown, pixels[..., 0] if samples == 2 else pixels[..., :3])
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert set(places(done)) == {"PNG alpha", "PNG tEXt"}
    assert scrubbed(content, tmp_path)[0] == content


def header_with(**changes):
    fields = {"width": 30, "height": 20, "bits": 16, "colour": 0, "packing": 0, "filters": 0, "interlaced": 0}
    return (b"IHDR", struct.pack(">IIBBBBB", *{**fields, **changes}.values()))


REST = png_chunks(GREY)[1:]
BROKEN = {
    "no header": built(*REST),
    "two headers": built(header_with(), header_with(), *REST),
    "a long header": built((b"IHDR", header_with()[1] + TEXTS[0]), *REST),
    "a secret way of packing": built(header_with(packing=65), *REST),
    "a secret filter": built(header_with(filters=65), *REST),
    "an unknown colour": built(header_with(colour=5), *REST),
    "an unknown critical chunk": built(header_with(), (b"SECR", TEXTS[0]), *REST),
    "an end with something in it": built(header_with(), REST[0], (b"IEND", TEXTS[0])),
    "no pixels": built(header_with(), (b"IEND", b"")),
    "no end": GREY[:-12],
    "half an end": GREY[:-5],
    "half a chunk": GREY[:100],
    "a wrong checksum": GREY[:-16] + bytes(4) + GREY[-12:],
    "nothing": SIGNATURE,
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_understood_is_refused(tmp_path, name):
    with pytest.raises((UnreadableScan, UnsupportedScan)) as caught:
        scrubbed(BROKEN[name], tmp_path)
    assert not leaks(str(caught.value).encode(), SECRETS)
