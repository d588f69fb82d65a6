"""Metadata in files: every place of every format is found, and a file without any has none."""

import io

import cv2
import numpy as np
import pydicom
import pytest
import tifffile
from PIL import Image, PngImagePlugin

from datasets.checks.on_disk import _CONTAINER, _MOMENT, _PLATE, _is_container
from datasets.checks.residue import residue_of
from imaging import write_png, write_tiff
from imaging.formats import format_of

PIXELS = np.random.default_rng(0).integers(0, 255, (20, 30, 3), dtype=np.uint8)


def jpeg(**options):
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "JPEG", **options)
    return buffer.getvalue()


def png(info=None, **options):
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG", pnginfo=info, **options)
    return buffer.getvalue()


def tiff(**options):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, PIXELS, **{"metadata": None, "software": False} | options)
    return buffer.getvalue()


def dicom(**values):
    data_set = pydicom.Dataset()
    data_set.Modality = "DX"
    data_set.Rows = 2
    for keyword, value in values.items():
        setattr(data_set, keyword, value)
    return data_set


def dicom_bytes(data_set):
    buffer = io.BytesIO()
    data_set.save_as(buffer, implicit_vr=False, little_endian=True, enforce_file_format=False)
    return bytes(128) + b"DICM" + buffer.getvalue()


def exif():
    tags = Image.Exif()
    tags[0x010F] = "Maker of Nowhere"
    return tags


def text_chunk():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "operator Jane Roe")
    return info


def private():
    data_set = dicom()
    block = data_set.private_block(0x0011, "SOMEBODY", create=True)
    block.add_new(1, "LO", "lane 4")
    return data_set


def nested():
    data_set, item = dicom(), dicom(OperatorsName="Roe^Jane")
    data_set.SourceImageSequence = pydicom.Sequence([item])
    return data_set


DIRTY = {
    "jpeg exif": (jpeg(exif=exif()), "0xFFE1"),
    "jpeg comment": (jpeg(comment=b"Jane"), "0xFFFE"),
    "jpeg tail": (jpeg() + b"Jane Roe", "after the end"),
    "png text": (png(text_chunk()), "tEXt"),
    "png exif": (png(exif=exif()), "eXIf"),
    "png tail": (png() + b"Jane Roe", "after the end"),
    "tiff software": (tiff(software="station 4"), "tag 305"),
    "tiff description": (tiff(description="Jane Roe"), "tag 270"),
    "tiff date": (tiff(datetime="2024:05:17 10:00:00"), "tag 306"),
    "tiff private": (tiff(extratags=[(65000, 2, 0, "Jane Roe", True)]), "tag 65000"),
    "dicom name": (dicom_bytes(dicom(PatientName="Roe^Jane")), "PatientName"),
    "dicom day": (dicom_bytes(dicom(StudyDate="20240517")), "StudyDate"),
    "dicom time": (dicom_bytes(dicom(StudyTime="101500")), "StudyTime"),
    "dicom place": (dicom_bytes(dicom(InstitutionName="Port of Nowhere")), "InstitutionName"),
    "dicom private": (dicom_bytes(private()), "(0011,"),
    "dicom nested": (dicom_bytes(nested()), "OperatorsName"),
}
CLEAN = {
    "jpeg": jpeg(),
    "jpeg of cv2": cv2.imencode(".jpg", PIXELS)[1].tobytes(),
    "png": png(),
    "tiff": tiff(),
    "dicom": dicom_bytes(
        dicom(PatientName="", PatientID="unknown", StudyDate="20240501", StationName="0a1b2c3d4e5f6071")
    ),
    "dicom with shifted days": dicom_bytes(
        dicom(StudyDate="20240517", LongitudinalTemporalInformationModified="MODIFIED")
    ),
    "no format": b"whatever",
    "empty": b"",
}


@pytest.mark.parametrize("name", DIRTY)
def test_metadata_is_found_and_its_value_is_not_told(tmp_path, name):
    content, place = DIRTY[name]
    (tmp_path / "file").write_bytes(content)
    found = residue_of(tmp_path / "file")
    assert found is not None
    assert place in found
    assert "Jane" not in found
    assert "Nowhere" not in found


@pytest.mark.parametrize("name", CLEAN)
def test_a_picture_alone_has_none(tmp_path, name):
    (tmp_path / "file").write_bytes(CLEAN[name])
    assert residue_of(tmp_path / "file") is None


@pytest.mark.parametrize("shape", [(1, 20, 30), (2, 20, 30), (3, 20, 30), (1, 4, 20, 30)])
def test_what_we_write_has_none(tmp_path, shape):
    write_tiff(tmp_path / "a.tiff", np.zeros(shape, np.uint16))
    write_png(tmp_path / "a.png", PIXELS)
    assert residue_of(tmp_path / "a.tiff") is None
    assert residue_of(tmp_path / "a.png") is None


@pytest.mark.parametrize("name", DIRTY)
def test_cut_and_spoilt_files_end(tmp_path, name):
    content = DIRTY[name][0]
    for cut in range(0, len(content), max(1, len(content) // 12)):
        (tmp_path / "file").write_bytes(content[:cut] + b"\xff" * 8)
        residue_of(tmp_path / "file")


def test_the_examples_are_what_they_are_called():
    for name, (content, _) in DIRTY.items():
        assert format_of(content[:132]) == name.split()[0]


@pytest.mark.parametrize(("number", "valid"), [("CSQU3054383", True), ("CSQU3054384", False), ("MSKU 123456 5", True)])
def test_container_numbers_are_told_by_their_check_digit(number, valid):
    found = _CONTAINER.search(number)
    assert _is_container(*found.groups()) is valid


@pytest.mark.parametrize("name", ["5-00000", "u5-00000.1", "image_0_1054", "0a1b2c3d4e5f6071", "P00994", "c5-00000"])
def test_neutral_names_tell_nothing(name):
    assert not _PLATE.search(name)
    assert not _MOMENT.search(name)
    assert not _CONTAINER.search(name)


@pytest.mark.parametrize("name", ["scan AB-123-CD", "12-ABC-34", "M-AB-1234", "AB12 CDE"])
def test_plates_are_told_by_their_form(name):
    assert _PLATE.search(name)
