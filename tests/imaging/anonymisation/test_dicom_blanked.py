"""A cleaned DICOM file with other samples: its header says the same, every other reader sees the new pixels."""

import numpy as np
import pydicom
import pytest

from imaging import read_scan
from imaging.anonymisation.dicom_blanked import holds_grey_plane, write_blanked_dicom
from imaging.anonymisation.scrub import scrub
from tests.imaging.anonymisation.planted import SITE
from tools.fuzzing.dicom_seeds import dicom_bytes

SYNTAXES = ("explicit", "implicit", "big_endian", "deflated", "jpegls", "rle")


def cleaned(folder, frames_NHW, syntax="explicit", storage="dx"):
    (folder / "source").write_bytes(dicom_bytes(frames_NHW, syntax, storage))
    return scrub(folder / "source", folder / "clean", SITE, dates="month", group="g").path


@pytest.mark.parametrize("shape", [(1, 16, 24), (1, 1, 4), (1, 5, 7)])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_only_the_samples_are_others(tmp_path, syntax, shape):
    plane = np.random.default_rng(1).integers(0, 4000, shape, np.uint16)
    path = cleaned(tmp_path, plane, syntax)
    before, said = pydicom.dcmread(path), read_scan(path).view
    assert holds_grey_plane(path)
    other_HW = plane[0].copy()
    other_HW[0] = 77
    write_blanked_dicom(path, other_HW)
    after, view = pydicom.dcmread(path), read_scan(path).view
    assert np.array_equal(view.pixels[0], other_HW)
    assert np.array_equal(np.atleast_2d(after.pixel_array), other_HW)
    assert (view.quantity, view.spacing_mm, view.channels) == (said.quantity, said.spacing_mm, said.channels)
    assert [str(one) for one in before if one.keyword != "PixelData"] == [
        str(one) for one in after if one.keyword != "PixelData"
    ]


def test_a_volume_is_no_plane(tmp_path):
    frames = np.random.default_rng(2).integers(0, 4000, (3, 16, 24), np.uint16)
    assert not holds_grey_plane(cleaned(tmp_path, frames))


def test_floating_samples_stay_so(tmp_path):
    path = cleaned(tmp_path, np.random.default_rng(3).integers(0, 4000, (1, 6, 8), np.uint16))
    dataset = pydicom.dcmread(path)
    del dataset.PixelData, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation
    dataset.BitsAllocated = 32
    dataset.FloatPixelData = np.full((6, 8), 0.5, "<f4").tobytes()
    dataset.save_as(path)
    other_HW = np.linspace(0, 1, 48, dtype=np.float32).reshape(6, 8)
    write_blanked_dicom(path, other_HW)
    assert np.array_equal(read_scan(path).view.pixels[0], other_HW)
