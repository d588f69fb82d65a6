"""Pixel values: samples byte for byte, coded frames without what their codecs let stand beside the picture."""

import io
import struct
from functools import partial

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom import uid
from pydicom.encaps import encapsulate, generate_frames

from imaging import UnreadableScan, UnsupportedScan
from imaging.anonymisation.cleaned import Tally
from imaging.anonymisation.jpeg_2000 import clean_jpeg_2000
from tests.imaging.anonymisation.planted import leaks, picture, places, same_picture, scrubbed, secret
from tests.imaging.dicom_files import data_set, dicom, levels, written

SECRETS = {secret(number) for number in range(20)}
TEXTS = [secret(number).encode() for number in range(20)]
COLOUR = levels((16, 20, 3), np.uint8)
CODED = {
    uid.JPEGBaseline8Bit: (COLOUR, partial(imagecodecs.jpeg8_encode, level=95)),
    uid.JPEGLosslessSV1: (levels(), imagecodecs.ljpeg_encode),
    uid.JPEGLSLossless: (levels(), imagecodecs.jpegls_encode),
    uid.JPEG2000Lossless: (levels(), partial(imagecodecs.jpeg2k_encode, codecformat="j2k", reversible=True)),
    uid.HTJ2KLossless: (levels(), partial(imagecodecs.htj2k_encode, reversible=True)),
}

BITS = {"BitsStored": 12, "HighBit": 11}


def commented(frame, text, *, comment=None):
    """A codestream with a comment of a JPEG, or of a JPEG 2000 behind its size."""
    if frame[2:4] != b"\xff\x51":
        return frame[:2] + struct.pack(">HH", 0xFFFE, len(text) + 2) + text + frame[2:]
    behind = 4 + struct.unpack_from(">H", frame, 4)[0]
    segment = comment or struct.pack(">HHH", 0xFF64, len(text) + 4, 1) + text
    return frame[:behind] + segment + frame[behind:]


def frames_in(content, count=1):
    return list(generate_frames(pydicom.dcmread(io.BytesIO(content)).PixelData, number_of_frames=count))


@pytest.mark.parametrize("syntax", CODED, ids=lambda syntax: syntax.name)
def test_comments_and_tails_of_coded_frames_go_and_coded_data_stay(tmp_path, syntax):
    samples, encode = CODED[syntax]
    frame = bytes(encode(samples))
    options = {"syntax": syntax, "PhotometricInterpretation": "YBR_FULL_422" if samples.ndim == 3 else "MONOCHROME2"}
    plain, _ = scrubbed(dicom(samples, coded=[frame], **options), tmp_path)
    whole = dicom(samples, coded=[commented(frame, TEXTS[0]) + b"\0\0"], **options)
    content, done = scrubbed(whole, tmp_path)
    assert leaks(whole, SECRETS) == {secret(0)}
    assert content == plain
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert any(place.startswith("JPEG") for place in places(done))
    assert frame[-400:-2] in frames_in(content)[0]
    assert not leaks(str(done).encode(), SECRETS)


def test_frames_stand_one_in_a_fragment_with_a_table_of_their_places(tmp_path):
    volume = levels((3, 10, 12))
    frames = [bytes(imagecodecs.jpegls_encode(plane)) for plane in volume]
    dataset = data_set(volume, NumberOfFrames=3)
    dataset.PixelData = encapsulate(frames, fragments_per_frame=2)
    dataset["PixelData"].VR = "OB"
    content, _ = scrubbed(written(dataset, uid.JPEGLSLossless), tmp_path)
    assert np.array_equal(picture(content, tmp_path).planes[0], volume)
    found = frames_in(content, 3)
    assert [np.array_equal(imagecodecs.jpegls_decode(frame), plane) for frame, plane in zip(found, volume, strict=True)]
    value = pydicom.dcmread(io.BytesIO(content)).PixelData
    assert struct.unpack_from("<I", value, 4)[0] == 12
    table = struct.unpack_from("<3I", value, 8)
    assert table[0] == 0
    for offset, frame in zip(table, found, strict=True):
        length = struct.unpack_from("<I", value, 20 + offset + 4)[0]
        assert value[20 + offset + 8 :][:length] == frame
        assert length % 2 == 0
    assert scrubbed(content, tmp_path)[0] == content


def test_bytes_behind_the_fragments_go(tmp_path):
    whole = dicom(levels(), syntax=uid.JPEGLSLossless, coded=[bytes(imagecodecs.jpegls_encode(levels()))])
    content, _ = scrubbed(whole + TEXTS[0], tmp_path)
    assert content == scrubbed(whole, tmp_path)[0]


def rle(samples):
    """One frame by the letter of DICOM PS3.5 annex G, every byte its own run."""
    planes = samples.astype(">u2").view(np.uint8).reshape(*samples.shape, 2)
    segments = []
    for plane in (planes[..., 0], planes[..., 1]):
        rows = b"".join(bytes([len(row) - 1]) + row.tobytes() for row in plane)
        segments.append(rows + bytes(len(rows) % 2))
    header = struct.pack("<16I", 2, 64, 64 + len(segments[0]), *[0] * 13)
    return header + b"".join(segments)


@pytest.mark.parametrize("samples", [levels(), levels((7, 9), np.uint8), COLOUR], ids=["16", "8", "colour"])
def test_run_lengths_are_coded_anew_and_pydicom_reads_them(tmp_path, samples):
    dataset = data_set(samples)
    value = np.ascontiguousarray(samples)
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    dataset.PixelData = value.tobytes() + bytes(value.nbytes % 2)
    dataset.compress(uid.RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    whole = written(dataset, uid.RLELossless)
    content, _ = scrubbed(whole, tmp_path)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    again = pydicom.dcmread(io.BytesIO(content))
    again.pixel_array_options(decoding_plugin="pydicom")
    assert np.array_equal(again.pixel_array, samples)
    assert scrubbed(content, tmp_path)[0] == content


def test_room_in_the_header_of_run_lengths_is_cleared(tmp_path):
    frame = rle(levels())
    assert frame[12:64] == bytes(52)
    whole = dicom(levels(), syntax=uid.RLELossless, coded=[frame[:12] + TEXTS[0] * 3 + frame[60:]])
    content, done = scrubbed(whole, tmp_path)
    assert leaks(whole, SECRETS) == {secret(0)}
    assert leaks(content, SECRETS) == set()
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert places(done)["DICOM run lengths"] == ("replaced", 1)


@pytest.mark.parametrize("syntax", CODED, ids=lambda syntax: syntax.name)
def test_bytes_between_coded_data_and_their_end_are_refused(tmp_path, syntax):
    samples, encode = CODED[syntax]
    frame = bytes(encode(samples))
    options = {"syntax": syntax, "PhotometricInterpretation": "YBR_FULL_422" if samples.ndim == 3 else "MONOCHROME2"}
    end = frame.rindex(b"\xff\xd9")
    with pytest.raises(UnreadableScan):
        scrubbed(dicom(samples, coded=[frame[:end] + TEXTS[0] * 3 + frame[end:]], **options), tmp_path)


def test_other_process_and_twelve_bits_of_jpeg_stay(tmp_path):
    samples = levels((16, 24)) >> 4
    frame = bytes(imagecodecs.jpeg8_encode(samples, bitspersample=12))
    whole = dicom(samples, syntax=uid.JPEGExtended12Bit, coded=[frame], **BITS)
    content, _ = scrubbed(whole, tmp_path)
    assert frames_in(content)[0].rstrip(b"\0") == frame
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))


@pytest.mark.parametrize("samples", [np.full((1, 1), 7, np.uint16), np.zeros((3, 50), np.uint16)])
def test_small_and_even_pictures_of_lossless_jpeg_pass(tmp_path, samples):
    frame = bytes(imagecodecs.ljpeg_encode(samples))
    content, _ = scrubbed(dicom(samples, syntax=uid.JPEGLosslessSV1, coded=[frame]), tmp_path)
    assert np.array_equal(picture(content, tmp_path).planes[0], samples)


LEFT = {"BitsStored": 12, "HighBit": 15}


@pytest.mark.parametrize(
    ("samples", "options"),
    [
        (levels() >> 4, BITS),
        (levels() & 0xFFF0, LEFT),
        (levels(dtype=np.int16) >> 4, BITS),
        ((levels(dtype=np.int16) >> 4) & 0xFFF, BITS),
        ((levels(dtype=np.int16) >> 5) - 1024, BITS),
    ],
    ids=["low", "high", "signed", "signed without its sign", "negative"],
)
@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian])
def test_bits_that_are_not_used_may_repeat_the_sign(tmp_path, samples, options, syntax):
    whole = dicom(samples, syntax=syntax, **options)
    content, _ = scrubbed(whole, tmp_path)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))


@pytest.mark.parametrize(
    ("samples", "options"),
    [
        ((levels() >> 4) | (levels(seed=1) & 0x8000), BITS),
        ((levels() & 0xFFF0) | (levels(seed=1) & 1), LEFT),
        (levels(dtype=np.int16), BITS),
        (levels(dtype=np.int16) & -0x7001 | -0x8000, BITS),
    ],
    ids=["above", "below", "signed", "negative"],
)
def test_an_overlay_in_the_bits_that_samples_do_not_use_is_refused(tmp_path, samples, options):
    """No reader of ours shows them: text that stands there would be passed unseen."""
    for whole in (dicom(samples, **options), dicom(samples, syntax=uid.RLELossless, coded=[rle(samples)], **options)):
        with pytest.raises(UnsupportedScan, match="bits that DICOM samples do not use"):
            scrubbed(whole, tmp_path)


def test_run_lengths_without_overlays_pass(tmp_path):
    samples = levels() >> 4
    whole = dicom(samples, syntax=uid.RLELossless, coded=[rle(samples)], **BITS)
    assert np.array_equal(picture(scrubbed(whole, tmp_path)[0], tmp_path).planes[0], samples)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_floating_point_stays(tmp_path, dtype):
    samples = levels().astype(dtype)
    dataset = data_set(levels())
    for keyword in ("BitsStored", "HighBit", "PixelRepresentation"):
        delattr(dataset, keyword)
    keyword = {"float32": "FloatPixelData", "float64": "DoubleFloatPixelData"}[dtype]
    setattr(dataset, keyword, samples.tobytes())
    whole = written(dataset)
    content, _ = scrubbed(whole, tmp_path)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    assert keyword in pydicom.dcmread(io.BytesIO(content))


@pytest.mark.parametrize("syntax", [uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian, uid.ImplicitVRLittleEndian])
@pytest.mark.parametrize("vr", ["OB", "OW"])
def test_an_odd_number_of_bytes_is_padded(tmp_path, syntax, vr):
    samples = levels((3, 5), np.uint8)
    raw = samples.tobytes() + b"\0"
    swapped = np.frombuffer(raw, "u2").byteswap().tobytes()
    value = swapped if (vr, syntax) == ("OW", uid.ExplicitVRBigEndian) else raw
    content, _ = scrubbed(dicom(samples, syntax=syntax, vr=vr, value=value), tmp_path)
    assert np.array_equal(picture(content, tmp_path).planes[0], samples)
    assert len(content) % 2 == 0


def test_broken_pixels_are_refused(tmp_path):
    deflated = dicom(levels(), syntax=uid.DeflatedExplicitVRLittleEndian)
    with pytest.raises(UnreadableScan):
        scrubbed(deflated[: len(deflated) // 2], tmp_path)
    with pytest.raises(UnsupportedScan, match="another transfer syntax"):
        scrubbed(dicom(levels(), syntax=uid.MPEG2MPML, coded=[b"\0" * 40]), tmp_path)
    with pytest.raises(UnreadableScan, match="without its end marker"):
        scrubbed(dicom(levels(), syntax=uid.JPEGLSLossless, coded=[TEXTS[0]]), tmp_path)
    with pytest.raises(UnreadableScan):
        scrubbed(dicom(levels(), syntax=uid.RLELossless, coded=[TEXTS[0] * 5], **BITS), tmp_path)


J2K = bytes(imagecodecs.jpeg2k_encode(levels(), codecformat="j2k", reversible=True))
JP2 = bytes(imagecodecs.jpeg2k_encode(levels(), codecformat="jp2", reversible=True))
TILE = J2K.index(b"\xff\x90\x00\x0a")
DATA = J2K.index(b"\xff\x93", TILE)


def cleaned(frame):
    tally = Tally()
    return clean_jpeg_2000(frame, tally), dict(tally)


def test_boxes_around_a_codestream_go():
    frame, told = cleaned(
        JP2[: JP2.index(b"jp2c") - 4] + struct.pack(">I", 24) + b"xml " + TEXTS[0] + JP2[JP2.index(b"jp2c") - 4 :]
    )
    assert frame[:4] == b"\xff\x4f\xff\x51"
    assert not leaks(frame, SECRETS)
    assert np.array_equal(imagecodecs.jpeg2k_decode(frame), levels())
    assert told["JPEG 2000 bytes around the codestream", "removed"] == 1


def test_a_clean_codestream_stays_and_its_padding_is_no_tail():
    frame, _ = cleaned(J2K)
    assert cleaned(frame) == (frame, {})
    assert cleaned(frame + b"\0") == (frame, {})
    assert cleaned(frame + TEXTS[0]) == (frame, {("JPEG 2000 bytes around the codestream", "removed"): 1})


def test_the_last_tile_may_leave_its_end_open():
    open_end = J2K[: TILE + 6] + bytes(4) + J2K[TILE + 10 :]
    assert cleaned(open_end)[0].endswith(J2K[DATA:])


def in_a_tile(segment):
    length = struct.unpack_from(">I", J2K, TILE + 6)[0] + len(segment)
    return J2K[: TILE + 6] + struct.pack(">I", length) + J2K[TILE + 10 : TILE + 12] + segment + J2K[TILE + 12 :]


BROKEN = {
    "no codestream": TEXTS[0],
    "half a header": J2K[:30],
    "half a marker": J2K[: TILE + 1],
    "half a tile": J2K[: TILE + 5],
    "a tile without data": J2K[: TILE + 6] + struct.pack(">I", 4) + J2K[TILE + 10 :],
    "something behind the tile": J2K[:-2] + TEXTS[0],
    "an unknown segment": commented(J2K, b"", comment=struct.pack(">HH", 0xFF30, 18) + TEXTS[0]),
    "an unknown segment in a tile": in_a_tile(struct.pack(">HH", 0xFF30, 18) + TEXTS[0]),
    "a long header of a tile": J2K[: TILE + 3] + b"\x0c" + J2K[TILE + 4 :],
    "capabilities that are none": commented(J2K, b"", comment=struct.pack(">HH", 0xFF50, 18) + TEXTS[0]),
    "a second size": commented(J2K, b"", comment=struct.pack(">HH", 0xFF51, 18) + TEXTS[0]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_understood_is_refused(name):
    with pytest.raises((UnreadableScan, UnsupportedScan)) as caught:
        cleaned(BROKEN[name])
    assert "KeyError" not in str(caught.value)


@pytest.mark.parametrize("marker", [0xFF64, 0xFF58])
def test_comments_and_pointers_of_a_tile_go(marker):
    segment = struct.pack(">HH", marker, 18) + TEXTS[0]
    assert cleaned(in_a_tile(segment))[0] == cleaned(J2K)[0]
    assert any("JPEG 2000" in place for place, _ in cleaned(in_a_tile(segment))[1])
    whole = dicom(levels(), syntax=uid.JPEG2000Lossless, coded=[cleaned(in_a_tile(segment))[0]])
    assert np.array_equal(imagecodecs.jpeg2k_decode(frames_in(whole)[0]), levels())


@pytest.mark.parametrize("marker", [0xFF55, 0xFF56, 0xFF57, 0xFF59, 0xFF63])
def test_pointers_and_profiles_of_a_codestream_go(marker):
    assert cleaned(commented(J2K, b"", comment=struct.pack(">HH", marker, 18) + TEXTS[0]))[0] == cleaned(J2K)[0]


def test_capabilities_of_high_throughput_stay():
    frame = bytes(CODED[uid.HTJ2KLossless][1](levels()))
    assert b"\xff\x50\0\x08\0\x02\0\0" in cleaned(frame)[0]
    assert np.array_equal(imagecodecs.jpeg2k_decode(cleaned(frame)[0]), levels())


def test_known_segments_of_a_tile_stay():
    quantisation = J2K.index(b"\xff\x5c")
    end = quantisation + 2 + struct.unpack_from(">H", J2K, quantisation + 2)[0]
    frame, _ = cleaned(in_a_tile(J2K[quantisation:end]))
    assert np.array_equal(imagecodecs.jpeg2k_decode(frame), levels())
