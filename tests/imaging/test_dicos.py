"""DICOM and DICOS files of ours: exact, the same twice, and read by an independent toolkit."""

import warnings
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread

from imaging import Channel, Geometry, Quantity, UnsupportedScan, View
from imaging.dicos import instance_of, write_companion_dx, write_dicom, write_dicos_ct, write_dicos_dx
from imaging.dicos.uids import uid_of
from imaging.formats import DEFAULT_LIMITS, decode
from imaging.scan import Rescale
from tests.imaging.dicom_files import levels

NAMES = {1: ("single",), 2: ("low", "high"), 3: ("red", "green", "blue")}
EXACT = st.sampled_from(["uint8", "uint16", "int16"])


def view_of(pixels, quantity=Quantity.COUNTS, **rest):
    rest.setdefault("channels", tuple(map(Channel, NAMES[len(pixels)])))
    return View("0", pixels, quantity=quantity, **rest)


def read(instance):
    return decode(instance.path.read_bytes(), DEFAULT_LIMITS)[0]


def volume(dtype="uint16", **rest):
    rest.setdefault("spacing_mm", (2.0, 1.0, 1.5))
    return view_of(levels((1, 4, 5, 6), dtype), Quantity.UNKNOWN, **rest)


@settings(max_examples=30)
@given(dtype=EXACT, channels=st.integers(1, 2), height=st.integers(1, 9), width=st.integers(1, 9))
def test_radiographs_come_back_exactly(tmp_path_factory, dtype, channels, height, width):
    folder = tmp_path_factory.mktemp("dx")
    pixels = levels((channels, height, width), dtype, height * width)
    for write in (write_dicos_dx, write_dicom, write_companion_dx):
        instances = write(folder / "a.dcs", view_of(pixels))
        names = ["a.dcs"] if channels == 1 else ["a_low.dcs", "a_high.dcs"]
        assert [instance.path.name for instance in instances] == names
        for instance, plane in zip(instances, pixels, strict=True):
            assert read(instance).planes.dtype == plane.dtype
            assert np.array_equal(read(instance).planes[0], plane)
            assert np.array_equal(dcmread(instance.path).pixel_array, plane)
    assert not list(folder.glob(".*"))


def test_65_536_levels_and_what_is_known_of_them_come_back(tmp_path):
    pixels = np.arange(65_536, dtype=np.uint16).reshape(1, 256, 256)
    view = view_of(
        pixels,
        channels=(Channel("high", 160),),
        spacing_mm=(1.5, 2.25),
        geometry=Geometry(1500.0, 1100.0),
        rescale=Rescale(0.25, -7.0, "US"),
    )
    for write in (write_dicos_dx, write_dicom):
        picture = read(write(tmp_path / "a", view)[0])
        assert np.array_equal(picture.planes, pixels)
        assert picture.quantity is Quantity.COUNTS
        assert picture.channel == "high"
        assert picture.spacing_mm == (1.5, 2.25)
        assert picture.geometry == view.geometry
        assert picture.rescale == view.rescale
        assert dcmread(tmp_path / "a").KVP == 160


@pytest.mark.parametrize("write", [write_dicos_dx, write_dicom])
@pytest.mark.parametrize(
    ("quantity", "found"),
    [
        (Quantity.COUNTS, Quantity.COUNTS),
        (Quantity.TRANSMISSION, Quantity.COUNTS),
        (Quantity.ATTENUATION, None),
        (Quantity.DISPLAY, Quantity.DISPLAY),
        (Quantity.UNKNOWN, None),
    ],
)
def test_what_the_numbers_are_is_said_as_far_as_dicom_has_words(tmp_path, quantity, found, write):
    picture = read(write(tmp_path / "a", view_of(levels((1, 3, 4)), quantity))[0])
    assert picture.quantity is found
    dense_is_large = quantity is Quantity.ATTENUATION
    assert dcmread(tmp_path / "a").PixelIntensityRelationshipSign == (-1 if dense_is_large else 1)
    assert (picture.spacing_mm, picture.geometry) == (None, None)


def test_a_distance_that_is_not_known_is_not_written(tmp_path):
    view = view_of(levels((1, 3, 4)), geometry=Geometry(source_detector_mm=900.0))
    assert read(write_dicos_dx(tmp_path / "a", view)[0]).geometry == Geometry(900.0)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16"])
@pytest.mark.parametrize("write", [write_dicos_ct, write_dicom])
def test_volumes_come_back_exactly(tmp_path, write, dtype):
    for view in (
        volume(dtype),
        volume(dtype, rescale=Rescale(2.0, -1024.0, "HU"), channels=(Channel("low", 80),), spacing_mm=(0.1, 0.2, 0.3)),
    ):
        instance = write(tmp_path / "a", view)[0]
        picture = read(instance)
        assert picture.planes.dtype == view.pixels.dtype
        assert np.array_equal(picture.planes, view.pixels)
        assert picture.spacing_mm == pytest.approx(view.spacing_mm)
        assert picture.rescale == (view.rescale or Rescale(1.0, 0.0, "US"))
        assert picture.channel == (None if view.rescale is None else "low")
        assert np.array_equal(dcmread(instance.path).pixel_array, view.pixels[0])


@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_colour_is_a_secondary_capture(tmp_path, dtype):
    pixels = levels((3, 5, 7), dtype)
    picture = read(write_dicom(tmp_path / "a", view_of(pixels, Quantity.DISPLAY))[0])
    assert picture.colour
    assert np.array_equal(picture.planes, pixels)


@pytest.mark.parametrize("write", [write_dicos_dx, write_dicos_ct, write_dicom, write_companion_dx])
def test_the_same_view_gives_the_same_bytes_and_another_view_another_identity(tmp_path, write):
    view = volume() if write is write_dicos_ct else view_of(levels((1, 3, 4)))
    one, again = write(tmp_path / "a", view)[0], write(tmp_path / "b", view)[0]
    assert one.path.read_bytes() == again.path.read_bytes()
    assert one.sop_instance_uid == again.sop_instance_uid
    others = [
        write(tmp_path / "c", replace(view, pixels=view.pixels ^ 1))[0],
        write(tmp_path / "d", replace(view, rescale=Rescale(2.0, 0.0, "US")))[0],
        write(tmp_path / "e", view, created=datetime(2026, 1, 2, 3, 4, 5))[0],  # noqa: DTZ001 -- no zone in DICOM
    ]
    assert len({instance.sop_instance_uid for instance in (one, *others)}) == 4


def test_times_are_those_given_or_none(tmp_path):
    view = view_of(levels((1, 3, 4)))
    created = datetime(2026, 1, 2, 3, 4, 5, 600_000)  # noqa: DTZ001 -- no zone in DICOM
    timed = dcmread(write_dicom(tmp_path / "a", view, created=created)[0].path)
    assert (timed.StudyDate, timed.ContentTime) == ("20260102", "030405.600000")
    assert not dcmread(write_dicom(tmp_path / "a", view)[0].path).StudyDate
    assert dcmread(write_dicos_dx(tmp_path / "a", view)[0].path).StudyDate == "19000101"


def test_both_energies_share_a_study_and_not_a_series(tmp_path):
    low, high = (dcmread(one.path) for one in write_dicos_dx(tmp_path / "a.dcs", view_of(levels((2, 3, 4)))))
    assert low.StudyInstanceUID == high.StudyInstanceUID
    assert low.SeriesInstanceUID != high.SeriesInstanceUID
    assert low.SOPInstanceUID != high.SOPInstanceUID


@given(parts=st.lists(st.text(max_size=5) | st.binary(max_size=5), max_size=4))
def test_identifiers_have_the_form_of_dicom_and_know_where_parts_end(parts):
    uid = uid_of(*parts)
    assert uid.startswith("2.25.")
    assert len(uid) <= 64
    assert set(uid) <= set("0123456789.")
    assert uid == uid_of(*parts)
    assert uid_of("ab", "c") != uid_of("a", "bc")


@pytest.mark.parametrize(
    ("write", "view"),
    [
        (write_dicos_dx, volume()),
        (write_dicos_dx, view_of(levels((3, 2, 2)), Quantity.DISPLAY)),
        (write_dicos_dx, view_of(levels((1, 2, 2), "uint32"))),
        (write_dicos_dx, view_of(np.zeros((1, 2, 2), np.float32))),
        (write_dicos_ct, view_of(levels((1, 2, 2)))),
        (write_dicos_ct, volume(spacing_mm=None)),
        (write_dicos_ct, volume("int32")),
        (write_dicos_ct, view_of(levels((2, 2, 2, 2)), spacing_mm=(1.0, 1.0, 1.0))),
        (write_dicom, view_of(levels((3, 2, 2), "int16"), Quantity.DISPLAY)),
        (write_dicom, view_of(np.zeros((1, 2, 2), np.float64))),
        (write_dicom, volume(spacing_mm=None)),
        (write_companion_dx, volume()),
        (write_companion_dx, view_of(levels((1, 2, 2), "int64"))),
    ],
)
def test_what_a_form_does_not_hold_is_refused_in_words(tmp_path, write, view):
    with pytest.raises(UnsupportedScan, match=r".+; found .+; .+"):
        write(tmp_path / "a", view)
    assert not list(tmp_path.iterdir())


# Companions ----------------------------------------------------------------------------------------------------------


def test_a_companion_of_a_colour_picture_is_its_luminance(tmp_path):
    pixels = levels((3, 5, 7), "uint8")
    picture = read(write_companion_dx(tmp_path / "a", view_of(pixels, Quantity.DISPLAY))[0])
    expected = 0.299 * pixels[0] + 0.587 * pixels[1] + 0.114 * pixels[2]
    assert np.abs(picture.planes[0] - expected).max() <= 0.501
    assert picture.planes.dtype == np.uint8
    assert picture.quantity is Quantity.DISPLAY


@pytest.mark.parametrize("channels", [1, 3])
def test_a_companion_of_floating_point_leads_back_within_half_a_step(tmp_path, channels):
    values = np.random.default_rng(0).normal(size=(channels, 6, 7))
    values[:, 0, 0], values[:, 1, 1] = np.nan, np.inf
    quantity = Quantity.DISPLAY if channels == 3 else Quantity.TRANSMISSION
    picture = read(write_companion_dx(tmp_path / "a", view_of(values, quantity))[0])
    assert picture.planes.dtype == np.uint16
    assert picture.quantity is None
    grey = values[0] if channels == 1 else np.tensordot([0.299, 0.587, 0.114], values, 1)
    back = picture.planes[0] * picture.rescale.slope + picture.rescale.intercept
    fine = np.isfinite(grey)
    assert np.abs(back - grey)[fine].max() <= 0.51 * picture.rescale.slope
    assert (picture.planes[0][~fine] == 0).all()


@pytest.mark.parametrize("value", [np.nan, 0.0, 3.5])
def test_a_companion_of_floating_point_without_contrast(tmp_path, value):
    picture = read(write_companion_dx(tmp_path / "a", view_of(np.full((1, 2, 3), value)))[0])
    assert (picture.planes == 0).all()
    assert picture.rescale.intercept == (0 if np.isnan(value) else value)


def test_the_identity_on_disk_is_the_one_handed_back(tmp_path):
    instance = write_companion_dx(tmp_path / "a", view_of(levels((1, 3, 4))))[0]
    assert instance_of(tmp_path / "a") == instance
    assert str(dcmread(tmp_path / "a").file_meta.MediaStorageSOPInstanceUID) == instance.sop_instance_uid


# The independent toolkit ---------------------------------------------------------------------------------------------


@pytest.fixture
def toolkit_read():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaders = pytest.importorskip("pydicos._loaders")

    def load(kind, path):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loader = getattr(loaders, f"{kind}Loader")()
            loader.read(str(path))
            data = loader.get_data()
        return data[0] if kind == "CT" else data

    return load


@pytest.mark.parametrize("quantity", Quantity)
@pytest.mark.parametrize("channels", [(Channel("single"),), (Channel("low", 80), Channel("high", 160))])
def test_the_toolkit_reads_our_radiographs(tmp_path, toolkit_read, quantity, channels):
    view = view_of(levels((len(channels), 30, 50)), quantity, channels=channels, spacing_mm=(1.0, 2.0))
    for instance, plane in zip(write_dicos_dx(tmp_path / "a.dcs", view), view.pixels, strict=True):
        assert np.array_equal(toolkit_read("DX", instance.path), plane)


def test_the_toolkit_reads_our_volumes(tmp_path, toolkit_read):
    for channel in (Channel("single"), Channel("high", 160)):
        view = volume(channels=(channel,), rescale=Rescale(1.0, 0.0, "MHU"))
        instance = write_dicos_ct(tmp_path / "a.dcs", view, object_type="CARGO")[0]
        assert np.array_equal(toolkit_read("CT", instance.path), view.pixels[0])


def test_the_toolkit_refuses_what_is_no_dicos(tmp_path, toolkit_read):
    """Or it would be no test of the two above."""
    instance = write_dicom(tmp_path / "a.dcm", view_of(levels((1, 4, 5))))[0]
    with pytest.raises(RuntimeError, match="Missing"):
        toolkit_read("DX", instance.path)


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(IsADirectoryError):
        write_dicos_dx(tmp_path / "a", view_of(levels((1, 3, 4))))
    assert (tmp_path / "a").is_dir()


@pytest.mark.parametrize("unit", ["x" * 65, "a\\b", "a\n", " HU"])
def test_texts_that_dicom_cannot_hold(tmp_path, unit):
    for write, view in ((write_dicos_dx, view_of(levels((1, 3, 4)))), (write_dicom, volume())):
        with pytest.raises(UnsupportedScan, match="characters"):
            write(tmp_path / "a", replace(view, rescale=Rescale(1.0, 0.0, unit)))
    picture = read(write_dicos_dx(tmp_path / "a", view_of(levels((1, 3, 4)), rescale=Rescale(1.0, 0.0, "g/cm²")))[0])
    assert picture.rescale.unit == "g/cm²"


def test_objects_that_dicos_has_no_word_for(tmp_path):
    with pytest.raises(UnsupportedScan, match="OTHER"):
        write_dicos_dx(tmp_path / "a", view_of(levels((1, 3, 4))), object_type="LORRY")
