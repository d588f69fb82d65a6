"""Sample files of others: golden pixels at named coordinates, checked against readers that are not ours."""

import csv
import shutil
import warnings
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.encaps import generate_frames
from pydicom.pixels import apply_color_lut
from pydicom.uid import JPEGLosslessSV1

from imaging import Quantity
from imaging.dicos import AlarmDecision, ThreatFlag, read_tdr
from imaging.errors import ReportError
from imaging.formats import DEFAULT_LIMITS, decode
from imaging.formats.series import read_series

pytestmark = pytest.mark.real


def golden():
    """File, shape, dtype, sum of all pixels, and pixels at named places."""
    with (Path(__file__).parent / "golden_dicom.csv").open(newline="") as table:
        for row in csv.DictReader(table):
            pixels = dict(pixel.split(" = ") for pixel in row["pixels"].split("; "))
            places = {tuple(map(int, place.split())): int(value) for place, value in pixels.items()}
            yield row["file"], (tuple(map(int, row["shape"].split())), row["dtype"], int(row["sum"]), places)


GOLDEN = dict(golden())


def read(path):
    return decode(path.read_bytes(), DEFAULT_LIMITS)[0]


def independent(path):
    """Samples as pydicom reads them; of lossless JPEG as a codec reads them that is not the one of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = dcmread(path)
        if dataset.file_meta.TransferSyntaxUID != JPEGLosslessSV1:
            return dataset.pixel_array
        count = int(dataset.get("NumberOfFrames", 1))
        frames = [imagecodecs.ljpeg_decode(one) for one in generate_frames(dataset.PixelData, number_of_frames=count)]
        samples = np.stack(frames) if count > 1 else frames[0]
        samples = samples.astype("i2") if dataset.PixelRepresentation else samples
        if dataset.PhotometricInterpretation == "PALETTE COLOR":
            return apply_color_lut(samples, dataset).transpose(2, 0, 1) >> 8  # it doubles entries of 8 bits
        return samples


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_pixels(real_data, name):
    shape, dtype, total, values = GOLDEN[name]
    planes = read(real_data / name).planes
    assert planes.shape == shape
    assert planes.dtype == dtype
    assert {index: int(planes[index]) for index in values} == values
    assert int(planes.sum(dtype=np.int64)) == total


@pytest.mark.parametrize("name", GOLDEN)
def test_other_readers_see_the_same_pixels(real_data, name):
    ours = read(real_data / name).planes
    theirs = independent(real_data / name)
    if name.endswith("eCT_Supplemental.dcm"):  # its frames are stored against their positions
        theirs = theirs[::-1]
    assert np.array_equal(ours if theirs.ndim == ours.ndim else ours[0], theirs)


def test_every_sample_file_is_in_the_table(real_data):
    there = {
        path.relative_to(real_data).as_posix()
        for folder in ("ct/dwv", "ct/pydicom_misc", "ct/torchio_series17", "dicos")
        for path in (real_data / folder).iterdir()
        if not path.name.endswith("TDR.dcs")
    }
    assert there == set(GOLDEN)


def test_the_engine_is_the_volume_that_it_was_made_from(real_data):
    raw, lossless = (read(real_data / "dicos" / f"engine_ct_{kind}.dcs") for kind in ("raw", "jpegll"))
    assert np.array_equal(raw.planes, lossless.planes)
    assert raw.spacing_mm == (2.0, 2.0, 2.0)
    assert raw.channel == "high"
    assert (raw.rescale.slope, raw.rescale.intercept, raw.rescale.unit) == (1.0, 0.0, "MHU")


def test_what_radiographs_say_of_their_numbers(real_data):
    folder = real_data / "dicos"
    assert read(folder / "SimplePresentationDX.dcs").quantity is Quantity.DISPLAY
    assert read(folder / "SimpleColorPaletteDX.dcs").quantity is Quantity.DISPLAY
    for energy in ("hi", "lo"):
        picture = read(folder / f"clean_20200103_165027_1_{energy}_dx.dcs")
        assert picture.quantity is Quantity.COUNTS
        assert picture.channel is None  # the files tell the energies apart by their tube voltage alone


def test_a_series_is_one_volume_under_any_names(real_data, tmp_path):
    folder = real_data / "ct" / "torchio_series17"
    picture = read_series(folder)
    assert picture.planes.shape == (1, 17, 128, 88)
    assert picture.spacing_mm == pytest.approx((2.0, 2.0, 2.0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        slices = [dcmread(path) for path in folder.iterdir()]
    slices.sort(key=lambda one: float(one.ImagePositionPatient[2]))
    assert np.array_equal(picture.planes[0], np.stack([one.pixel_array for one in slices]))
    files = sorted(folder.iterdir())
    for number, index in enumerate(np.random.default_rng(0).permutation(len(files))):
        shutil.copy(files[index], tmp_path / f"{number}.bin")
    assert np.array_equal(read_series(tmp_path).planes, picture.planes)


# Reports -------------------------------------------------------------------------------------------------------------


def test_reports_of_the_toolkit(real_data):
    folder = real_data / "dicos"
    clear = read_tdr(folder / "SimpleBaggageNoThreatTDR.dcs")
    assert (clear.decision, clear.objects) == (AlarmDecision.CLEAR, ())
    for name, boxes, flags in (
        ("TDR", [(1, 2, 3, 51, 22, 203), (210, 210, 210, 291, 291, 291)], ["THREAT", "NO_THREAT"]),
        ("MultiplePTOsTDR", [(1, 23, 95, 23, 56, 539), (12, 23, 45, 62, 73, 145)], ["NO_THREAT", "HIGH_THREAT"]),
    ):
        report = read_tdr(folder / f"{name}.dcs")
        assert report.decision is AlarmDecision.ALARM
        assert [threat.box for threat in report.objects] == boxes
        assert [threat.flag for threat in report.objects] == [ThreatFlag(flag) for flag in flags]
    assert read_tdr(folder / "TDR.dcs").objects[0].probability == pytest.approx(0.98)
    assert read_tdr(folder / "TDR.dcs").objects[0].description == "Weapon"


def test_a_report_that_says_clear_of_a_threat_is_refused(real_data):
    with pytest.raises(ReportError, match=r"CLEAR with the alarm objects \[9001\]"):
        read_tdr(real_data / "dicos" / "SimpleBaggageTDR.dcs")


@pytest.mark.parametrize("kind", ["CT", "DX", "TDR"])
def test_the_toolkit_that_wrote_them_reads_the_same(real_data, kind):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loaders = pytest.importorskip("pydicos._loaders")
        loader = getattr(loaders, f"{kind}Loader")()
        name = {"CT": "engine_ct_jpegll", "DX": "clean_20200103_165048_2_lo_dx", "TDR": "MultiplePTOsTDR"}[kind]
        loader.read(str(real_data / "dicos" / f"{name}.dcs"))
        data = loader.get_data()
    if kind == "TDR":
        report = read_tdr(real_data / "dicos" / f"{name}.dcs")
        boxes = [tuple(pto["Base"][axis] for axis in "xyz") for pto in data["PTOs"]]
        assert boxes == [threat.box[:3] for threat in report.objects]
        return
    ours = read(real_data / "dicos" / f"{name}.dcs").planes[0]
    assert np.array_equal(data[0] if kind == "CT" else data, ours)
