import gc
import os
from pathlib import Path, PurePath

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imaging import UnreadableScan, UnsupportedScan, each_scan, find_scans, read_scan, write_png

STEMS = st.sampled_from(
    ["a", "b", "a_lo", "a_low", "a_hi", "a_high", "A_HI", "a_colored", "a_rgb", "_hi", "a.png", "é"]
)
SUFFIXES = st.sampled_from(["", ".png", ".tif", ".PNG", ".csv", ".json", ".zip", ".png.tif"])
FOLDERS = st.sampled_from(["", "x", "x/y", "a"])
NAMES = st.sets(st.tuples(FOLDERS, STEMS, SUFFIXES), max_size=25)


def touch(root, *names):
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def found_as(root):
    return {scan.scan_id: tuple(file.name for file in scan.files) for scan in find_scans(root)}


@given(names=NAMES)
def test_every_file_is_accounted_for_exactly_once_under_an_id_of_its_own(tmp_path_factory, names):
    root = tmp_path_factory.mktemp("names")
    paths = {root / folder / (stem + suffix) for folder, stem, suffix in names}
    files = [path for path in paths if path not in {parent for other in paths for parent in other.parents}]
    touch(root, *files)
    scans = find_scans(root)
    listed = [file for scan in scans for file in scan.files]
    assert sorted(listed) == sorted(files)
    ids = [scan.scan_id for scan in scans]
    assert ids == sorted(set(ids))
    assert all(len(scan.files) <= 2 for scan in scans)
    assert find_scans(root) == scans


def test_pairs_renderings_and_side_files(tmp_path):
    touch(tmp_path, "s/b_hi.tif", "s/b_lo.tif", "s/b_colored.tif", "c_rgb.png", "notes.csv", "Thumbs.db", "._b_hi.tif")
    scans = {scan.scan_id: scan for scan in find_scans(tmp_path)}
    assert [file.name for file in scans["s/b"].files] == ["b_lo.tif", "b_hi.tif"]
    assert scans["s/b"].skip_reason is None
    assert "rendering" in scans["s/b_colored.tif"].skip_reason
    assert "side file" in scans["notes.csv"].skip_reason
    assert scans["c_rgb"].skip_reason is None  # no pair beside it: the colour picture is the scan
    assert {"Thumbs.db", "._b_hi.tif"} == {key for key, scan in scans.items() if "system" in (scan.skip_reason or "")}


def test_tokens_count_in_any_case_and_a_lone_token_is_a_name(tmp_path):
    touch(tmp_path, "A_HIGH.PNG", "A_Low.png", "_hi.png")
    assert found_as(tmp_path) == {"A": ("A_Low.png", "A_HIGH.PNG"), "_hi": ("_hi.png",)}


def test_scans_that_would_share_an_id_are_called_by_their_whole_path(tmp_path):
    touch(tmp_path, "x/a.png", "x/a.tif", "x/a.png.tif", "x/b.png")
    assert set(found_as(tmp_path)) == {"x/a.png", "x/a.tif", "x/a.png.tif", "x/b"}


def test_the_same_scan_in_two_formats_is_two_pairs(tmp_path):
    touch(tmp_path, "a_hi.png", "a_lo.png", "a_hi.tif", "a_lo.tif")
    assert found_as(tmp_path) == {"a_lo.png": ("a_lo.png", "a_hi.png"), "a_lo.tif": ("a_lo.tif", "a_hi.tif")}


def test_energies_are_never_chosen_between(tmp_path):
    touch(tmp_path, "a_hi.png", "a_high.png", "a_lo.png")
    assert all(len(files) == 1 for files in found_as(tmp_path).values())


def test_a_lone_energy_is_a_scan_that_reading_refuses(tmp_path):
    write_png(tmp_path / "a_hi.png", np.eye(9, dtype=np.uint16))
    (scan,) = find_scans(tmp_path)
    assert (scan.scan_id, scan.skip_reason) == ("a", None)
    with pytest.raises(UnsupportedScan, match="partner"):
        read_scan(scan.files)


def test_a_picture_under_the_name_of_a_side_file_is_a_scan(tmp_path):
    write_png(tmp_path / "a.png", np.eye(9, dtype=np.uint16))
    (tmp_path / "a.png").rename(tmp_path / "a.txt")
    (scan,) = find_scans(tmp_path)
    assert scan.skip_reason is None


def test_what_cannot_be_read_is_listed_for_reading_to_refuse(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round").symlink_to(tmp_path)
    scans = find_scans(tmp_path)
    assert [scan.scan_id for scan in scans] == ["gone", "pipe", "round"]
    for scan in scans:
        with pytest.raises(UnreadableScan):
            read_scan(scan.files)


def test_a_locked_folder_is_not_passed_over(tmp_path, monkeypatch):
    touch(tmp_path, "a.png")

    def walk(folder, onerror):
        onerror(PermissionError(13, "Permission denied", str(tmp_path / "locked")))
        yield str(folder), [], ["a.png"]

    monkeypatch.setattr(os, "walk", walk)
    assert set(found_as(tmp_path)) == {"a", "locked"}


def test_a_name_that_is_no_utf8_becomes_text(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")).write_bytes(b"x")
    (scan,) = find_scans(tmp_path)
    assert scan.scan_id == "\\xff"
    assert scan.scan_id.encode()


def test_no_folder_and_an_empty_folder(tmp_path):
    assert find_scans(tmp_path) == ()
    with pytest.raises(UnreadableScan):
        find_scans(tmp_path / "absent")


def test_names_that_are_no_utf8_are_paired(tmp_path):
    for name in (b"a_lo.\xff", b"a_hi.\xff"):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"x")
    (scan,) = find_scans(tmp_path)
    assert [os.fsencode(file.name) for file in scan.files] == [b"a_lo.\xff", b"a_hi.\xff"]


def test_the_list_of_a_folder_is_not_held_in_memory(tmp_path, monkeypatch):
    """Neither while it is made, nor while it is gone through: of ten thousand paths, those of a folder or fewer."""
    folders, names, alive = 40, [f"one_of_many_{number:07}.png" for number in range(250)], []

    def count_paths():
        # By its type alone: an object may answer `isinstance` with a warning, as torch's retired ones do.
        paths = [one for one in gc.get_objects() if issubclass(type(one), PurePath)]
        alive.append(sum(path.name.startswith("one_of_many_") for path in paths))

    def walk(folder, onerror):
        del onerror
        for place in range(folders):
            yield f"{folder}/{place:03}", [], list(names)
        count_paths()

    def looked_into(path):
        if path.name == names[-1]:
            count_paths()

    monkeypatch.setattr(os, "walk", walk)
    monkeypatch.setattr("imaging.reading.grouping.file_kind", looked_into)
    found = 0
    for scan in each_scan(tmp_path):
        found += 1
        if scan.files[0].name == names[-1]:
            count_paths()
    assert found == folders * len(names)
    assert len(alive) == 1 + 2 * folders
    assert max(alive) <= len(names)
