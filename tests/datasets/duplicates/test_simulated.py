"""The detector on simulated empties, which look alike: they are told apart, and copies of them are found."""

import cv2
import numpy as np
import pytest

from datasets.duplicates import fingerprint, near_duplicate_pairs, view_print
from datasets.duplicates.prints import thumbnail_of
from datasets.pool import read_pool
from datasets.sandbox import KINDS, Order, Rates, generate
from imaging import Channel, Quantity, View

SCANS, SEED = 24, 900
CARRIERS = ("container_20", "container_40", "wagon_40")
BRIGHTER = 1.2


@pytest.fixture(scope="module")
def views(tmp_path_factory):
    """Views of empty containers of three types, by the name of their scan."""
    folder, kind = tmp_path_factory.mktemp("empties") / "pool", KINDS["cargo"]
    order = Order("cargo", SEED, Rates(0, 0, 1), kind.read_scanner(kind.scanner), CARRIERS)
    generate(folder, order, scans=SCANS)
    pool = read_pool(folder)
    return {scan.scan_id: pool.read_scan(scan).view for scan in pool.scans}


def as_transmission(view, signal):
    return View(view.view_id, signal.astype(np.float32), view.channels, Quantity.TRANSMISSION)


def cropped(signal):
    height, width = signal.shape[1:]
    return signal[:, height // 25 :, width // 30 : -(width // 20)]


def scaled(signal):
    return np.stack([cv2.resize(channel, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA) for channel in signal])


CHANGES = {"cropped": cropped, "scaled": scaled, "brightened": lambda signal: np.clip(signal * BRIGHTER, 0, 1)}


def compressed(view):
    """As a grey JPEG shows it, whose 8 bits hold no noise of the exposure."""
    grey = np.rint(np.clip(view.signal()[0], 0, 1) * 255).astype(np.uint8)
    lossy = cv2.imdecode(cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_GRAYSCALE)
    return View(view.view_id, lossy[None], (Channel("grey"),), Quantity.DISPLAY)


def test_different_empties_are_not_joined(views):
    """At most 1 % of the pairs, where looks alone join every tenth and more."""
    pairs = SCANS * (SCANS - 1) / 2
    prints = {name: view_print(view) for name, view in views.items()}
    looks = {name: fingerprint(thumbnail_of(print_)) for name, print_ in prints.items()}
    assert len(list(near_duplicate_pairs(looks.items()))) > 0.1 * pairs
    assert len(list(near_duplicate_pairs(prints.items()))) <= 0.01 * pairs


@pytest.mark.parametrize("how", [*sorted(CHANGES), "compressed"])
def test_copies_of_empties_are_found(views, how):
    """At least 95 %: one of 24 may be lost."""
    found = 0
    for name, view in views.items():
        copy = compressed(view) if how == "compressed" else as_transmission(view, CHANGES[how](view.signal()))
        prints = [(name, view_print(view)), ("copy", view_print(copy))]
        found += len(list(near_duplicate_pairs(prints)))
    assert found >= 0.95 * SCANS
