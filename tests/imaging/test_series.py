"""A CT series: the volume that it is, whatever the files are called, or a refusal that names the slice."""

import os
import threading
import warnings
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import uid

from imaging import ReadLimits, ScanError, ScanTooLarge, UnreadableScan, UnsupportedScan
from imaging.formats import DEFAULT_LIMITS
from imaging.formats.dicom import decode_dicom
from imaging.formats.dicom.header import quiet
from imaging.formats.series import decode_series, file_kind, read_series
from imaging.scan import Rescale
from tests.imaging.dicom_files import dicom, levels

UPRIGHT = [1, 0, 0, 0, 1, 0]
VOLUME = levels((5, 6, 7), np.int16)


def slice_of(index, volume=VOLUME, *, pitch=2.5, **elements):
    placed = {
        "ImagePositionPatient": [10, 20, -3 + index * pitch],
        "ImageOrientationPatient": UPRIGHT,
        "PixelSpacing": [0.5, 0.75],
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        "InstanceNumber": 99 - index,  # against the order of positions
        **elements,
    }
    return dicom(volume[index], **placed)


def named(contents):
    """Names that sort in the given order: no reader may rely on them."""
    return [(Path(f"slice_{number}.dcm"), content) for number, content in enumerate(contents)]


def series(order=range(5), **elements):
    return named([slice_of(index, **elements) for index in order])


@settings(max_examples=40)
@given(order=st.permutations(range(5)), pitch=st.sampled_from([0.1, 0.625, 2.5, 40.0]))
def test_the_order_is_that_of_positions_however_files_are_shuffled(order, pitch):
    picture = decode_series(series(order, pitch=pitch))
    assert picture.planes.shape == (1, 5, 6, 7)
    assert picture.planes.dtype == VOLUME.dtype
    assert np.array_equal(picture.planes[0], VOLUME)
    assert picture.spacing_mm == pytest.approx((pitch, 0.5, 0.75))
    assert picture.rescale == Rescale(1.0, -1024.0, "HU")


@settings(max_examples=40)
@given(seed=st.integers(0, 500))
def test_any_orientation_orders_along_its_own_normal(seed):
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    row, column = rotation[0], rotation[1]
    normal = np.cross(row, column)
    order = rng.permutation(5)
    contents = [
        slice_of(
            index,
            ImagePositionPatient=[round(float(value), 6) for value in 7 * row - 9 * column + index * 1.25 * normal],
            ImageOrientationPatient=[round(float(value), 8) for value in (*row, *column)],
        )
        for index in order
    ]
    picture = decode_series(named(contents))
    assert np.array_equal(picture.planes[0], VOLUME)
    assert picture.spacing_mm[0] == pytest.approx(1.25, abs=1e-4)


def test_positions_rounded_to_hundredths_still_make_a_volume():
    volume = levels((9, 4, 4))
    contents = [slice_of(i, volume, ImagePositionPatient=[0, 0, round(i * 0.625, 2)]) for i in range(9)]
    picture = decode_series(named(contents))
    assert picture.spacing_mm[0] == pytest.approx(0.625, abs=1e-3)


def test_one_slice_is_a_picture_of_its_own():
    picture = decode_series(series([3]))
    assert picture.planes.shape == (1, 6, 7)
    assert picture.spacing_mm == (0.5, 0.75)


def test_two_slices_are_a_volume():
    assert decode_series(series([1, 0])).planes.shape == (1, 2, 6, 7)


def test_compressed_slices_and_slices_without_spacing():
    picture = decode_series(series(PixelSpacing=None, syntax=uid.DeflatedExplicitVRLittleEndian))
    assert np.array_equal(picture.planes[0], VOLUME)
    assert picture.spacing_mm is None


def test_no_file_is_no_series():
    with pytest.raises(UnreadableScan, match="slices"):
        decode_series([])


def replaced(index, **elements):
    contents = series()
    contents[index] = (contents[index][0], slice_of(index, **elements))
    return contents


REFUSED = {
    "missing": (series([0, 1, 3, 4]), r"evenly spaced.*5\.000 mm before slice_2\.dcm at 4\.500 mm"),
    "missing of three": (series([0, 1, 3]), r"5\.000 mm before slice_2\.dcm"),
    "missing at the front": (series([0, 2, 3, 4]), r"before slice_1\.dcm"),
    "twice": (series([0, 1, 2, 2, 3]), r"one slice at each position.*slice_3\.dcm at 2\.000 mm, where slice_2\.dcm"),
    "turned": (replaced(2, ImageOrientationPatient=[0, 1, 0, 1, 0, 0]), r"one orientation.*slice_2\.dcm"),
    "upside down": (replaced(2, ImageOrientationPatient=[-1, 0, 0, 0, -1, 0]), r"one orientation.*slice_2\.dcm"),
    "tilted a little": (
        replaced(1, ImageOrientationPatient=[1, 0, 0, 0, 0.99995, 0.01]), r"one orientation.*slice_1\.dcm"),
    "spacing": (replaced(4, PixelSpacing=[0.5, 0.76]), r"one pixel spacing.*0\.76.*slice_4\.dcm"),
    "no spacing": (replaced(4, PixelSpacing=None), r"one pixel spacing.*None mm in slice_4\.dcm"),
    "size": (replaced(3, volume=levels((5, 6, 8), np.int16)), r"size and dtype.*slice_3\.dcm"),
    "dtype": (replaced(3, volume=levels((5, 6, 7), np.uint16)), r"size and dtype.*slice_3\.dcm"),
    "rescale": (replaced(3, RescaleIntercept=-1000), r"rescale.*slice_3\.dcm"),
    "another series": (replaced(3, SeriesInstanceUID="2.25.9"), r"series.*2\.25\.9.*slice_3\.dcm"),
    "another energy": (replaced(3, ImageType=["ORIGINAL", "HIGH ENERGY"]), r"energy.*slice_3\.dcm"),
    "another meaning": (replaced(3, PixelIntensityRelationship="LIN"), r"meaning.*slice_3\.dcm"),
    "no position": (replaced(3, ImagePositionPatient=None), r"position and orientation.*slice_3\.dcm"),
    "no orientation": (replaced(3, ImageOrientationPatient=None), r"position and orientation.*slice_3\.dcm"),
    "shifted sideways": (replaced(3, ImagePositionPatient=[10, 21, 4.5]), r"sideways.*|slice_3\.dcm shifted"),
    "sheared": (
        named([slice_of(i, ImagePositionPatient=[0, i * 0.2, i * 2.5]) for i in range(5)]), r"slice_\d\.dcm shifted"),
    "directions not at right angles": (series(ImageOrientationPatient=[1, 0, 0, 0.5, 0.5, 0]), "right angles"),
    "directions too long": (series(ImageOrientationPatient=[1e200, 0, 0, 0, 1, 0]), "right angles"),
    "far away": (replaced(3, ImagePositionPatient=[1e300, 0, 0]), "positions within"),
    "several frames": (
        replaced(3, NumberOfFrames=2, value=bytes(168)), r"one grey picture.*slice_3"),
    "colour": (
        [*series([0, 1]), (Path("rgb.dcm"), dicom(levels((6, 7, 3), np.uint8)))], r"one grey picture.*rgb\.dcm"),
    "a text among them": ([*series([0, 1]), (Path("notes.txt"), b"patient, dose\n")], r"notes\.txt"),
    "a damaged one": ([*series([0, 1]), (Path("cut.dcm"), slice_of(2)[:400])], r"cut\.dcm"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_volume_is_refused_naming_the_slice(name):
    contents, said = REFUSED[name]
    with pytest.raises(ScanError, match=said) as caught:
        decode_series(contents)
    assert all((caught.value.rule, caught.value.found, caught.value.remedy))


def test_a_header_that_pydicom_cannot_parse_names_its_file():
    content = slice_of(1)
    start = content.index(b"\x28\x00\x02\x00US")
    broken = content[:start] + b"\x08\x00\x10\x11SQ\0\0\xff\xff\xff\xff" + b"no item!" + content[start:]
    with pytest.raises(UnreadableScan, match=r"slice_1\.dcm"):
        decode_series(named([slice_of(0), broken]))


def test_pixels_that_do_not_decode_name_their_file():
    coded = imagecodecs.jpegls_encode(VOLUME[1].view(np.uint16))
    contents = series()
    damaged = coded[:40] + bytes(20) + coded[60:]
    contents[1] = (contents[1][0], slice_of(1, syntax=uid.JPEGLSLossless, coded=[damaged]))
    with pytest.raises(UnreadableScan, match=r"slice_1\.dcm"):
        decode_series(contents)
    with pytest.raises(UnreadableScan, match=r"slice_1\.dcm"):
        decode_series(contents[1:2])


def test_the_volume_is_checked_before_memory_is_taken():
    with pytest.raises(ScanTooLarge):
        decode_series(series(), ReadLimits(max_pixels=5 * 42 - 1))
    with pytest.raises(ScanTooLarge):
        decode_series(series(), ReadLimits(max_frames=4))
    assert decode_series(series(), ReadLimits(max_pixels=5 * 42, max_frames=5)).planes.size == 5 * 42


def write(folder, contents):
    for path, content in contents:
        (folder / path).write_bytes(content)


def test_a_folder_and_its_files_are_one_volume(tmp_path):
    write(tmp_path, series([4, 1, 3, 0, 2]))
    for place in (tmp_path, sorted(tmp_path.iterdir()), sorted(tmp_path.iterdir(), reverse=True)):
        assert np.array_equal(read_series(place).planes[0], VOLUME)
    assert np.array_equal(read_series(tmp_path / "slice_0.dcm").planes[0], VOLUME[4])


@pytest.mark.parametrize("intruder", ["notes.txt", "folder", "pipe"])
def test_whatever_else_lies_in_the_folder_is_named(tmp_path, intruder):
    write(tmp_path, series())
    place = tmp_path / intruder
    {"notes.txt": lambda: place.write_text("no slice"), "folder": place.mkdir, "pipe": lambda: os.mkfifo(place)}[
        intruder
    ]()
    with pytest.raises(UnreadableScan, match=intruder):
        read_series(tmp_path)


def test_a_folder_is_not_loaded_beyond_the_limit(tmp_path):
    write(tmp_path, series())
    size = sum(file.stat().st_size for file in tmp_path.iterdir())
    read_series(tmp_path, ReadLimits(max_bytes=size))
    with pytest.raises(ScanTooLarge):
        read_series(tmp_path, ReadLimits(max_bytes=size - 1))


def test_a_place_that_is_not_there(tmp_path):
    for place in (tmp_path / "absent", [tmp_path / "absent"]):
        with pytest.raises(UnreadableScan):
            read_series(place)
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableScan):
        read_series(tmp_path / "empty")


# What a file is ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "syntax", [uid.ImplicitVRLittleEndian, uid.ExplicitVRBigEndian, uid.DeflatedExplicitVRLittleEndian]
)
def test_the_front_of_a_file_says_what_it_is(tmp_path, syntax):
    (tmp_path / "a").write_bytes(slice_of(0, syntax=syntax, ImageType=["ORIGINAL", "LOW ENERGY"]))
    kind = file_kind(tmp_path / "a")
    assert (kind.series_uid, kind.ct_slice, kind.report, kind.channel) == ("2.25.8", True, False, "low")


def test_a_bare_file_a_report_and_a_large_file(tmp_path):
    (tmp_path / "bare").write_bytes(slice_of(0, bare=True))
    assert file_kind(tmp_path / "bare").ct_slice
    (tmp_path / "report").write_bytes(slice_of(0, SOPClassUID="1.2.840.10008.5.1.4.1.1.501.3"))
    assert file_kind(tmp_path / "report").report
    assert not file_kind(tmp_path / "report").ct_slice
    (tmp_path / "large").write_bytes(dicom(levels((1000, 1000))))
    assert file_kind(tmp_path / "large").series_uid == "2.25.8"


def test_other_files_have_no_kind(tmp_path):
    (tmp_path / "text").write_text("no DICOM")
    (tmp_path / "stump").write_bytes(bytes(128) + b"DICM")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("text", "stump", "folder", "pipe", "absent"):
        assert file_kind(tmp_path / name) is None


def test_threads_leave_the_warning_filters_as_they_were():
    before = list(warnings.filters)
    content = slice_of(0, SeriesInstanceUID="2.25.8").replace(b"2.25.8", b"2.25.x")
    threads = [
        threading.Thread(target=lambda: [decode_dicom(content, DEFAULT_LIMITS) for _ in range(20)]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before
    with quiet():
        warnings.warn("not heard", stacklevel=1)


def test_uneven_gaps_that_rounding_explains_are_none():
    with pytest.raises(UnsupportedScan, match="evenly"):
        decode_series(named([slice_of(i, ImagePositionPatient=[0, 0, z]) for i, z in enumerate([0, 1, 2.1, 3])]))
    decode_series(named([slice_of(i, ImagePositionPatient=[0, 0, z]) for i, z in enumerate([0, 1, 2.02, 3])]))
