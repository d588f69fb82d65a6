import shutil
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st

from imaging import (
    ProfileError,
    Quantity,
    ScannerProfile,
    UnreadableScan,
    UnsupportedScan,
    find_scans,
    read_scan,
    write_png,
    write_tiff,
)
from imaging.formats.picture import Picture
from imaging.formats.sniff import decoder_of
from imaging.reading.assemble import pair
from imaging.scan import Rescale

TWO_VIEWS = {"t": "top", "s": "side"}
PLANES = {
    (view, energy): np.full((4, 5), 100 * number + 7, np.uint16)
    for number, (view, energy) in enumerate(product("ts", "LH"), start=1)
}


def profile(channels=("low", "high"), **join):
    names = [{"name": name} for name in channels]
    return ScannerProfile(name="p", quantity="counts", channels=names, air=[1000.0] * len(names), join=join)


BOTH = profile(pattern="{scan}_{view}_{energy}", energies={"L": "low", "H": "high"}, views=TWO_VIEWS)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "x").mkdir()
    for (view, energy), plane in PLANES.items():
        write_png(tmp_path / "x" / f"7_{view}_{energy}.png", plane)
    return tmp_path


def test_energies_and_views_become_one_scan(folder):
    files = sorted((folder / "x").iterdir(), reverse=True)
    scan = read_scan(files, BOTH)
    assert scan.scan_id == "7"
    assert scan.source.files == tuple(files)
    assert [(view.view_id, view.channel_names) for view in scan.views] == [
        (v, ("low", "high")) for v in ("top", "side")
    ]
    assert [[int(plane[0, 0]) for plane in view.pixels] for view in scan.views] == [[107, 207], [307, 407]]
    assert scan.views[1].transmission()[0, 2, 3] == pytest.approx(0.307)


def test_a_folder_is_joined_by_the_rule_and_read_as_it_was_found(folder):
    (found,) = find_scans(folder, BOTH)
    assert found.scan_id == "x/7"
    assert [file.name for file in found.files] == ["7_t_L.png", "7_t_H.png", "7_s_L.png", "7_s_H.png"]
    assert len(read_scan(found.files, BOTH, scan_id=found.scan_id).views) == 2
    assert len(find_scans(folder)) == 4


def test_a_missing_file_is_found_and_refused_by_name(folder):
    (folder / "x" / "7_s_H.png").unlink()
    (found,) = find_scans(folder, BOTH)
    assert len(found.files) == 3
    with pytest.raises(UnsupportedScan, match="view side channel low"):
        read_scan(found.files, BOTH)
    with pytest.raises(UnsupportedScan, match="join"):
        read_scan(found.files[0], BOTH)


def test_files_of_two_names_are_never_chosen_between(folder):
    shutil.copy(folder / "x" / "7_t_L.png", folder / "x" / "7_T_l.png")
    shutil.copy(folder / "x" / "7_t_L.png", folder / "x" / "7_t_L.tif")  # another suffix, another scan
    found = find_scans(folder, BOTH)
    assert len(found) == 6
    assert sorted(file for scan in found for file in scan.files) == sorted((folder / "x").iterdir())


def test_the_same_scan_in_two_formats_is_two_scans(folder):
    for file in sorted((folder / "x").iterdir()):
        shutil.copy(file, file.with_suffix(".tif"))
    found = find_scans(folder, BOTH)
    assert [len({file.suffix for file in scan.files}) for scan in found] == [1, 1]
    assert all(len(read_scan(scan.files, BOTH).views) == 2 for scan in found)


@pytest.mark.parametrize(
    "facts",
    [{"quantity": Quantity.COUNTS}, {"spacing_mm": (1.0, 2.0)}, {"rescale": Rescale(2.0, 0.0, "HU")}],
)
def test_energies_of_different_meaning_are_refused(facts):
    plane = np.ones((1, 2, 3), np.uint16)
    with pytest.raises(UnsupportedScan, match="scale"):
        pair([Path("a_lo.dcm"), Path("a_hi.dcm")], [Picture(plane, False), Picture(plane, False, **facts)])


def test_files_outside_the_rule_keep_their_own_ways(folder):
    write_png(folder / "a_hi.png", PLANES["t", "H"])
    write_png(folder / "a_lo.png", PLANES["t", "L"])
    write_tiff(folder / "both.tif", np.stack([PLANES["t", "L"], PLANES["t", "H"]]))
    (folder / "x" / "7_rgb.jpg").write_bytes(b"rendering")
    (folder / "notes.csv").write_bytes(b"x")
    scans = {scan.scan_id: scan for scan in find_scans(folder, BOTH)}
    assert set(scans) == {"a", "both", "x/7", "x/7_rgb.jpg", "notes.csv"}
    assert "rendering" in scans["x/7_rgb.jpg"].skip_reason
    assert read_scan(scans["a"].files, BOTH).channel_names == ("low", "high")
    assert read_scan(scans["both"].files, BOTH).channel_names == ("low", "high")
    with pytest.raises(UnsupportedScan, match=r"a_hi\.png"):
        read_scan([folder / "a_hi.png", *scans["x/7"].files], BOTH)


def test_views_of_files_that_hold_all_channels(tmp_path):
    p = profile(pattern="{scan}/{view}{any}", views={"top": "t", "side": "s"})
    (tmp_path / "7").mkdir()
    for name in ("top-1", "side-2"):
        write_tiff(tmp_path / "7" / f"{name}.tif", np.stack([PLANES["t", "L"], PLANES["t", "H"]]))
    (found,) = find_scans(tmp_path, p)
    assert found.scan_id == "7"
    scan = read_scan(found.files, p)
    assert [view.view_id for view in scan.views] == ["t", "s"]
    assert scan.views[0].pixels.shape == (2, 4, 5)
    assert [one.scan_id for one in find_scans(tmp_path / "7", p)] == ["side-2", "top-1"]  # the rule speaks of a folder


def test_one_energy_a_file_may_be_all(tmp_path):
    p = profile(["single"], pattern="{scan}-{energy}", energies={"x": "single"})
    write_png(tmp_path / "7-x.png", PLANES["t", "L"])
    assert read_scan(tmp_path / "7-x.png", p).channel_names == ("single",)
    assert read_scan(tmp_path / "7-x.png", p).scan_id == "7"


def test_parts_that_do_not_belong_together_are_refused(folder):
    write_png(folder / "x" / "7_t_H.png", PLANES["t", "H"][:2])
    with pytest.raises(UnsupportedScan, match="one size"):
        read_scan(sorted((folder / "x").iterdir()), BOTH)
    wrong = profile(["low", "high"], pattern="{scan}_{view}", views={"t_L": "top", "s_L": "side"})
    with pytest.raises(ProfileError, match="channels"):
        read_scan([folder / "x" / "7_t_L.png", folder / "x" / "7_s_L.png"], wrong)


NAMES = st.sets(
    st.tuples(
        st.sampled_from(["", "x", "x/y"]),
        st.sampled_from(["7", "8", "a_b"]),
        st.sampled_from(["_t_L", "_t_H", "_s_L", "_s_H", "_T_h", "_lo", "_hi", "", "_rgb", "_hi_dx", "_lo_dx"]),
        st.sampled_from([".png", ".tif", ".csv", ""]),
    ),
    max_size=25,
)


@given(names=NAMES)
def test_every_file_is_in_exactly_one_scan_under_a_rule_too(tmp_path_factory, names):
    root = tmp_path_factory.mktemp("joined")
    files = [root / place / f"{scan}{token}{suffix}" for place, scan, token, suffix in names]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    scans = find_scans(root, BOTH)
    assert sorted(file for scan in scans for file in scan.files) == sorted(files)
    assert len({scan.scan_id for scan in scans}) == len(scans)
    assert all(len(scan.files) <= 4 for scan in scans)


def stating(monkeypatch, channels):
    """Files whose content names its channel, by the value of their first pixel."""

    def stating_decoder(head, limits):
        name, decode = decoder_of(head, limits)

        def decode_and_state(content):
            planes = decode(content).planes
            return Picture(planes, False, channel=channels.get(int(planes[0, 0, 0])))

        return name, decode_and_state

    monkeypatch.setattr("imaging.reading.decoding.decoder_of", stating_decoder)


def test_files_that_name_their_energy_themselves_are_a_pair(tmp_path, monkeypatch):
    stating(monkeypatch, {107: "low", 207: "high"})
    write_png(tmp_path / "one.png", PLANES["t", "H"])
    write_png(tmp_path / "two.png", PLANES["t", "L"])
    scan = read_scan([tmp_path / "one.png", tmp_path / "two.png"])
    assert scan.pixels[:, 0, 0].tolist() == [107, 207]
    assert scan.channel_names == ("low", "high")
    assert read_scan(tmp_path / "one.png").channel_names == ("high",)


@pytest.mark.parametrize("rule", [None, profile(pattern="{scan}_{energy}", energies={"lo": "low", "hi": "high"})])
def test_a_name_that_contradicts_its_content_is_refused(tmp_path, monkeypatch, rule):
    stating(monkeypatch, {107: "high", 207: "low"})
    write_png(tmp_path / "a_lo.png", PLANES["t", "L"])
    write_png(tmp_path / "a_hi.png", PLANES["t", "H"])
    with pytest.raises(UnsupportedScan, match="content says"):
        read_scan([tmp_path / "a_lo.png", tmp_path / "a_hi.png"], rule)


def test_energies_of_volumes_are_joined(tmp_path):
    for name in ("a_hi_ct.tif", "a_lo_ct.tif"):
        write_tiff(tmp_path / name, np.ones((1, 3, 4, 5), np.uint16))
    (found,) = find_scans(tmp_path)
    assert found.scan_id == "a"
    assert read_scan(found.files).pixels.shape == (2, 3, 4, 5)


def test_a_folder_without_slices_is_no_scan(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", PLANES["t", "L"])
    with pytest.raises(UnreadableScan, match="a folder"):
        read_scan(tmp_path)
    with pytest.raises(UnsupportedScan, match="no file"):
        read_scan([])


@pytest.mark.real
def test_a_ct_series_is_one_scan_in_any_order_and_in_a_folder(tmp_path, real_data):
    series = real_data / "ct" / "torchio_series17"
    shutil.copytree(series, tmp_path / "unit")
    (found,) = find_scans(tmp_path)
    assert (found.scan_id, len(found.files)) == ("unit", 17)
    by_files, by_folder = read_scan(found.files[::-1]), read_scan(tmp_path / "unit")
    assert by_files.pixels.shape[:2] == (1, 17)
    assert by_files.channel_names == ("single",)
    assert by_folder.scan_id == "unit"
    assert np.array_equal(by_files.pixels, by_folder.pixels)
    assert by_files.source.format == by_folder.source.format == "dicom"
    assert len(by_folder.source.files) == 17
    assert len(by_files.view.spacing_mm) == 3
    (in_the_folder_itself,) = find_scans(series)
    assert in_the_folder_itself.scan_id == "IMG0001"


@pytest.mark.real
def test_a_slice_alone_is_a_scan_under_its_own_name(tmp_path, real_data):
    (tmp_path / "unit").mkdir()
    shutil.copy(real_data / "ct" / "torchio_series17" / "IMG0005.dcm", tmp_path / "unit")
    (found,) = find_scans(tmp_path)
    assert found.scan_id == "unit/IMG0005"
    assert read_scan(found.files).pixels.ndim == 3


@pytest.mark.real
def test_dicos_pairs_are_pairs_and_reports_are_no_scans(real_data):
    scans = {scan.scan_id: scan for scan in find_scans(real_data / "dicos")}
    pair = scans["clean_20200103_165027_1"]
    assert [file.name[-9:] for file in pair.files] == ["lo_dx.dcs", "hi_dx.dcs"]
    assert read_scan(pair.files).channel_names == ("low", "high")
    reports = [scan.scan_id for scan in scans.values() if scan.skip_reason is not None]
    assert sorted(reports) == [
        "MultiplePTOsTDR.dcs",
        "SimpleBaggageNoThreatTDR.dcs",
        "SimpleBaggageTDR.dcs",
        "TDR.dcs",
    ]
