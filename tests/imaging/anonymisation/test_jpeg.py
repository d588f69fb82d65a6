"""JPEG: secrets in every application segment, thumbnails, further pictures; coded data byte for byte."""

import io
import struct

import cv2
import imagecodecs
import numpy as np
import pytest
from PIL import Image

from imaging import UnreadableScan, UnsupportedScan
from imaging.anonymisation.cleaned import Tally
from imaging.anonymisation.jpeg_segments import clean_segments
from tests.imaging.anonymisation.planted import leaks, picture, places, same_picture, scrubbed, secret
from tests.imaging.dicom_files import levels

SECRETS = {secret(number) for number in range(20)}
TEXTS = [secret(number).encode() for number in range(20)]
COLOUR = levels((40, 48, 3), np.uint8)
DEFAULT_JFIF = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"


def segment(marker, value):
    return struct.pack(">BBH", 0xFF, marker, len(value) + 2) + value


def by_cv2(*options, pixels=COLOUR):
    return cv2.imencode(".jpg", pixels, list(options))[1].tobytes()


def without_jfif(content):
    return content[:2] + content[2 + 18 :]


def with_segments(content, *planted):
    return content[:2] + b"".join(planted) + content[2:]


BASE = by_cv2()
SEGMENTS = [
    (0xE1, b"Exif\0\0II*\0\x08\0\0\0" + TEXTS[0], "APP1 EXIF"),
    (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>" + TEXTS[1], "APP1 XMP"),
    (0xE1, secret(2).encode("utf-16-le"), "APP1"),
    (0xE2, b"ICC_PROFILE\0\1\1" + TEXTS[3], "APP2 colour profile"),
    (0xE2, b"MPF\0" + TEXTS[4], "APP2 further pictures"),
    (0xED, b"Photoshop 3.0\x008BIM\x04\x04" + TEXTS[5], "APP13 Photoshop"),
    (0xE8, b"mrfx" + TEXTS[6], "APP8"),
    (0xEF, TEXTS[7], "APP15"),
    (0xFE, TEXTS[8], "comment"),
    (0xE0, b"JFXX\0\x10" + TEXTS[9], "APP0 thumbnail"),
    (0xE0, b"AVI1" + TEXTS[10], "APP0"),
]


@pytest.mark.parametrize(("marker", "value", "told"), SEGMENTS, ids=lambda value: str(value)[:12])
def test_each_segment_of_an_application_goes(tmp_path, marker, value, told):
    content, done = scrubbed(with_segments(BASE, segment(marker, value)), tmp_path)
    assert content == BASE
    assert places(done) == {f"JPEG {told}": ("removed", 1)}


def test_all_of_them_between_and_behind_the_others_go(tmp_path):
    planted = b"".join(segment(*each[:2]) for each in SEGMENTS)
    frame = BASE.index(b"\xff\xc0")
    whole = with_segments(BASE[:frame] + planted + BASE[frame:] + TEXTS[11], planted)
    assert len(leaks(whole, SECRETS)) == 12
    content, done = scrubbed(whole, tmp_path)
    assert content == BASE
    assert places(done)["JPEG comment"] == ("removed", 2)
    assert not leaks(str(done).encode(), SECRETS)


OPTIONS = {
    "baseline": (),
    "progressive": (cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "restarts": (cv2.IMWRITE_JPEG_RST_INTERVAL, 2),
    "optimised": (cv2.IMWRITE_JPEG_OPTIMIZE, 1),
}


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("pixels", [COLOUR, COLOUR[..., 0]], ids=["colour", "grey"])
def test_tables_frames_and_scans_of_each_process_stay_byte_for_byte(tmp_path, name, pixels):
    whole = by_cv2(*OPTIONS[name], pixels=pixels)
    planted = whole[:2] + segment(0xFE, TEXTS[0]) + whole[2:]
    content, _ = scrubbed(planted, tmp_path)
    assert content == whole
    assert same_picture(picture(planted, tmp_path), picture(content, tmp_path))


def test_thumbnail_version_and_density_of_jfif_become_their_defaults(tmp_path):
    thumbnail = TEXTS[0][:12]
    value = b"JFIF\0\1\2\1\0\x48\0\x48\2\2" + thumbnail
    whole = without_jfif(BASE)
    content, done = scrubbed(whole[:2] + segment(0xE0, value) + segment(0xE0, value) + whole[2:], tmp_path)
    assert content == whole[:2] + DEFAULT_JFIF + whole[2:]
    assert {(one.treatment, one.count) for one in done.removed} == {("replaced", 1), ("removed", 1)}


@pytest.mark.parametrize("transform", [0, 1])
def test_adobes_colour_transform_stays_and_nothing_else_of_its_segment(tmp_path, transform):
    """Without it the same bytes are other colours."""
    whole = without_jfif(BASE)
    value = b"Adobe\0\x65\x41\x42\x43\x44" + bytes([transform])
    planted = whole[:2] + segment(0xEE, value + TEXTS[0]) + whole[2:]
    content, done = scrubbed(planted, tmp_path)
    assert content == whole[:2] + segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([transform])) + whole[2:]
    assert same_picture(picture(planted, tmp_path), picture(content, tmp_path))
    assert places(done) == {"JPEG APP14 Adobe": ("replaced", 1)}


def test_the_two_transforms_are_two_pictures(tmp_path):
    whole = without_jfif(BASE)
    both = [
        scrubbed(whole[:2] + segment(0xEE, b"Adobe\0\x64\0\0\0\0" + bytes([one])) + whole[2:], tmp_path)[0]
        for one in (0, 1)
    ]
    assert not same_picture(*(picture(each, tmp_path) for each in both))


def test_a_short_segment_of_adobe_is_no_more_than_its_name(tmp_path):
    content, _ = scrubbed(with_segments(BASE, segment(0xEE, b"Adobe" + b"ABCDE")), tmp_path)
    assert content == with_segments(BASE, segment(0xEE, b"Adobe"))
    assert scrubbed(content, tmp_path)[1].removed == ()


def test_another_application_in_adobes_segment_goes(tmp_path):
    content, done = scrubbed(with_segments(BASE, segment(0xEE, TEXTS[0])), tmp_path)
    assert content == BASE
    assert places(done) == {"JPEG APP14": ("removed", 1)}


def test_fill_bytes_and_garbage_between_segments_go(tmp_path):
    frame = BASE.index(b"\xff\xc0")
    for filling, told in ((b"\xff\xff\xff", {}), (TEXTS[0], {"JPEG bytes between segments": ("removed", 1)})):
        content, done = scrubbed(BASE[:frame] + filling + BASE[frame:], tmp_path)
        assert content == BASE
        assert places(done) == told


def test_further_pictures_behind_the_first_go(tmp_path):
    buffer = io.BytesIO()
    images = [Image.fromarray(COLOUR), Image.fromarray(COLOUR[::-1])]
    images[0].save(buffer, "MPO", save_all=True, append_images=images[1:])
    content, done = scrubbed(buffer.getvalue(), tmp_path)
    assert content.count(b"\xff\xd8\xff") == 1
    assert len(content) < 0.6 * len(buffer.getvalue())
    assert {"JPEG APP2 further pictures", "JPEG bytes behind the end"} <= set(places(done))
    assert same_picture(picture(buffer.getvalue(), tmp_path), picture(content, tmp_path))


SCAN, FRAME = BASE.index(b"\xff\xda"), BASE.index(b"\xff\xc0")
QUANTISATION, HUFFMAN = BASE.index(b"\xff\xdb"), BASE.index(b"\xff\xc4")


def longer(at, more=TEXTS[0]):
    """The picture with bytes behind the value of the segment that begins there."""
    end = at + 2 + struct.unpack_from(">H", BASE, at + 2)[0]
    return BASE[: at + 2] + struct.pack(">H", end - at - 2 + len(more)) + BASE[at + 4 : end] + more + BASE[end:]


BROKEN = {
    "no beginning": b"\xff\xd8\xff",
    "no end": BASE[:-2],
    "half a segment": BASE[: QUANTISATION + 20],
    "half a length": BASE[: QUANTISATION + 3],
    "half a scan header": BASE[: SCAN + 5],
    "only an end": b"\xff\xd8\xff\xd9",
    "no scan": BASE[:SCAN] + b"\xff\xd9",
    "no frame": BASE[:FRAME] + BASE[FRAME + 19 :],
    "two frames": BASE[:FRAME] + BASE[FRAME : FRAME + 19] + BASE[FRAME:],
    "a long frame": longer(FRAME),
    "a short frame": BASE[:FRAME] + segment(0xC0, b"\x08\0\x28") + BASE[FRAME + 19 :],
    "a long scan": longer(SCAN),
    "long quantisation": longer(QUANTISATION),
    "long Huffman tables": longer(HUFFMAN),
    "a segment of another kind": with_segments(BASE, segment(0xF0, TEXTS[0])),
    "a hierarchy": with_segments(BASE, segment(0xDE, TEXTS[0])),
    "a long restart interval": with_segments(BASE, segment(0xDD, TEXTS[0])),
    "a number of lines": with_segments(BASE, segment(0xDC, TEXTS[0][:2])),
    "arithmetic conditioning": with_segments(BASE, segment(0xCC, b"\0\x10")),
    "a quantisation table of 16 bits that is too short": with_segments(BASE, segment(0xDB, b"\x10" + bytes(64))),
    "long presets": with_segments(BASE, segment(0xF8, TEXTS[0])),
    "an unknown colour transform": with_segments(BASE, segment(0xEE, b"Adobe\0\x64\0\0\0\0\x07")),
    "text behind the coded data": BASE[:-2] + b"\xffA" + TEXTS[0] + b"\xff\xd9",
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_understood_is_refused(tmp_path, name):
    with pytest.raises((UnreadableScan, UnsupportedScan)) as caught:
        scrubbed(BROKEN[name], tmp_path)
    assert not leaks(str(caught.value).encode(), SECRETS)


def definition(number, filling=16):
    """A quantisation table of 8 bits."""
    return segment(0xDB, bytes([number]) + bytes([filling]) * 64)


HUFFMAN_TABLE = b"\0" * 4 + b"\x10" + b"\0" * 11 + TEXTS[1]


@pytest.mark.parametrize(
    ("planted", "count"),
    [
        (definition(3), 1),
        (segment(0xDB, b"\x13" + bytes(range(1, 129))), 1),
        (segment(0xDB, b"\2" + TEXTS[0] * 4 + b"\3" + TEXTS[0] * 4), 2),
        (definition(0), 1),  # is defined again before the scan
        (segment(0xC4, b"\x03" + HUFFMAN_TABLE), 1),
        (segment(0xC4, b"\x00" + HUFFMAN_TABLE + b"\x13" + HUFFMAN_TABLE), 2),
    ],
)
def test_tables_that_no_scan_uses_go(tmp_path, planted, count):
    content, done = scrubbed(with_segments(BASE, planted), tmp_path)
    assert content == BASE
    assert places(done) == {"JPEG unused table": ("removed", count)}


def test_of_several_restart_intervals_the_last_counts(tmp_path):
    last = segment(0xDD, b"\0\0")
    content, done = scrubbed(with_segments(BASE, segment(0xDD, b"AB"), segment(0xDD, b"CD"), last), tmp_path)
    assert content == with_segments(BASE, last)
    assert places(done) == {"JPEG unused table": ("removed", 2)}


def test_of_a_segment_of_tables_those_that_are_used_stay(tmp_path):
    begin = BASE.index(b"\xff\xdb")
    end = begin + 2 + struct.unpack_from(">H", BASE, begin + 2)[0]
    together = segment(0xDB, BASE[begin + 4 : end] + b"\3" + TEXTS[0] * 4)
    content, _ = scrubbed(BASE[:begin] + together + BASE[end:], tmp_path)
    assert content == BASE


def test_bytes_between_coded_data_are_found_by_decoding(tmp_path):
    for planted in (TEXTS[0] * 3, b"\xff\0" + TEXTS[0], b"\xff\xd0" + TEXTS[0], b"\xff\1" + TEXTS[0]):
        with pytest.raises(UnreadableScan, match="extraneous"):
            scrubbed(BASE[:-2] + planted + BASE[-2:], tmp_path)


def test_what_readers_of_ours_do_not_read_is_refused(tmp_path):
    for coded in (imagecodecs.ljpeg_encode(levels()), imagecodecs.jpegls_encode(levels())):
        with pytest.raises((UnreadableScan, UnsupportedScan)):
            scrubbed(bytes(coded), tmp_path)


def test_a_jpeg_ls_codestream_is_cleaned_too():
    """As it stands in DICOM files. Its coded data hold bytes that would be markers in any other JPEG."""
    pixels = levels((64, 64))
    coded = bytes(imagecodecs.jpegls_encode(pixels))
    assert any(bytes([0xFF, low]) in coded for low in range(2, 0x80))
    frame = coded.index(b"\xff\xf7")  # a header of SPIFF stands before it, which no decoder needs
    transform = segment(0xE8, b"mrfx\1")
    planted = coded[:2] + segment(0xE8, TEXTS[0]) + transform + segment(0xFE, TEXTS[1]) + coded[2:]
    content = b"".join(clean_segments(planted, Tally())[0])
    assert content == coded[:2] + transform + coded[frame:]
    assert np.array_equal(imagecodecs.jpegls_decode(coded[:2] + coded[frame:]), pixels)
