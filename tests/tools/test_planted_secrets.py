"""Secrets planted in scans of all formats: the search finds each, and none of them after `pool.py anonymise`."""

import importlib.util
from types import SimpleNamespace

import numpy as np
import pytest

from tools.planted_secrets import __main__ as planted_secrets
from tools.planted_secrets import pixels
from tools.planted_secrets.pictures import burn
from tools.planted_secrets.plant import plant
from tools.planted_secrets.search import found_in_bytes, found_in_tags, told

ocr = pytest.mark.skipif(importlib.util.find_spec("rapidocr_onnxruntime") is None, reason="needs the extra `ocr`")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("secrets")


@pytest.fixture(scope="module")
def planted(folder):
    return plant(folder / "planted", 20, seed=3)


def test_the_search_finds_every_secret_that_was_planted(folder, planted):
    _, secrets = planted
    found = {word for _, word in found_in_bytes(folder / "planted", secrets.words)}
    assert len(secrets.words) > 300
    assert not [place for word, place in secrets.words.items() if word not in found]


def test_tags_are_walked_into_sequences_exif_and_text(folder, planted):
    _, secrets = planted
    places = {secrets.words[word] for _, word in found_in_tags(folder / "planted", secrets.words)}
    assert {"dicom sequence 0 deep", "dicom private in a sequence 3 deep", "tiff artist", "jpeg gps"} <= places
    assert {"png deflated text", "jpeg comment", "jpeg exif serial number"} <= places


def test_a_secret_that_is_left_is_named_by_its_place(folder, planted):
    _, secrets = planted
    lines = told(found_in_bytes(folder / "planted", list(secrets.words)[:1]), secrets.words)
    assert lines
    assert "folder name" in lines[0]


def test_burnt_text_stands_out_and_a_blanked_area_does_not(monkeypatch, tmp_path):
    picture = np.random.default_rng(0).integers(20_000, 30_000, (120, 400), np.uint16)
    burnt = burn(picture, np.random.default_rng(1))
    one = SimpleNamespace(path=tmp_path / "x", width=400, picture_HW=burnt.picture_HW, strokes_HW=burnt.strokes_HW)
    rows, columns = np.nonzero(burnt.strokes_HW)
    area = np.zeros(picture.shape, bool)
    area[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] = True
    blanked = np.where(area, 25_000, burnt.picture_HW)
    far = 0 if rows.min() > 60 else -1
    elsewhere, more = blanked.copy(), area.copy()
    elsewhere[far, 0] ^= 1
    more[far, 0] = True
    for shown, stated, expected in (
        (burnt.picture_HW, np.zeros_like(area), (1, 0, 0)),
        (blanked, area, (0, 0, 0)),
        (elsewhere, area, (0, 1, 0)),
        (elsewhere, more, (0, 0, 1)),
        (blanked, np.zeros_like(area), (0, 1, 0)),
    ):
        pool = {400: pixels.Shown(shown, stated)}
        monkeypatch.setattr(pixels, "_by_width", lambda root, pool=pool: pool)
        figures = pixels.compare([one], tmp_path)
        assert tuple(map(len, (figures.legible, figures.changed, figures.needless))) == expected


@ocr
def test_nothing_is_left_of_planted_secrets(folder):
    figures = planted_secrets.measure(folder / "fast", files=20, clean=6, seed=5, workers=1)
    assert not figures.left
    assert not figures.pixels.legible
    assert not figures.pixels.changed
    assert figures.held_back <= 1
    assert figures.clean_held_back == 0


@ocr
@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_nothing_is_left_of_planted_secrets_in_200_files(folder):
    figures = planted_secrets.measure(folder / "slow", files=200, clean=200, seed=1, workers=0)
    assert not figures.left
    assert not figures.pixels.legible
    assert not figures.pixels.changed
    assert figures.held_back <= 0.05 * figures.planted
    assert figures.clean_held_back <= 0.01 * figures.clean
