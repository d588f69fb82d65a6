"""DICOM: every level of every encoding, what the header says, and headers that lie."""

import itertools
import struct
import tracemalloc
import warnings
import zlib

import imagecodecs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread, uid
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels import convert_color_space

from imaging import Geometry, Quantity, ReadLimits, ScanError, ScanTooLarge, UnreadableScan, UnsupportedScan
from imaging.formats import DEFAULT_LIMITS, decode, format_of
from imaging.formats.dicom import decode_dicom
from imaging.scan import Rescale
from tests.imaging.dicom_files import data_set, dicom, item, levels, written

SMOOTH = (np.add.outer(np.arange(40) ** 2, np.arange(56) * 9) + levels((40, 56)) % 40).astype(np.uint16)
GREY8 = (SMOOTH >> 4).astype(np.uint8)
RGB8 = np.stack([GREY8, GREY8[::-1], 255 - GREY8], axis=-1)
PLAIN = [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian]
THREE_PARTS = r".+; found .+; .+"


def read(content, limits=DEFAULT_LIMITS):
    return decode(content, limits)[0]


def rle(samples):
    dataset = data_set(samples)
    dataset.PixelData = samples.tobytes()
    dataset["PixelData"].VR = "OW"
    dataset.file_meta = item(TransferSyntaxUID=uid.ExplicitVRLittleEndian)
    dataset.compress(uid.RLELossless, samples, encoding_plugin="pydicom", generate_instance_uid=False)
    return next(generate_frames(dataset.PixelData, number_of_frames=1))


def jpeg_lossless(samples, predictor=1, bits=None):
    bits = bits or samples.dtype.itemsize * 8
    space = {"colorspace": "RGB", "outcolorspace": "RGB"} if samples.ndim == 3 else {}
    return imagecodecs.jpeg8_encode(samples, lossless=True, predictor=predictor, bitspersample=bits, **space)


def jpeg_2000(samples):
    return imagecodecs.jpeg2k_encode(samples, level=0, codecformat="j2k", reversible=True)


def htj2k(samples):
    return imagecodecs.htj2k_encode(samples, reversible=True)


LOSSLESS = {
    "JPEG lossless": (uid.JPEGLosslessSV1, jpeg_lossless),
    "JPEG lossless, another predictor": (uid.JPEGLossless, lambda samples: jpeg_lossless(samples, 5)),
    "JPEG-LS": (uid.JPEGLSLossless, imagecodecs.jpegls_encode),
    "JPEG-LS near lossless, at 0": (uid.JPEGLSNearLossless, imagecodecs.jpegls_encode),
    "JPEG 2000": (uid.JPEG2000Lossless, jpeg_2000),
    "JPEG 2000, either kind": (uid.JPEG2000, jpeg_2000),
    "HTJ2K": (uid.HTJ2KLossless, htj2k),
    "HTJ2K by resolution": (uid.HTJ2KLosslessRPCL, htj2k),
    "HTJ2K, either kind": (uid.HTJ2K, htj2k),
    "RLE": (uid.RLELossless, rle),
}


# One plane -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bare", [False, True], ids=["with preamble", "bare"])
@pytest.mark.parametrize("syntax", [*PLAIN, uid.DeflatedExplicitVRLittleEndian])
@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "uint32", "int32"])
def test_every_level_of_every_dtype_survives(dtype, syntax, bare):
    if bare and syntax == uid.DeflatedExplicitVRLittleEndian:
        pytest.skip("a bare data set cannot say that it is deflated")
    samples = levels(dtype=dtype)
    picture = read(dicom(samples, syntax=syntax, bare=bare))
    assert picture.planes.dtype == samples.dtype
    assert picture.planes.dtype.isnative
    assert picture.planes.flags.c_contiguous
    assert picture.planes.flags.aligned
    assert np.array_equal(picture.planes, samples[None])


def test_all_65_536_levels_are_there():
    samples = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    assert np.array_equal(np.unique(read(dicom(samples)).planes), np.arange(65_536))


@given(
    shape=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    dtype=st.sampled_from(["uint8", "int16", "uint32"]),
    syntax=st.sampled_from(PLAIN),
    seed=st.integers(0, 99),
)
def test_any_size_down_to_one_pixel(shape, dtype, syntax, seed):
    samples = levels(shape, dtype, seed)
    assert np.array_equal(read(dicom(samples, syntax=syntax)).planes[0], samples)


def test_bytes_in_words_of_a_big_endian_file_are_swapped_back():
    samples = levels((5, 7), np.uint8)
    padded = samples.tobytes() + b"\0"
    swapped = np.frombuffer(padded, "<u2").astype(">u2").tobytes()
    content = dicom(samples, syntax=uid.ExplicitVRBigEndian, value=swapped, vr="OW")
    assert np.array_equal(read(content).planes[0], samples)


@pytest.mark.parametrize("kind", ["FloatPixelData", "DoubleFloatPixelData"])
def test_floating_point_pixels(kind):
    samples = np.random.default_rng(0).normal(size=(4, 5)).astype("f4" if kind.startswith("F") else "f8")
    samples[0, 0] = np.nan
    dataset = data_set(levels((4, 5)), BitsStored=None, HighBit=None, PixelRepresentation=None)
    setattr(dataset, kind, samples.tobytes())
    assert np.array_equal(read(written(dataset)).planes[0], samples, equal_nan=True)


@pytest.mark.parametrize("name", LOSSLESS)
@pytest.mark.parametrize("samples", [SMOOTH, GREY8], ids=["16 bit", "8 bit"])
def test_lossless_syntaxes_are_exact(name, samples):
    syntax, encode = LOSSLESS[name]
    picture = read(dicom(samples, syntax=syntax, coded=[encode(samples)]))
    assert picture.planes.dtype == samples.dtype
    assert picture.planes.flags.writeable
    assert picture.planes.flags.c_contiguous
    assert np.array_equal(picture.planes[0], samples)


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_frames_are_a_volume(name):
    syntax, encode = LOSSLESS[name]
    volume = np.stack([SMOOTH, SMOOTH[::-1], SMOOTH // 2])
    content = dicom(
        volume, syntax=syntax, coded=[encode(np.ascontiguousarray(one)) for one in volume], NumberOfFrames=3
    )
    assert np.array_equal(read(content).planes[0], volume)


@pytest.mark.parametrize("name", ["JPEG lossless", "JPEG-LS", "RLE"])
def test_signed_samples_come_back_from_unsigned_codes(name):
    syntax, encode = LOSSLESS[name]
    signed = SMOOTH.astype(np.int16) - 900
    coded = [encode(signed if name == "RLE" else signed.view(np.uint16))]
    assert np.array_equal(read(dicom(signed, syntax=syntax, coded=coded)).planes[0], signed)


@pytest.mark.parametrize("encode", [jpeg_2000, htj2k])
def test_signed_codes_of_a_file_that_is_signed(encode):
    signed = SMOOTH.astype(np.int16) - 900
    syntax = uid.JPEG2000Lossless if encode is jpeg_2000 else uid.HTJ2KLossless
    assert np.array_equal(read(dicom(signed, syntax=syntax, coded=[encode(signed)])).planes[0], signed)


def test_twelve_bits_in_sixteen_take_their_sign_from_the_code():
    signed = levels(dtype=np.int16) >> 4
    pattern = signed.view(np.uint16) & 0xFFF
    content = dicom(
        signed, syntax=uid.JPEGLosslessSV1, coded=[jpeg_lossless(pattern, bits=12)], BitsStored=12, HighBit=11
    )
    assert np.array_equal(read(content).planes[0], signed)


@pytest.mark.parametrize("bits", [8, 12])
def test_lossy_jpeg_is_close(bits):
    samples = GREY8 if bits == 8 else SMOOTH
    coded = imagecodecs.jpeg8_encode(samples, level=98, bitspersample=bits)
    syntax = uid.JPEGBaseline8Bit if bits == 8 else uid.JPEGExtended12Bit
    picture = read(dicom(samples, syntax=syntax, coded=[coded], BitsStored=bits, HighBit=bits - 1))
    error = np.abs(picture.planes[0].astype(int) - samples)
    assert error.max() <= (12 if bits == 8 else 160)
    assert error.mean() < (2 if bits == 8 else 20)


def test_the_boxes_of_a_jpeg_2000_file_are_taken_off():
    coded = imagecodecs.jpeg2k_encode(SMOOTH, level=0, codecformat="jp2", reversible=True)
    assert np.array_equal(read(dicom(SMOOTH, syntax=uid.JPEG2000, coded=[coded])).planes[0], SMOOTH)


def test_overlay_bits_above_the_value_are_cleared():
    samples = levels() & 0xFFF
    with_overlay = samples | 0x8000
    assert np.array_equal(read(dicom(with_overlay, BitsStored=12, HighBit=11)).planes[0], samples)


@pytest.mark.parametrize("dtype", ["uint16", "int16"])
def test_a_value_high_up_in_its_word_comes_down(dtype):
    value = levels(dtype=dtype) >> 4
    assert np.array_equal(read(dicom(value << 4, BitsStored=12, HighBit=15)).planes[0], value)


def test_a_frame_in_several_fragments():
    coded = jpeg_lossless(SMOOTH)
    dataset = data_set(SMOOTH)
    pieces = [coded[:100], coded[100:300], coded[300:] + bytes(len(coded) % 2)]
    dataset.PixelData = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(piece)) + piece for piece in [b"", *pieces])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    assert np.array_equal(read(written(dataset, uid.JPEGLosslessSV1)).planes[0], SMOOTH)


# Colour --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", PLAIN)
@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_colour_by_pixel_and_by_plane(dtype, planar, syntax):
    samples = levels((6, 5, 3), dtype)
    stored = samples.transpose(2, 0, 1) if planar else samples
    raw = stored.astype(stored.dtype.newbyteorder(">" if syntax == uid.ExplicitVRBigEndian else "<")).tobytes()
    picture = read(dicom(samples, syntax=syntax, value=raw, PlanarConfiguration=planar))
    assert picture.colour
    assert picture.quantity is Quantity.DISPLAY
    assert np.array_equal(picture.planes, samples.transpose(2, 0, 1))
    assert picture.planes.flags.c_contiguous


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_colour_is_exact(name):
    syntax, encode = LOSSLESS[name]
    picture = read(dicom(RGB8, syntax=syntax, coded=[encode(RGB8)]))
    assert np.array_equal(picture.planes, RGB8.transpose(2, 0, 1))


@pytest.mark.parametrize("photometric", ["YBR_FULL_422", "RGB"])
def test_lossy_colour_has_the_right_hue(photometric):
    picture = np.full((16, 24, 3), (200, 60, 20), np.uint8)
    picture[:, 12:] = (20, 60, 200)
    space = "RGB" if photometric == "RGB" else "YCBCR"
    coded = imagecodecs.jpeg8_encode(picture, level=97, colorspace="RGB", outcolorspace=space)
    if photometric == "RGB":  # such files name no colour space: take the marker out that the encoder put in
        start = coded.index(b"\xff\xee")
        coded = coded[:start] + coded[start + 2 + struct.unpack_from(">H", coded, start + 2)[0] :]
    content = dicom(picture, syntax=uid.JPEGBaseline8Bit, coded=[coded], PhotometricInterpretation=photometric)
    found = read(content).planes.transpose(1, 2, 0).astype(int)
    assert np.abs(found[4, 4] - (200, 60, 20)).max() < 8
    assert np.abs(found[4, 20] - (20, 60, 200)).max() < 8


def test_luminance_and_colour_become_rgb_as_pydicom_converts_them():
    samples = levels((8, 6, 3), np.uint8)
    expected = convert_color_space(samples, "YBR_FULL", "RGB")
    for content in (
        dicom(samples, PhotometricInterpretation="YBR_FULL"),
        dicom(samples, syntax=uid.RLELossless, coded=[rle(samples)], PhotometricInterpretation="YBR_FULL"),
    ):
        found = read(content).planes.transpose(1, 2, 0)
        assert np.abs(found.astype(int) - expected).max() <= 1


def test_pixels_that_share_their_colour():
    light, blueness, redness = levels((4, 6), np.uint8), levels((4, 3), np.uint8, 1), levels((4, 3), np.uint8, 2)
    stored = np.stack([light[:, ::2], light[:, 1::2], blueness, redness], axis=-1)
    full = np.stack([light, blueness.repeat(2, 1), redness.repeat(2, 1)], axis=-1)
    expected = convert_color_space(full, "YBR_FULL", "RGB")
    content = dicom(full, value=stored.tobytes(), PhotometricInterpretation="YBR_FULL_422")
    assert np.abs(read(content).planes.transpose(1, 2, 0).astype(int) - expected).max() <= 1


def palette(bits, entries=5, first=2, *, packed=False, **replaced):
    tables = [np.arange(entries) * step for step in (11, 23, 47)]
    elements = {}
    for name, table in zip(("Red", "Green", "Blue"), tables, strict=True):
        elements[f"{name}PaletteColorLookupTableDescriptor"] = [entries, first, bits]
        content = table.astype(np.uint8 if packed else "<u2").tobytes()
        elements[f"{name}PaletteColorLookupTableData"] = content + bytes(len(content) % 2)
    return tables, {"PhotometricInterpretation": "PALETTE COLOR", **elements, **replaced}


@pytest.mark.parametrize("syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian])
@pytest.mark.parametrize(("bits", "packed"), [(8, False), (8, True), (16, False)])
def test_palettes_colour_their_indices(bits, packed, syntax):
    tables, elements = palette(bits, packed=packed)
    indices = np.array([[0, 2, 3], [4, 6, 200]], np.uint16)  # below, inside and above the table
    picture = read(dicom(indices, syntax=syntax, **elements))
    assert picture.colour
    assert picture.planes.dtype == (np.uint8 if bits == 8 else np.uint16)
    expected = [[[0, 0, 1], [2, 4, 4]]]
    assert np.array_equal(picture.planes, np.concatenate([np.array(table)[expected] for table in tables]))


@pytest.mark.parametrize(
    "replaced",
    [
        {"RedPaletteColorLookupTableData": None},
        {"RedPaletteColorLookupTableDescriptor": None},
        {"RedPaletteColorLookupTableDescriptor": [5, 2]},
        {"RedPaletteColorLookupTableDescriptor": [5, 2, 12]},
        {"GreenPaletteColorLookupTableDescriptor": [4, 2, 16]},
        {"GreenPaletteColorLookupTableDescriptor": [5, 3, 16]},
        {"BluePaletteColorLookupTableDescriptor": [500, 2, 16]},
        {"BluePaletteColorLookupTableDescriptor": [5, 2, 8]},
    ],
)
def test_palettes_that_do_not_fit(replaced):
    _, elements = palette(16)
    missing = {keyword for keyword, value in replaced.items() if value is None}
    elements = {keyword: value for keyword, value in {**elements, **replaced}.items() if keyword not in missing}
    with pytest.raises(UnreadableScan, match="palette"):
        read(dicom(levels((2, 2)), **elements))


# Frames --------------------------------------------------------------------------------------------------------------


def grouped(volume, positions=None, *, shared=(), frames=(), **elements):
    """A multi-frame file with functional groups; `shared` and `frames` are added to them."""
    count = len(volume)
    base = item(
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])],
        PixelMeasuresSequence=[item(PixelSpacing=[0.5, 0.25])],
    )
    for keyword, value in dict(shared).items():
        setattr(base, keyword, value)
    own = [item() for _ in range(count)]
    for index, entry in enumerate(own):
        if positions is not None:
            entry.PlanePositionSequence = [item(ImagePositionPatient=[3, 4, positions[index]])]
        for keyword, value in dict(frames[index] if frames else {}).items():
            setattr(entry, keyword, value)
    return {
        "NumberOfFrames": count,
        "SharedFunctionalGroupsSequence": [base],
        "PerFrameFunctionalGroupsSequence": own,
        **elements,
    }


@pytest.mark.parametrize("syntax", [*PLAIN, uid.DeflatedExplicitVRLittleEndian, uid.JPEGLosslessSV1])
def test_frames_are_ordered_by_position(syntax):
    volume = levels((4, 5, 6), np.uint16)
    coded = [jpeg_lossless(frame) for frame in volume] if syntax == uid.JPEGLosslessSV1 else None
    picture = read(dicom(volume, syntax=syntax, coded=coded, **grouped(volume, [6, 0, 4, 2])))
    assert picture.planes.shape == (1, 4, 5, 6)
    assert np.array_equal(picture.planes[0], volume[[1, 3, 2, 0]])
    assert picture.spacing_mm == (2.0, 0.5, 0.25)


def test_frames_in_order_stay_where_they_are():
    volume = levels((3, 5, 6))
    picture = read(dicom(volume, **grouped(volume, [0, 1.5, 3])))
    assert np.array_equal(picture.planes[0], volume)
    assert picture.spacing_mm == (1.5, 0.5, 0.25)


def test_positions_without_a_pixel_spacing_leave_the_spacing_open():
    volume = levels((3, 5, 6))
    content = dicom(volume, **grouped(volume, [2, 1, 0], shared={"PixelMeasuresSequence": []}))
    assert read(content).spacing_mm is None
    assert np.array_equal(read(content).planes[0], volume[::-1])


@pytest.mark.parametrize("place", [{}, {"ImagePositionPatient": [0, 0, 0]}])
def test_frames_without_positions_of_their_own_stay_as_stored(place):
    volume = levels((3, 4, 5))
    picture = read(dicom(volume, NumberOfFrames=3, ImageOrientationPatient=[1, 0, 0, 0, 1, 0], **place))
    assert np.array_equal(picture.planes[0], volume)
    assert picture.spacing_mm is None


@pytest.mark.parametrize(
    ("positions", "said"), [([0, 1, 3], "frame 3"), ([0, 1, 1], "frame 3"), ([2, 2, 1], "frame 2")]
)
def test_frames_that_make_no_volume_are_named(positions, said):
    volume = levels((3, 4, 5))
    with pytest.raises(UnsupportedScan, match=said):
        read(dicom(volume, **grouped(volume, positions)))


def test_rescale_of_the_shared_group_and_of_a_frame_that_differs():
    volume = levels((3, 4, 5))

    def transformed(intercept):
        values = item(RescaleSlope=2, RescaleIntercept=intercept, RescaleType="MHU")
        return {"PixelValueTransformationSequence": [values]}

    assert read(dicom(volume, **grouped(volume, shared=transformed(-5)))).rescale == Rescale(2.0, -5.0, "MHU")
    frames = [transformed(-5), transformed(-5), transformed(-6)]
    with pytest.raises(UnsupportedScan, match="frame 3"):
        read(dicom(volume, **grouped(volume, frames=frames)))


# What the header says ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("elements", "quantity"),
    [
        ({}, None),
        ({"PixelIntensityRelationship": "LIN"}, Quantity.COUNTS),
        ({"PixelIntensityRelationship": "LIN", "PixelIntensityRelationshipSign": 1}, Quantity.COUNTS),
        ({"PixelIntensityRelationship": "LIN", "PixelIntensityRelationshipSign": -1}, None),
        ({"PixelIntensityRelationship": "LOG"}, None),
        ({"PixelIntensityRelationship": "DISP"}, Quantity.DISPLAY),
        ({"PixelIntensityRelationship": "LIN", "PresentationIntentType": "FOR PRESENTATION"}, Quantity.DISPLAY),
        ({"PixelIntensityRelationship": "LIN", "PresentationIntentType": "FOR PROCESSING"}, Quantity.COUNTS),
    ],
)
def test_what_the_numbers_are(elements, quantity):
    assert read(dicom(levels(), **elements)).quantity is quantity


@pytest.mark.parametrize(
    ("image_type", "channel"),
    [
        (["ORIGINAL", "HIGH ENERGY", "VOLUME", "NONE"], "high"),
        (["ORIGINAL", "PRIMARY", "", "LOW_ENERGY"], "low"),
        (["ORIGINAL", "LOW ENERGY", "HIGH ENERGY"], None),
        (["ORIGINAL", "PRIMARY"], None),
        ("ORIGINAL", None),
    ],
)
def test_which_energy(image_type, channel):
    assert read(dicom(levels(), ImageType=image_type)).channel == channel


@pytest.mark.parametrize(
    ("elements", "rescale"),
    [
        ({}, None),
        ({"RescaleSlope": 2, "RescaleIntercept": -1024}, Rescale(2.0, -1024.0, "HU")),
        ({"RescaleSlope": 1, "RescaleIntercept": 0, "RescaleType": "US"}, Rescale(1.0, 0.0, "US")),
        ({"RescaleSlope": 1, "RescaleIntercept": 0, "SOPClassUID": uid.SecondaryCaptureImageStorage},
         Rescale(1.0, 0.0, "US")),
        ({"RescaleSlope": 0, "RescaleIntercept": 0}, None),
        ({"RescaleSlope": 1}, None),
    ],
)  # fmt: skip
def test_the_line_to_physical_values(elements, rescale):
    picture = read(dicom(levels(), **elements))
    assert picture.rescale == rescale
    assert np.array_equal(picture.planes[0], levels())


@pytest.mark.parametrize("syntax", PLAIN)
@pytest.mark.parametrize(("dtype", "padding"), [("int16", -2000), ("uint16", 63_536)])
def test_the_padding_value_has_the_sign_of_the_pixels(dtype, padding, syntax):
    elements = data_set(levels(dtype=dtype))
    elements.add_new("PixelPaddingValue", "SS" if dtype == "int16" else "US", padding)
    elements.add_new("PixelData", "OW", levels(dtype=dtype).astype(f">{dtype[0]}2").tobytes())
    assert read(written(elements, syntax)).padding == padding


def test_a_padding_value_of_the_wrong_sign_is_the_same_bits():
    elements = data_set(levels(dtype="int16"))
    elements.add_new("PixelPaddingValue", "US", 63_536)
    elements.add_new("PixelData", "OW", levels(dtype="int16").tobytes())
    assert read(written(elements)).padding == -2000


PLACED = {"ImagePositionPatient": [0, 0, 0], "ImageOrientationPatient": [1, 0, 0, 0, 1, 0]}


@pytest.mark.parametrize(
    ("elements", "spacing"),
    [
        ({}, None),
        ({"PixelSpacing": [2, 1.5]}, (2.0, 1.5)),
        ({"PixelSpacing": [2, 1.5], **PLACED}, (2.0, 1.5)),
        ({**PLACED}, None),
        ({"PixelSpacing": [0, 1], **PLACED}, None),
        ({"PixelSpacing": [0, 1]}, None),
        ({"ImagerPixelSpacing": [3, 3]}, None),
        ({"ImagerPixelSpacing": [3, 3], "EstimatedRadiographicMagnificationFactor": 1.5}, (2.0, 2.0)),
        ({"ImagerPixelSpacing": [3, 3], "EstimatedRadiographicMagnificationFactor": 0.5}, None),
        ({"ImagerPixelSpacing": [3, 3], "DistanceSourceToDetector": 1500, "DistanceSourceToPatient": 1000}, (2.0, 2.0)),
        ({"ImagerPixelSpacing": [3, 3], "DistanceSourceToDetector": 1000, "DistanceSourceToPatient": 1500}, None),
        ({"ImagerPixelSpacing": [3, 3], "DistanceSourceToDetector": 1500}, None),
        ({"ImagerPixelSpacing": [3, 3], "PixelSpacing": [3, 3]}, None),
        ({"ImagerPixelSpacing": [3, 3], "PixelSpacing": [2, 2]}, (2.0, 2.0)),
        ({"ImagerPixelSpacing": [3, 3], "PixelSpacing": [3, 3], "PixelSpacingCalibrationType": "GEOMETRY"}, (3.0, 3.0)),
    ],
)
def test_pitch_at_the_object_or_none(elements, spacing):
    assert read(dicom(levels(), **elements)).spacing_mm == spacing


def test_distances_of_the_file_and_of_a_dicos_detector():
    assert read(dicom(levels())).geometry is None
    found = read(dicom(levels(), DistanceSourceToDetector=1000, DistanceSourceToPatient=-1)).geometry
    assert found == Geometry(1000.0)
    detector = item(DistanceSourceToDetector=900, DistanceSourceToPatient=700)
    found = read(dicom(levels(), DetectorGeometrySequence=[detector])).geometry
    assert found == Geometry(900.0, 700.0)


def test_monochrome_1_keeps_its_pixels():
    assert np.array_equal(read(dicom(levels(), PhotometricInterpretation="MONOCHROME1")).planes[0], levels())


def test_damaged_values_beside_the_picture_are_no_obstacle():
    content = dicom(levels(), PixelSpacing=[1.5, 1.5], RescaleSlope=1, RescaleIntercept=0)
    for good, bad in ((b"1.5\\1.5 ", b"1.5\\one "), (b"1.5\\1.5 ", b"nan\\inf ")):
        picture = read(content.replace(good, bad))
        assert picture.spacing_mm is None
        assert np.array_equal(picture.planes[0], levels())


def test_values_of_the_wrong_length_or_type_are_as_good_as_missing():
    content = dicom(levels(), DistanceSourceToDetector=1000, ImagerPixelSpacing=[3, 3], PixelPaddingValue=7)
    assert read(content.replace(b"DS\x06\x001000.0", b"FD\x06\x001000.0")).geometry is None
    assert read(content.replace(b"\x28\x00\x20\x01US\x02\x00\x07\x00", b"\x28\x00\x20\x01LO\x02\x00ab")).padding is None


# What the file begins with -------------------------------------------------------------------------------------------


def test_content_decides():
    assert format_of(dicom(levels())) == "dicom"
    assert format_of(b"II*\x00" + bytes(124) + b"DICM") == "dicom"  # some writers put a TIFF header before it
    assert format_of(dicom(levels(), bare=True)) == "dicom"
    assert format_of(dicom(levels(), syntax=uid.ImplicitVRLittleEndian, bare=True)) == "dicom"
    for stranger in (b"patient name,age\nx,7\n" * 9, b"\x08\x00", b"\x08\x00" * 80, bytes(200), b"\x02\x00ab" * 40):
        assert format_of(stranger) is None


def test_a_header_that_announces_another_encoding():
    content = dicom(levels(), syntax=uid.ImplicitVRLittleEndian)
    lying = content.replace(b"1.2.840.10008.1.2\0", b"1.2.840.10008.1.2\0")
    explicit = dicom(levels())
    body = explicit[explicit.index(b"\x08\x00\x16\x00UI") :]
    head = lying[: lying.index(b"\x08\x00\x16\x00")]
    assert np.array_equal(read(head + body).planes[0], levels())


# Headers that lie, and bytes that are missing ------------------------------------------------------------------------


@pytest.mark.parametrize("syntax", [*PLAIN, uid.DeflatedExplicitVRLittleEndian, *(s for s, _ in LOSSLESS.values())])
def test_no_truncated_file_is_passed_off_as_a_scan(syntax):
    encode = dict(LOSSLESS.values()).get(syntax)
    content = dicom(SMOOTH, syntax=syntax, coded=encode and [encode(SMOOTH)])
    end = len(content) - (8 if encode else 0)
    for length in {*range(0, end, max(1, end // 40)), end - 1, end - 2, end - 7}:
        try:
            picture = read(content[:length])
        except ScanError:
            continue
        assert syntax == uid.DeflatedExplicitVRLittleEndian  # what was cut off is the end mark of deflate
        assert np.array_equal(picture.planes[0], SMOOTH)


@pytest.mark.parametrize(
    ("elements", "error"),
    [
        ({"Rows": 0}, UnreadableScan),
        ({"Rows": None}, UnreadableScan),
        ({"Rows": 65_535}, UnreadableScan),
        ({"NumberOfFrames": 0}, UnreadableScan),
        ({"NumberOfFrames": -1}, UnreadableScan),
        ({"BitsStored": 17}, UnreadableScan),
        ({"BitsStored": 0}, UnreadableScan),
        ({"HighBit": 16}, UnreadableScan),
        ({"HighBit": 3}, UnreadableScan),
        ({"BitsAllocated": 12}, UnsupportedScan),
        ({"BitsAllocated": 64}, UnsupportedScan),
        ({"BitsAllocated": None}, UnreadableScan),
        ({"SamplesPerPixel": 3}, UnreadableScan),
        ({"PhotometricInterpretation": "CMYK"}, UnsupportedScan),
        ({"PhotometricInterpretation": "RGB"}, UnreadableScan),
        ({"PhotometricInterpretation": "YBR_FULL", "SamplesPerPixel": 3}, UnsupportedScan),
        ({"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3, "NumberOfFrames": 2}, UnsupportedScan),
        ({"PhotometricInterpretation": "RGB", "SamplesPerPixel": 3, "PixelRepresentation": 1}, UnsupportedScan),
        ({"NumberOfFrames": 2_000_000_000}, ScanTooLarge),
    ],
)
def test_headers_that_fit_no_picture(elements, error):
    with pytest.raises(error, match=THREE_PARTS):
        decode(dicom(levels(), **elements), DEFAULT_LIMITS)


def test_a_whole_number_that_is_none():
    content = dicom(levels(), NumberOfFrames=1).replace(b"IS\x02\x001 ", b"IS\x02\x00.5")
    with pytest.raises(UnreadableScan, match="NumberOfFrames"):
        read(content)


def test_shared_colour_needs_pairs_of_pixels():
    samples = levels((4, 5, 3), np.uint8)
    with pytest.raises(UnreadableScan, match="pairs"):
        read(dicom(samples, PhotometricInterpretation="YBR_FULL_422"))


@pytest.mark.parametrize(("limits", "fits"), [({}, True), ({"max_pixels": 790}, False), ({"max_bytes": 1500}, False)])
def test_limits_hold_for_what_the_header_asks(limits, fits):
    content = dicom(levels())
    if fits:
        read(content, ReadLimits(**limits))
        return
    with pytest.raises(ScanTooLarge):
        read(content, ReadLimits(**limits))


BOMBS = {
    "raw": dicom(levels((2, 2)), Rows=60_000, Columns=60_000),
    "RLE": dicom(levels((2, 2)), syntax=uid.RLELossless, coded=[bytes(80)], Rows=15_000, Columns=15_000),
    "JPEG-LS": dicom(
        levels((2, 2)),
        syntax=uid.JPEGLSLossless,
        coded=[
            imagecodecs.jpegls_encode(SMOOTH).replace(struct.pack(">HH", 40, 56), struct.pack(">HH", 15_000, 15_000))
        ],
        Rows=15_000,
        Columns=15_000,
    ),
    "frames": dicom(levels((2, 2)), NumberOfFrames=20_000, Rows=100, Columns=100),
    "deflated": dicom(levels((2, 2)), syntax=uid.DeflatedExplicitVRLittleEndian, Rows=15_000, Columns=15_000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_header_that_asks_for_too_much_is_refused_before_memory_is_taken(name):
    tracemalloc.start()
    with pytest.raises(ScanError, match=THREE_PARTS):
        decode(BOMBS[name], DEFAULT_LIMITS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4_000_000


def test_a_deflated_header_that_never_ends():
    head = dicom(levels((2, 2)), syntax=uid.DeflatedExplicitVRLittleEndian)
    meta = head[: head.index(b"1.2.840.10008.1.2.1.99") + 22]
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = (
        b"\x08\x00\x08\x00CS\x04\x00AAAA" + b"\x09\x00\x01\x00OB\0\0" + struct.pack("<I", 1 << 30) + bytes(50_000_000)
    )
    tracemalloc.start()
    with pytest.raises(UnreadableScan):
        decode(meta + packer.compress(body) + packer.flush(), DEFAULT_LIMITS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60_000_000


@pytest.mark.parametrize("name", [name for name in LOSSLESS if name != "RLE"])
@pytest.mark.parametrize("claimed", [{"Rows": 41}, {"Columns": 55}])
def test_a_frame_that_is_not_as_large_as_the_header_says_never_reaches_its_codec(name, claimed, monkeypatch):
    syntax, encode = LOSSLESS[name]
    coded = encode(SMOOTH)
    for codec in ("jpeg8", "jpegls", "jpeg2k"):
        monkeypatch.setattr(imagecodecs, f"{codec}_decode", None)
    with pytest.raises(UnreadableScan, match="frame is as the header says"):
        read(dicom(SMOOTH, syntax=syntax, coded=[coded], **claimed))


def test_a_frame_of_more_bits_than_the_header_says():
    content = dicom(GREY8, syntax=uid.JPEGLosslessSV1, coded=[jpeg_lossless(SMOOTH)])
    with pytest.raises(UnreadableScan, match="16 bits"):
        read(content)


def test_a_damaged_htj2k_frame_is_refused_and_not_filled_with_whatever_memory_held():
    coded = bytearray(htj2k(SMOOTH))
    coded[200:260] = bytes(60)
    with pytest.raises(UnreadableScan, match="decodes"):
        read(dicom(SMOOTH, syntax=uid.HTJ2KLossless, coded=[bytes(coded)]))


def test_an_rle_frame_that_is_too_short():
    content = dicom(SMOOTH, syntax=uid.RLELossless, coded=[rle(SMOOTH[:39])])
    with pytest.raises(UnreadableScan, match="RLE frame"):
        read(content)


@pytest.mark.parametrize(
    ("syntax", "frame"),
    [
        (uid.JPEGBaseline8Bit, b"no JPEG at all\xff\xd9"),
        (uid.JPEGBaseline8Bit, b"\xff\xd8\xff\xff\xff\xfe\x00\x04ab\xff\xda\x00\x02\xff\xd9"),
        (uid.JPEGBaseline8Bit, b"\xff\xd8\xff\xfe\x00\x04ab12345\xff\xd9"),
        (uid.JPEGLSLossless, b"\xff\xd8\xff\xf7\x00\x0b\xff\xd9"),
        (uid.JPEG2000, b"\xff\x4f\xff\x51" + bytes(20) + b"\xff\xd9"),
        (uid.JPEG2000, b"no JPEG 2000 at all\xff\xd9"),
        (uid.JPEG2000, b"\x00\x00\x00\x0cjP  \r\n\x87\n" + b"\x00\x00\x00\x02ftyp" * 3 + b"\xff\xd9"),
        (uid.HTJ2K, b"no HTJ2K at all\xff\xd9"),
    ],
)
def test_a_compressed_frame_without_its_header(syntax, frame):
    with pytest.raises(UnreadableScan, match="begins with its own header"):
        read(dicom(SMOOTH, syntax=syntax, coded=[frame]))


def test_compressed_pixels_that_stand_in_no_fragments():
    with pytest.raises(UnreadableScan, match="fragments"):
        read(written_as(dicom(levels()), uid.JPEGLosslessSV1))
    fragments = dicom(SMOOTH, syntax=uid.JPEGLosslessSV1, coded=[jpeg_lossless(SMOOTH)])
    start = fragments.index(b"\xe0\x7f\x10\x00")
    with pytest.raises(UnreadableScan, match="fragments"):
        read(dicom(levels())[: dicom(levels()).index(b"\xe0\x7f\x10\x00")] + fragments[start:])


def written_as(content, syntax):
    """The same bytes under another transfer syntax."""
    plain = str(uid.ExplicitVRLittleEndian).encode() + b"\0"
    start = content.index(plain)
    named = str(syntax).encode()
    named += bytes(len(named) % 2)
    length = struct.unpack_from("<H", content, start - 2)[0]
    return content[: start - 2] + struct.pack("<H", len(named)) + named + content[start + length :]


def test_fewer_frames_than_announced():
    with pytest.raises(UnreadableScan, match=r"3 frame|fewer fragments"):
        read(dicom(SMOOTH, syntax=uid.JPEGLosslessSV1, coded=[jpeg_lossless(SMOOTH)] * 2, NumberOfFrames=3))
    content = dicom(SMOOTH, syntax=uid.JPEGLosslessSV1, coded=[jpeg_lossless(SMOOTH)] * 3, NumberOfFrames=2)
    with pytest.raises(UnreadableScan, match="2 frame"):
        read(content)


def test_an_empty_fragment_at_the_end_is_padding():
    coded = jpeg_lossless(SMOOTH) + bytes(len(jpeg_lossless(SMOOTH)) % 2)
    dataset = data_set(SMOOTH)
    table = struct.pack("<HHIII", 0xFFFE, 0xE000, 8, 0, len(coded) + 8)
    value = table + b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(piece)) + piece for piece in (coded, b""))
    dataset.PixelData = value
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    assert np.array_equal(read(written(dataset, uid.JPEGLosslessSV1)).planes[0], SMOOTH)


@pytest.mark.parametrize("syntax", [uid.MPEG2MPML, uid.JPEG2000MC, uid.JPIPHTJ2KReferenced])
def test_other_transfer_syntaxes_are_named(syntax):
    with pytest.raises(UnsupportedScan, match="transfer syntax"):
        read(dicom(SMOOTH, syntax=uid.UID(syntax), coded=[b"ab"]))


def test_floating_point_pixels_are_never_compressed():
    content = dicom(SMOOTH, syntax=uid.JPEGLosslessSV1, coded=[jpeg_lossless(SMOOTH)])
    with pytest.raises(UnsupportedScan):
        read(content.replace(b"\xe0\x7f\x10\x00OB", b"\xe0\x7f\x08\x00OF"))


@pytest.mark.parametrize("name", [name for name in LOSSLESS if name != "RLE"])
def test_a_frame_that_stops_inside_its_fragment(name):
    syntax, encode = LOSSLESS[name]
    with pytest.raises(UnreadableScan, match="end marker"):
        read(dicom(SMOOTH, syntax=syntax, coded=[encode(SMOOTH)[:-100]]))


def test_a_codec_that_gives_another_size_than_the_frame_says(monkeypatch):
    content = dicom(SMOOTH, syntax=uid.JPEGLSLossless, coded=[imagecodecs.jpegls_encode(SMOOTH)])
    monkeypatch.setattr(imagecodecs, "jpegls_decode", lambda _frame: SMOOTH[:1])
    with pytest.raises(UnreadableScan, match="decoded"):
        read(content)


def test_files_without_a_picture():
    dataset = Dataset()
    dataset.SOPClassUID, dataset.SOPInstanceUID, dataset.Modality = "1.2.840.10008.5.1.4.1.1.501.3", "2.25.1", "TDR"
    with pytest.raises(UnreadableScan, match="TDR"):
        read(written(dataset))
    for stump in (bytes(128) + b"DICM", bytes(128) + b"DICM" + bytes(6), dicom(levels())[:140]):
        with pytest.raises(UnreadableScan):
            read(stump)


def test_pixels_of_an_impossible_type():
    content = dicom(levels())
    with pytest.raises(UnreadableScan, match="bytes or words"):
        read(content.replace(b"\xe0\x7f\x10\x00OW", b"\xe0\x7f\x10\x00UT"))


def test_a_stray_delimiter_ends_the_data_set():
    content = dicom(levels())
    start = content.index(b"\xe0\x7f\x10\x00OW")
    with pytest.raises(UnreadableScan):
        read(content[:start] + struct.pack("<HHI", 0xFFFE, 0xE00D, 0) + bytes(8) + content[start:])


def nested(depth, tag="ReferencedStudySequence"):
    inner = item(Modality="CT")
    for _ in range(depth):
        inner = item(**{tag: [inner]})
    return [inner]


@pytest.mark.parametrize("undefined", [False, True])
@pytest.mark.parametrize("syntax", PLAIN)
def test_nesting_is_bounded(syntax, undefined):
    def content(depth):
        dataset = data_set(levels(), ReferencedStudySequence=nested(depth - 1))
        sequence = dataset
        while "ReferencedStudySequence" in sequence:
            sequence["ReferencedStudySequence"].is_undefined_length = undefined
            sequence = sequence.ReferencedStudySequence[0]
        dataset.add_new("PixelData", "OW", levels().astype(">u2" if syntax == PLAIN[2] else "<u2").tobytes())
        return written(dataset, syntax)

    limits = ReadLimits(max_nesting=3)
    assert np.array_equal(read(content(3), limits).planes[0], levels())
    with pytest.raises(ScanTooLarge, match="deep"):
        read(content(4), limits)


def test_nesting_deeper_than_python_goes():
    opened = b"\x08\x00\x10\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    content = dicom(levels())
    start = content.index(b"\x08\x00\x60\x00CS")
    with pytest.raises(ScanTooLarge, match="deep"):
        read(content[:start] + opened * 5000 + content[start:])


def test_private_elements_of_unknown_type_are_passed_over():
    dataset = data_set(levels())
    dataset.add_new(0x00090010, "LO", "somebody")
    dataset.add_new(0x00091001, "UN", b"\1\2\3\4")
    dataset.add_new(0x00081110, "UN", b"")
    dataset.add_new("PixelData", "OW", levels().tobytes())
    assert np.array_equal(read(written(dataset)).planes[0], levels())


def test_endless_elements_are_refused():
    content = dicom(levels())
    start = content.index(b"\x08\x00\x60\x00CS")
    with pytest.raises(ScanTooLarge, match="elements"):
        read(content[:start] + b"\x08\x00\x60\x00CS\0\0" * 60_000 + content[start:])


# Damage --------------------------------------------------------------------------------------------------------------


GOOD = [
    dicom(SMOOTH),
    dicom(SMOOTH, syntax=uid.ImplicitVRLittleEndian, bare=True),
    dicom(SMOOTH, syntax=uid.DeflatedExplicitVRLittleEndian),
    dicom(RGB8, PhotometricInterpretation="YBR_FULL"),
    dicom(levels((3, 4, 5)), **grouped(levels((3, 4, 5)), [0, 1, 2])),
    *(dicom(SMOOTH, syntax=syntax, coded=[encode(SMOOTH)]) for syntax, encode in LOSSLESS.values()),
]


@given(data=st.data())
def test_damaged_bytes_give_a_picture_or_a_scan_error(data):
    content = bytearray(data.draw(st.sampled_from(GOOD)))
    for _ in range(data.draw(st.integers(1, 5))):
        position = data.draw(st.integers(0, min(len(content), 900) - 1) | st.integers(0, len(content) - 1))
        content[position] = data.draw(st.integers(0, 255))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            picture = decode(bytes(content), ReadLimits(max_pixels=10**6, max_bytes=10**7))[0]
        except ScanError:
            return
    assert picture.planes.ndim in (3, 4)


def test_warnings_of_others_are_left_alone():
    bad_uid = dicom(levels(), SeriesInstanceUID="2.25.8").replace(b"2.25.8", b"2.25.x")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        before = list(warnings.filters)
        decode_dicom(bad_uid, DEFAULT_LIMITS)
        assert warnings.filters == before
        warnings.warn("still heard", stacklevel=1)
    assert [str(warning.message) for warning in caught] == ["still heard"]


@pytest.mark.parametrize(("syntax", "samples"), list(itertools.product(PLAIN, [SMOOTH, RGB8])))
def test_pydicom_reads_the_same_pixels(syntax, samples, tmp_path):
    (tmp_path / "a").write_bytes(dicom(samples, syntax=syntax))
    ours = read((tmp_path / "a").read_bytes()).planes
    assert np.array_equal(
        ours[0] if samples.ndim == 2 else ours.transpose(1, 2, 0), dcmread(tmp_path / "a").pixel_array
    )
