"""DICOS images: secrets go, and an independent toolkit still reads what is left."""

import io
import warnings

import numpy as np
import pydicom
import pytest

from imaging import Channel, Quantity, View
from imaging.anonymisation.dicos import filled
from imaging.dicos import write_dicos_ct, write_dicos_dx
from imaging.formats.dicom.header import quiet
from imaging.scan import Rescale
from tests.imaging.anonymisation.planted import leaks, picture, same_picture, scrubbed, secret
from tests.imaging.dicom_files import item, levels

SECRETS = {secret(number) for number in range(20)}
TEXTS = [secret(number) for number in range(20)]
PLACES = (
    "Manufacturer", "InstitutionName", "InstitutionAddress", "StationName", "ManufacturerModelName", "PatientID",
    "IssuerOfPatientID", "DeviceSerialNumber", "SoftwareVersions", "StudyID", "PatientName", "OOIType", "DICOSVersion",
)  # fmt: skip


def written(path, kind, *, object_type="CARGO"):
    if kind == "CT":
        view = View("0", levels((1, 4, 9, 8)), (Channel("high", 160),), Quantity.UNKNOWN, spacing_mm=(2.0, 1.0, 1.5),
                    rescale=Rescale(1.0, 0.0, "MHU"))  # fmt: skip
        write_dicos_ct(path, view, object_type=object_type)
    else:
        view = View("0", levels((1, 9, 8)), (Channel("low", 80),), Quantity.COUNTS, spacing_mm=(2.0, 1.0))
        write_dicos_dx(path, view, object_type=object_type)
    return pydicom.dcmread(path)


def planted(dataset):
    for number, keyword in enumerate(PLACES):
        setattr(dataset, keyword, TEXTS[number][:16])
    dataset.ContentDate = "20240317"
    buffer = io.BytesIO()
    with quiet():
        dataset.save_as(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["DX", "CT"])
def test_the_toolkit_reads_what_is_left(tmp_path, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaders = pytest.importorskip("pydicos._loaders")
    whole = planted(written(tmp_path / "a.dcs", kind))
    assert len(leaks(whole, SECRETS)) == len(PLACES)
    content, done = scrubbed(whole, tmp_path)
    assert leaks(content, SECRETS) == set()
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    loader = getattr(loaders, f"{kind}Loader")()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loader.read(str(done.path))
        data = loader.get_data()
    assert np.array_equal(
        data[0] if kind == "CT" else data[None], picture(content, tmp_path).planes[0].reshape(-1, 9, 8)
    )


@pytest.mark.parametrize("kind", ["DX", "CT"])
def test_cleaning_twice_gives_the_same_bytes(tmp_path, kind):
    content, _ = scrubbed(planted(written(tmp_path / "a.dcs", kind)), tmp_path)
    assert scrubbed(content, tmp_path)[0] == content


def test_what_was_inspected_stays_where_it_is_a_known_word(tmp_path):
    for said, left in (("CARGO", "CARGO"), ("BAGGAGE", "BAGGAGE"), (TEXTS[0], "OTHER")):
        dataset = written(tmp_path / "a.dcs", "DX")
        dataset.OOIType = said
        buffer = io.BytesIO()
        dataset.save_as(buffer)
        clean = pydicom.dcmread(io.BytesIO(scrubbed(buffer.getvalue(), tmp_path)[0]))
        assert clean.OOIType == left
        assert clean.DeviceSerialNumber == "unknown"
        assert clean.KVP == 80


def test_other_data_sets_are_not_filled():
    dataset = item(SOPClassUID="1.2.840.10008.5.1.4.1.1.2", Rows=3)
    assert filled(dataset) is dataset
    assert filled(item(Rows=3)) == item(Rows=3)
