"""A small folder of confidential scans and tables with secrets in every place, and pieces that find marks in pixels.

The pieces that clean one file have tests of their own; here they are stood in for, so that what is tested is what
becomes of their answers.
"""

import json
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
import tifffile

from datasets.anonymise import one_scan, one_view, pixels
from datasets.pool.store import file_sha256
from datasets.verbs import anonymise
from datasets.verbs.outcome import quietly
from imaging import UnreadableScan, write_tiff
from imaging.anonymisation.removed import Removed

TEXT, DOUBT, PERSON, CAB = 65001, 65002, 65003, 65004
KEY = "00112233445566778899aabbccddeeff"
SECRETS = (
    "ZephyrLogistics", "Quillfeather", "MSCU6639871", "MSCU 663987-1", "GERPHARM", "PLATE7788", "acme-private-column",
    "DECL-55001", "DECL-55002", "Montcalm", "portside", "bag_of_kowalski", "jan.kowalski", "20250314", "4417.5",
)  # fmt: skip


def _image(seed, *marks):
    image = np.random.default_rng(seed).integers(1000, 60000, (24, 32), np.uint16)
    for number, mark in enumerate(marks):
        image[4 + 6 * number : 7 + 6 * number, 5:12] = mark
    return image


def _tiff(path, image):
    tifffile.imwrite(path, image, description="shipper ZephyrLogistics", software="Quillfeather")


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / "source_of_Montcalm"
    port = folder / "portside_20250314"
    port.mkdir(parents=True)
    _tiff(port / "MSCU6639871.tif", _image(1))
    _tiff(port / "Quillfeather_2.tif", _image(2, TEXT))
    _tiff(port / "bag_of_kowalski.tif", _image(3, DOUBT))
    _tiff(port / "GERPHARM.tif", _image(4, PERSON))
    _tiff(port / "PLATE7788.tif", _image(5, CAB, TEXT))
    _tiff(port / "pair_ZephyrLogistics_low.tif", _image(6))
    _tiff(port / "pair_ZephyrLogistics_high.tif", _image(7, TEXT))
    cv2.imwrite(str(port / "plain.png"), _image(8))
    (port / "torn_Quillfeather.tif").write_bytes(b"II*\x00Quillfeather")
    (port / "notes_jan.kowalski.txt").write_text("ZephyrLogistics")
    (port / "manifest_ZephyrLogistics.csv").write_text(
        "scan_id,declaration_id,line_no,commodity_code,description,gross_mass_kg,packages,origin,consignee,"
        "acme-private-column\n"
        'MSCU 663987-1,DECL-55001,1,8409.91.0000,"machine parts, frozen fish of Quillfeather",4417.5,4 CT,DE,'
        "GERPHARM,x\n"
        "MSCU 663987-1,DECL-55001,2,2203000100,beer,812.25,9 ZephyrLogistics,FR,=cmd|PLATE7788,y\n"
    )
    rows = [
        {"scan_id": "PLATE7788", "declaration_id": "DECL-55002", "commodity_code": "220300", "gross_mass_kg": 812.25,
         "parties": [{"name": "jan.kowalski", "acme-private-column": 1}], "declared_empty": False},
    ]  # fmt: skip
    (port / "rows_jan.kowalski.json").write_text(json.dumps(rows))
    (port / "bomb.json").write_text("[" * 100_000)
    (port / "spoilt.csv").write_text("declaration_id,commodity_code\nDECL-55009,Quillfeather\n")
    return folder


def _boxes(image_CHW, mark):
    rows, columns = np.nonzero((image_CHW == mark).any(axis=0))
    if not len(rows):
        return np.zeros((0, 4))
    return np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]])


def _scrub(path, target, pseudonyms, *, dates, group):
    assert group, dates
    assert "ZephyrLogistics" not in group
    try:
        image = tifffile.imread(path) if path.suffix == ".tif" else cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    except Exception as error:
        raise UnreadableScan("a TIFF has pages", f"Quillfeather in {path}", "mend it") from error
    if target.suffix == ".tif":
        write_tiff(target, image[None])
    else:
        cv2.imwrite(str(target), image)
    removed = (Removed("TIFF 270 ImageDescription", "removed"),)
    return SimpleNamespace(path=target, removed=removed, sha256=file_sha256(target))


def _blank(image_CHW, boxes_N4):
    blanked = image_CHW.copy()
    for left, top, right, bottom in boxes_N4:
        blanked[:, top:bottom, left:right] = 500
    return blanked


@pytest.fixture(autouse=True)
def pieces(monkeypatch):
    monkeypatch.setattr(one_scan, "scrub", _scrub)
    monkeypatch.setattr(one_view, "write_blanked", lambda image_CHW, target: write_tiff(target, image_CHW))
    monkeypatch.setattr(one_view, "blank", _blank)
    monkeypatch.setattr(anonymise, "check_reader", lambda: None)
    monkeypatch.setattr(
        pixels,
        "find_text",
        lambda image_CHW, templates=(): SimpleNamespace(
            boxes_N4=_boxes(image_CHW, TEXT), doubts=("x",) if (image_CHW == DOUBT).any() else ()
        ),
    )
    monkeypatch.setattr(
        pixels,
        "find_people",
        lambda view, profile: SimpleNamespace(
            cab_boxes_N4=_boxes(view.pixels, CAB),
            elsewhere=("x",) if (view.pixels == PERSON).any() else (),
            looked=bool((view.pixels == CAB).any()),
        ),
    )


@pytest.fixture
def make(source, tmp_path):
    """Anonymise the folder; options may be given."""

    def run(out="pool", **given):
        key_file = tmp_path / "key"
        key_file.write_text(given.pop("key", KEY))
        options = {
            "source": source, "site": "north", "out": tmp_path / "made" / out, "key_file": key_file, "profile": None,
            "quarantine": tmp_path / "quarantine" / out, "licence": "own", "may_train": True,
            "may_redistribute": False, "text": "find", "people": "find", "dates": "month", "code_digits": 6,
            "mass_step_kg": 10.0, "origin": "region", "descriptions": "keep", "workers": 1, "track": quietly,
        }  # fmt: skip
        return anonymise.run(**{**options, **given})

    (tmp_path / "made").mkdir()
    return run
