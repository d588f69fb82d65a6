"""Every format: pixels as they were, the same bytes twice, whole or not at all, and nothing but ScanError."""

import hashlib
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imaging import ScanError, UnreadableScan, UnsupportedScan
from imaging.anonymisation import scrub as module
from imaging.anonymisation.pseudonym import Pseudonyms
from imaging.anonymisation.removed import Removed
from imaging.anonymisation.scrub import scrub
from tests.imaging.anonymisation.planted import SITE, leaks, picture, same_picture, scrubbed, secret
from tests.imaging.dicom_files import levels
from tools.fuzzing.mutate import damaged
from tools.fuzzing.seeds import all_seeds
from tools.planted_secrets.dicom import KINDS, secret_dicom
from tools.planted_secrets.plain import secret_jpeg, secret_pillow_tiff, secret_png, secret_tiff
from tools.planted_secrets.secrets import Secrets

SEEDS = tuple(seed for seed in all_seeds() if seed.format in ("png", "jpeg", "tiff", "dicom", "dicos", "series"))
SUFFIX = {"png": ".png", "jpeg": ".jpg", "tiff": ".tif", "dicom": ".dcm", "dicos": ".dcm", "series": ".dcm"}
BY_FORMAT = {seed.format: seed for seed in SEEDS}


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.format}-{seed.name}")
def test_pixels_and_what_is_said_of_them_stay(tmp_path, seed):
    _, done = scrubbed(seed.content, tmp_path)
    content = done.path.read_bytes()
    assert same_picture(picture(seed.content, tmp_path), picture(content, tmp_path))
    assert done.path == tmp_path / f"target{SUFFIX[seed.format]}"
    assert (done.sha256, done.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    assert done.removed == tuple(sorted(done.removed))


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.format}-{seed.name}")
def test_cleaning_twice_gives_the_same_bytes(tmp_path, seed):
    once, _ = scrubbed(seed.content, tmp_path)
    assert scrubbed(once, tmp_path)[0] == once
    assert scrubbed(seed.content, tmp_path)[0] == once


@pytest.mark.parametrize("format_name", sorted(BY_FORMAT))
def test_no_hash_of_a_written_file_finds_a_clean_original(tmp_path, format_name):
    clean, _ = scrubbed(BY_FORMAT[format_name].content, tmp_path)
    _, again = scrubbed(clean, tmp_path)
    written = again.path.read_bytes()
    _, same = scrubbed(written, tmp_path)
    assert same.sha256 == again.sha256
    other = Pseudonyms("north", b"another key of enough bytes")
    if format_name not in ("dicom", "dicos", "series"):  # these differ by their identifiers
        assert written != clean
        assert scrubbed(clean, tmp_path, site=other)[1].sha256 != again.sha256


@pytest.mark.parametrize("format_name", sorted(BY_FORMAT))
def test_what_stands_behind_a_file_goes(tmp_path, format_name):
    content, done = scrubbed(BY_FORMAT[format_name].content + secret(0).encode("utf-16-le"), tmp_path)
    assert leaks(content, {secret(0)}) == set()
    assert done.removed


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_flipped_and_cut_files_are_cleaned_or_refused(tmp_path_factory, data):
    seed = data.draw(st.sampled_from(SEEDS))
    content = bytearray(seed.content)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[place] ^= data.draw(st.integers(1, 255))
    _cleaned_or_refused(bytes(content[: data.draw(st.integers(0, len(content)))]), tmp_path_factory.mktemp("flip"))


@pytest.mark.parametrize("number", range(300))
def test_damaged_headers_are_cleaned_or_refused(tmp_path, number):
    _cleaned_or_refused(damaged(SEEDS, 11, number)[1], tmp_path)


def _cleaned_or_refused(content, folder):
    try:
        once, _ = scrubbed(content, folder)
    except ScanError:
        assert sorted(path.name for path in folder.iterdir()) == ["source"]
    else:
        assert scrubbed(once, folder)[0] == once


def makers():
    for kind in range(len(KINDS)):
        yield "uint16", f"dicom-{'-'.join(KINDS[kind])}", partial(secret_dicom, kind=kind)
    for kind in range(10):
        yield ("uint8", "uint16")[kind % 2], f"tiff-{kind}", partial(secret_tiff, kind=kind)
    for kind in range(2):
        yield "uint8", f"jpeg-{kind}", partial(secret_jpeg, kind=kind)
    yield "uint16", "png", secret_png
    yield "uint8", "pillow_tiff", secret_pillow_tiff


@pytest.mark.parametrize(("dtype", "make"), [pytest.param(dtype, make, id=name) for dtype, name, make in makers()])
def test_no_secret_of_the_planted_files_is_left(tmp_path, dtype, make):
    secrets = Secrets(np.random.default_rng(4))
    whole = make(levels((40, 60), dtype), secrets=secrets)
    content, done = scrubbed(whole, tmp_path)
    assert same_picture(picture(whole, tmp_path), picture(content, tmp_path))
    words = set(secrets.words)
    assert len(leaks(whole, words)) > 0.8 * len(words)
    assert leaks(content, words) == set()
    assert leaks(str(done).encode(), words) == set()


@pytest.mark.parametrize(("given_name", "found"), [("x", "x.png"), ("x.png", "x.png"), ("x.y", "x.y.png")])
def test_a_target_gets_the_suffix_of_the_format(tmp_path, given_name, found):
    (tmp_path / "source.dcm").write_bytes(BY_FORMAT["png"].content)
    done = scrub(tmp_path / "source.dcm", tmp_path / given_name, SITE, dates="month", group="g")
    assert done.path == tmp_path / found
    assert {path.name for path in tmp_path.iterdir()} == {"source.dcm", found}


def test_an_unknown_format_is_held_back(tmp_path):
    for content in (b"GIF89a" + bytes(200), b"nothing known" * 20):
        with pytest.raises(UnsupportedScan, match="another format"):
            scrubbed(content, tmp_path)
    with pytest.raises(UnreadableScan):
        scrub(tmp_path / "missing", tmp_path / "target", SITE, dates="month", group="g")


def test_nothing_but_scan_errors_comes_out_of_a_cleaner(tmp_path, monkeypatch):
    def odd(_content):
        raise RuntimeError(secret(0))

    monkeypatch.setattr(module, "clean_png", odd)
    with pytest.raises(UnreadableScan, match="RuntimeError") as caught:
        scrubbed(BY_FORMAT["png"].content, tmp_path)
    assert secret(0) not in str(caught.value)


def test_a_write_that_fails_leaves_nothing_and_what_was_there_stays(tmp_path):
    (tmp_path / "target.png").mkdir()
    with pytest.raises(OSError, match="target"):
        scrubbed(BY_FORMAT["png"].content, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source", "target.png"]


def test_places_are_told_in_order():
    assert sorted([Removed("b", "removed"), Removed("a", "shifted")])[0].place == "a"
