import importlib.util
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from imaging import ScanError, ScanTooLarge, UnreadableScan, UnsupportedScan, read_scan
from imaging.formats import ReadLimits

spec = importlib.util.spec_from_file_location("toy_format", Path(__file__).with_name("toy_format.py"))
toys = importlib.util.module_from_spec(spec)
sys.modules.setdefault("toy_format", toys)
spec.loader.exec_module(toys)

LEVELS = np.arange(65_536, dtype=np.uint16).reshape(1, 256, 256)


@pytest.fixture
def file(tmp_path):
    (tmp_path / "a.toy").write_bytes(toys.toy_content(LEVELS))
    return tmp_path / "a.toy"


def test_a_format_of_its_own_is_read_with_every_level(file):
    scan = read_scan(file, adapters=[toys.Shy(), toys.Toy()])
    assert (scan.source.format, scan.pixels.dtype) == ("toy", np.uint16)
    assert np.array_equal(scan.pixels, LEVELS)
    with pytest.raises(UnreadableScan):
        read_scan(file)
    with pytest.raises(UnreadableScan):
        read_scan(file, adapters=[toys.Shy()])


def test_formats_that_are_read_anyway_are_nobody_elses(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), LEVELS[0])
    assert read_scan(tmp_path / "a.png", adapters=[toys.Greedy()]).source.format == "png"


def test_two_adapters_that_claim_one_file_are_refused(file):
    with pytest.raises(UnsupportedScan, match="toy, toy"):
        read_scan(file, adapters=[toys.Toy(), toys.Greedy()])


@pytest.mark.parametrize(
    ("adapter", "content", "said"),
    [
        (toys.Careless(), toys.MAGIC, "a toy file decodes"),
        (toys.Startled(), None, "whether a file is its own"),
        (toys.Flat(), toys.toy_content(LEVELS), "CHW or CDHW"),
        (toys.Bare(), toys.toy_content(LEVELS), "decodes"),
    ],
)
def test_nothing_but_a_scan_error_leaves_an_adapter(tmp_path, monkeypatch, adapter, content, said):
    (tmp_path / "a").write_bytes(content or b"x")
    if content is None:
        monkeypatch.setattr(adapter, "recognises", lambda head: head[99])
    with pytest.raises(ScanError, match=said) as caught:
        read_scan(tmp_path / "a", adapters=[adapter])
    assert caught.value.remedy
    assert str(tmp_path / "a") in caught.value.found


def test_limits_reach_the_adapter(file):
    with pytest.raises(ScanTooLarge):
        read_scan(file, adapters=[toys.Toy()], limits=ReadLimits(max_pixels=65_535))
