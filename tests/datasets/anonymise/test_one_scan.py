"""Scans of several files, volumes, dumps and hostile folders: named anew, or held back whole."""

import json
import os

import numpy as np
import pytest
import tifffile

from datasets.anonymise import one_view
from datasets.anonymise.places import places_of, with_suffixes
from datasets.checks.run import problems_at
from datasets.pool.errors import PoolError
from datasets.pool.store import read_pool

PROFILE = """
name: gantry
quantity: counts
channels:
  - {name: low}
  - {name: high}
air: [60000, 60000]
join:
  pattern: "{scan}_{view}_{energy}"
  energies: {LE: low, HE: high}
  views: {top: top, side: side}
"""
TEXT, DOUBT = 65001, 65002


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "scans"
    place.mkdir()
    return place


def _plane(seed=0, shape=(16, 24)):
    return np.random.default_rng(seed).integers(1000, 60000, shape, np.uint16)


def _write_views(folder, text_in=()):
    for number, name in enumerate(("top_LE", "top_HE", "side_LE", "side_HE")):
        image = _plane(number)
        if name in text_in:
            image[2:5, 3:9] = TEXT
        tifffile.imwrite(folder / f"Kowalski_{name}.tif", image)


def test_views_and_energies_keep_their_places_under_new_names(folder, make, tmp_path):
    _write_views(folder, text_in=("side_HE",))
    (tmp_path / "gantry.yaml").write_text(PROFILE)
    make(source=folder, profile=tmp_path / "gantry.yaml")
    pool = read_pool(tmp_path / "made" / "pool")
    (record,) = pool.scans
    assert [view.view_id for view in record.views] == ["top", "side"]
    assert [[file.channels for file in view.files] for view in record.views] == [[("low",), ("high",)]] * 2
    names = [file.path.removeprefix(f"images/{record.scan_id}") for view in record.views for file in view.files]
    assert names == ["_v0_low.tif", "_v0_high.tif", "_v1_low.tif", "_v1_high.tif"]
    scan = pool.read_scan(record)
    assert np.array_equal(scan.views[0].pixels, np.stack([_plane(0), _plane(1)]))
    assert (scan.views[1].pixels == 500).all(axis=0).sum() == 18
    assert pool.info.scanners[0].join is None
    assert problems_at(tmp_path / "made" / "pool") == []


def test_one_view_in_doubt_holds_back_the_whole_scan(folder, make, tmp_path):
    _write_views(folder)
    image = _plane(9)
    image[0, 0] = DOUBT
    tifffile.imwrite(folder / "Kowalski_side_HE.tif", image)
    (tmp_path / "gantry.yaml").write_text(PROFILE)
    make(source=folder, profile=tmp_path / "gantry.yaml")
    assert list((tmp_path / "made" / "pool").rglob("*.tif")) == []
    (line,) = (tmp_path / "quarantine" / "pool" / "reasons.jsonl").read_text().splitlines()
    assert len(json.loads(line)["held"]) == 4


@pytest.mark.parametrize(("mark", "scans"), [(0, 1), (TEXT, 0), (DOUBT, 0)])
def test_a_volume_with_text_is_held_back(folder, make, tmp_path, mark, scans):
    volume = _plane(1, (5, 16, 24))
    volume[3, 2:5, 3:9] = mark
    tifffile.imwrite(folder / "v.tif", volume)
    (tmp_path / "p.yaml").write_text(
        "name: ct\nquantity: counts\nair: [60000]\npages: volume\nchannels: [{name: single}]\n"
    )
    make(source=folder, profile=tmp_path / "p.yaml")
    assert len(read_pool(tmp_path / "made" / "pool").scans) == scans


def test_a_dump_that_a_profile_explains_is_written_as_a_picture(folder, make, tmp_path):
    (folder / "Kowalski.raw").write_bytes(_plane(3).tobytes())
    (tmp_path / "p.yaml").write_text(
        "name: dump\nquantity: counts\nchannels: [{name: single}]\nair: [60000]\n"
        "raw: {dtype: uint16, byte_order: little, samples: 24, lines: 16}\n"
    )
    make(source=folder, profile=tmp_path / "p.yaml")
    pool = read_pool(tmp_path / "made" / "pool")
    assert np.array_equal(pool.read_scan(pool.scans[0]).view.pixels[0], _plane(3))


def test_what_leaves_the_folder_or_is_no_file_is_held_back(folder, make, tmp_path):
    tifffile.imwrite(folder / "good.tif", _plane())
    tifffile.imwrite(tmp_path / "outside.tif", _plane(2))
    (folder / "link.tif").symlink_to(tmp_path / "outside.tif")
    (folder / "broken.tif").symlink_to(tmp_path / "nowhere")
    os.mkfifo(folder / "pipe.tif")
    outcome = make(source=folder)
    assert outcome.problems == ("3 held back: a link that leaves the folder, or no regular file",)
    assert len(read_pool(tmp_path / "made" / "pool").scans) == 1


def test_an_empty_folder_is_refused(folder, make):
    with pytest.raises(PoolError, match="holds files"):
        make(source=folder)


def test_slices_of_a_series_are_numbered(tmp_path):
    files = [tmp_path / f"{name}.dcm" for name in "cab"]
    for file in files:
        file.write_bytes(bytes(128) + b"DICM")
    (view,) = map(with_suffixes, places_of("x", files, None))
    assert [place.target for place in view.files] == [f"images/x/{number:05}.dcm" for number in (1, 2, 3)]


def test_names_of_files_say_nothing_of_their_suffix(tmp_path):
    file = tmp_path / "a.kowalski"
    file.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert with_suffixes(places_of("x", [file], None)[0]).files[0].target == "images/x.png"


def test_text_that_blanking_leaves_is_held_back(folder, make, tmp_path, monkeypatch):
    image = _plane()
    image[2:5, 3:9] = TEXT
    tifffile.imwrite(folder / "Kowalski.tif", image)
    monkeypatch.setattr(one_view, "blank", lambda image_CHW, boxes_N4: image_CHW)
    outcome = make(source=folder)
    assert outcome.problems == ("1 held back: text is left in the pixels, or may be",)
    assert list((tmp_path / "made" / "pool" / "images").iterdir()) == []


def test_a_link_to_a_declaration_that_no_table_holds_is_left_out(folder, make, tmp_path):
    tifffile.imwrite(folder / "bag.tif", _plane())
    (folder / "links.csv").write_text("scan_id,declaration_id\nbag,DECL-1\n")
    make(source=folder)
    (scan,) = read_pool(tmp_path / "made" / "pool").scans
    assert scan.units[0].declarations == ()
    assert problems_at(tmp_path / "made" / "pool") == []


def test_a_table_of_links_joins_a_scan_to_the_declaration_of_another_table(folder, make, tmp_path):
    tifffile.imwrite(folder / "bag.tif", _plane())
    (folder / "a_links.csv").write_text("scan_id,declaration_id\nbag,DECL-1\n")
    (folder / "b_goods.csv").write_text("declaration_id,commodity_code\nDECL-1,220300\nDECL-1,840991\n")
    make(source=folder)
    pool = read_pool(tmp_path / "made" / "pool")
    (part,) = pool.scans[0].units[0].declarations
    assert part.line_nos is None
    assert len(pool.declarations[part.declaration_id].lines) == 2
