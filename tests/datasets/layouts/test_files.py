"""Names and files: nothing outside of the source is ever handed on, and nothing is passed over in silence."""

import os

import pytest

from datasets.layouts import Dirt, inside
from datasets.layouts.files import files_below, named_file, not_annotated, pictures_below, scan_name


def test_pictures_come_by_name_and_once_for_each_name(lay):
    root = lay(
        dict.fromkeys(("b.jpg", "a.png", "a.jpg", "a.k.jpg", "x/a.tif", "x/notes.txt", "c.json", ".hidden.png"), b"")
    )
    dirt = Dirt()
    assert [path.relative_to(root).as_posix() for path in pictures_below(root, root, dirt)] == [
        "a.jpg",
        "a.k.jpg",
        "b.jpg",
        "x/a.tif",
    ]
    assert dirt.counts == {"images whose name differs from another's only in its suffix: left out": 1}
    assert dirt.examples == {"images whose name differs from another's only in its suffix: left out": ["a.png"]}


def test_links_that_lead_out_are_counted_and_those_within_are_followed(lay):
    root = lay({"a/1.png": b"", "../outside.png": b"", "../folder/2.png": b""})
    (root / "in.png").symlink_to(root / "a" / "1.png")
    (root / "out.png").symlink_to(root.parent / "outside.png")
    (root / "gone.png").symlink_to(root / "nowhere")
    (root / "folder").symlink_to(root.parent / "folder")
    dirt = Dirt()
    assert [path.relative_to(root).as_posix() for path in files_below(root, root, dirt)] == ["in.png", "a/1.png"]
    assert dirt.counts == {"names that lead out of the folder: left out": 2}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "\x00",
        "a\x00",
        "x" * 300,
        "y/" * 3000,
        ".",
        "..",
        "../outside.png",
        "/etc/passwd",
        "gone.png",
        "out.png",
        "a",
    ],
)
def test_names_of_no_file_within_are_counted_once(lay, name):
    root = lay({"a/1.png": b"", "../outside.png": b""})
    (root / "out.png").symlink_to(root.parent / "outside.png")
    dirt = Dirt()
    assert inside(root, name) is None
    assert named_file(root, [name], dirt) is None
    assert sum(dirt.counts.values()) == 1


@pytest.mark.parametrize("name", ["a/1.png", "a\\1.png", "./a/1.png", "a/../a/1.png", "b/../a/./1.png"])
def test_all_names_of_a_file_give_it_one_name(lay, name):
    root = lay({"a/1.png": b"", "b/2.png": b""})
    found = named_file(root, ["gone.png", name], Dirt())
    assert scan_name(found, root) == "a/1"


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("../outside.png", "names that lead out of the folder: left out"),
        ("/etc/passwd", "names that lead out of the folder: left out"),
        ("out.png", "names that lead out of the folder: left out"),
        ("gone.png", "images that are named but not in the folder: left out"),
        ("a/../gone.png", "images that are named but not in the folder: left out"),
    ],
)
def test_what_leads_out_is_told_from_what_is_missing(lay, name, what):
    root = lay({"a/1.png": b"", "../outside.png": b""})
    (root / "out.png").symlink_to(root.parent / "outside.png")
    dirt = Dirt()
    named_file(root, [name], dirt)
    assert dirt.counts == {what: 1}


def test_a_folder_that_is_a_link_out_is_not_entered(lay):
    root = lay({"1.png": b"", "../other/2.png": b""})
    (root / "images").symlink_to(root.parent / "other")
    dirt = Dirt()
    assert list(files_below(root, root / "images", dirt)) == []
    assert dirt.counts == {"names that lead out of the folder: left out": 1}


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_names_that_are_no_utf_8_are_escaped(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.png")).write_bytes(b"")
    (path,) = pictures_below(tmp_path, tmp_path, Dirt())
    assert scan_name(path, tmp_path) == "\\xff"


def test_of_a_scan_that_is_not_annotated_nothing_was_looked_for(tmp_path):
    scan = not_annotated("a", tmp_path / "a.png", "train", "domain1")
    assert (scan.examined_for, scan.views[0].is_annotated, scan.subset, scan.scanner, scan.group) == (
        (),
        False,
        "train",
        "domain1",
        "a",
    )
