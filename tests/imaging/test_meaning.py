import numpy as np
import pytest

from imaging import (
    Channel,
    Geometry,
    ProfileError,
    Quantity,
    ScannerProfile,
    UnsupportedScan,
    read_scan,
    write_png,
    write_tiff,
)
from imaging.formats.picture import Picture
from imaging.reading.meaning import explained, unexplained
from imaging.scan import Rescale

LEVELS = np.arange(65_536, dtype=np.uint16).reshape(256, 256)


def profile(channels=("single",), quantity="counts", **rest):
    return ScannerProfile(name="p", quantity=quantity, channels=[{"name": name} for name in channels], **rest)


@pytest.mark.parametrize(
    ("keys", "row", "column", "beam"),
    [
        ({"quantity": "counts", "air": [50_000]}, 97, 168, 0.5),  # 97 x 256 + 168 = 25,000
        ({"quantity": "counts", "air": [50_000], "dark": [100]}, 97, 168, 24_900 / 49_900),
        ({"quantity": "counts", "air": [50_000], "gamma": 2}, 97, 168, 0.25),
        ({"quantity": "transmission", "air": [65_535], "gamma": 2.2}, 97, 168, (25_000 / 65_535) ** 2.2),
        ({"quantity": "attenuation", "log": {"scale": 10_000}}, 97, 168, np.exp(-2.5)),
        ({"quantity": "attenuation", "log": {"scale": 10_000, "base": 10}}, 97, 168, 10**-2.5),
        ({"quantity": "attenuation", "log": {"scale": 10_000, "base": 2}, "air": [5000]}, 97, 168, 0.25),
        ({"quantity": "attenuation", "log": {"scale": 5000, "falling": True}, "air": [30_000]}, 97, 168, np.exp(-1)),
    ],
)
def test_the_profile_s_law_reaches_transmission_and_no_two_levels_merge(tmp_path, keys, row, column, beam):
    write_png(tmp_path / "a.png", LEVELS)
    scan = read_scan(tmp_path / "a.png", profile(**keys))
    assert scan.pixels.dtype == np.uint16
    assert scan.transmission()[0, row, column] == pytest.approx(beam, rel=1e-5)
    assert len(np.unique(scan.view.signal())) == 65_536


def test_air_and_dark_run_along_the_detector(tmp_path):
    write_png(tmp_path / "a.png", np.full((2, 3), 60, np.uint16))
    down = profile(air=[[120, 240]], dark=[[0, 40]])
    assert np.allclose(read_scan(tmp_path / "a.png", down).transmission()[0], [[0.5] * 3, [0.1] * 3])
    along = profile(air=[[60, 120, 240]], detector_axis="columns")
    assert np.allclose(read_scan(tmp_path / "a.png", along).transmission()[0], [[1, 0.5, 0.25]] * 2)


def test_levels_follow_their_channels_into_order(tmp_path):
    write_tiff(tmp_path / "a.tif", np.stack([np.full((2, 3), 60, np.uint16), np.full((2, 3), 30, np.uint16)]))
    p = profile(["high", "low"], air=[[120, 240], 60.0], dark=[0.0, [0, 0]])
    scan = read_scan(tmp_path / "a.tif", p)
    assert scan.channel_names == ("low", "high")
    assert scan.transmission()[:, :, 0].tolist() == [[0.5, 0.5], [0.5, 0.25]]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"air": [[1.0, 2.0, 3.0]]}, "air along the detector"),
        ({"air": [[9.0] * 256], "dark": [[1.0] * 9]}, "dark along the detector"),
        ({"air": [[9.0] * 9], "detector_axis": "columns"}, "columns"),
        ({"air": [[70_000.0] * 256]}, "air lies in the range"),
        ({"quantity": "attenuation", "log": {"scale": 100}}, "at most 80"),
        ({"quantity": "attenuation", "log": {"scale": 100, "falling": True}, "air": [9.0]}, "at most 80"),
        ({"quantity": "attenuation", "log": {"scale": 1e7}}, "levels for each 1"),
        ({"quantity": "attenuation"}, "log scale"),
        ({"quantity": "transmission"}, "air level"),
    ],
)
def test_a_law_that_cannot_be_that_of_the_file_is_refused(tmp_path, keys, said):
    write_png(tmp_path / "a.png", LEVELS)
    with pytest.raises(ProfileError, match=said):
        read_scan(tmp_path / "a.png", profile(**keys))


def test_a_pair_under_a_profile_of_one_channel_is_refused(tmp_path):
    for name in ("a_lo", "a_hi"):
        write_png(tmp_path / f"{name}.png", LEVELS)
    with pytest.raises(ProfileError, match=r"low.*high"):
        read_scan([tmp_path / "a_lo.png", tmp_path / "a_hi.png"], profile(air=[9.0]))


def test_levels_along_a_detector_are_for_radiographs(tmp_path):
    write_tiff(tmp_path / "a.tif", np.zeros((1, 3, 256, 4), np.uint16))
    with pytest.raises(ProfileError, match="radiograph"):
        read_scan(tmp_path / "a.tif", profile(air=[[9.0] * 256]))


def test_pages_are_slices_where_the_profile_says_so(tmp_path):
    pages = np.arange(4 * 5 * 6, dtype=np.uint16).reshape(4, 5, 6)
    write_tiff(tmp_path / "four.tif", pages)
    write_tiff(tmp_path / "one.tif", pages[:1])
    slices = profile(quantity="unknown", pages="volume", spacing_mm=[3, 2, 1])
    view = read_scan(tmp_path / "four.tif", slices).view
    assert np.array_equal(view.pixels, pages[None])
    assert view.spacing_mm == (3, 2, 1)
    with pytest.raises(UnsupportedScan, match="4 planes"):
        read_scan(tmp_path / "four.tif")
    with pytest.raises(ProfileError, match="slices, rows and columns"):
        read_scan(tmp_path / "one.tif", slices)


def test_a_volume_that_says_so_itself_needs_no_profile(tmp_path):
    volume = np.arange(4 * 5 * 6, dtype=np.int16).reshape(1, 4, 5, 6) - 60
    write_tiff(tmp_path / "a.tif", volume)
    scan = read_scan(tmp_path / "a.tif")
    assert (scan.channel_names, scan.quantity) == (("single",), Quantity.UNKNOWN)
    assert np.array_equal(scan.pixels, volume)
    assert scan.pixels.dtype == np.int16


def test_what_a_file_states_is_kept_and_gives_way_to_the_profile():
    stated = Picture(
        np.arange(6, dtype=np.int16).reshape(1, 2, 3),
        False,
        Quantity.COUNTS,
        spacing_mm=(1.0, 1.0),
        geometry=Geometry(900.0),
        rescale=Rescale(2.0, -1.0, "HU"),
        padding=4,
    )
    view = unexplained("v", stated, ("high",))
    assert (view.quantity, view.channels, view.spacing_mm) == (Quantity.COUNTS, (Channel("high"),), (1.0, 1.0))
    assert (view.geometry, view.rescaled()[0, 1, 2]) == (Geometry(900.0), 9.0)
    assert view.valid.tolist() == [[True, True, True], [True, False, True]]
    own = explained("v", stated, ("single",), profile(air=[9.0], spacing_mm=[2, 3], geometry={"fan_deg": 30}))
    assert (own.spacing_mm, own.geometry, own.law) == ((2, 3), Geometry(fan_deg=30.0), None)
    silent = explained("v", stated, ("single",), profile(air=[9.0]))
    assert (silent.spacing_mm, silent.geometry, silent.rescale) == (
        (1.0, 1.0),
        Geometry(900.0),
        Rescale(2.0, -1.0, "HU"),
    )


@pytest.mark.parametrize(("padding", "sound"), [(None, [1, 0, 1]), (2, [1, 0, 0]), (-70_000, [1, 0, 1])])
def test_padding_and_what_is_not_finite_hold_no_number(padding, sound):
    planes = np.array([[[1.0, np.nan, 2.0]]], np.float32)
    view = unexplained("0", Picture(planes, False, padding=padding), ("single",))
    assert view.valid.astype(int).tolist() == [sound]


def test_a_padding_that_is_nowhere_marks_nothing():
    picture = Picture(np.ones((1, 2, 2), np.uint16), False, padding=-2000)
    assert unexplained("0", picture, ("single",)).valid is None
