from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from inference_fakes import blob_pixels, read_lines, tree_bytes

from imaging import write_png

SCRIPT = Path(__file__).with_name("killed_run.py")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    scans = tmp_path_factory.mktemp("killed") / "scans"
    scans.mkdir()
    rng = np.random.default_rng(3)
    for number in range(20):
        left, top = (int(value) for value in rng.integers(5, 60, 2))
        write_png(scans / f"{number:02}.png", blob_pixels((left, top, left + 30, top + 9), size_hw=(96, 128 + number)))
    (scans / "07.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    (scans / "notes.txt").write_text("x")
    return scans


def start(folder, out, seconds):
    return subprocess.Popen([sys.executable, str(SCRIPT), str(folder), str(out), str(seconds)])


def finish(folder, out):
    assert start(folder, out, 0).wait(60) == 0


@pytest.fixture(scope="module")
def undisturbed(folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    finish(folder, out)
    return tree_bytes(out)


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_and_started_again_it_ends_with_the_same_bytes(folder, undisturbed, tmp_path, seed):
    killed = tmp_path / "killed"
    after = random.Random(seed).randint(0, 4)
    process = start(folder, killed, 0.05)
    end = time.monotonic() + 60
    while not (killed / "journal" / f"batch-{after:07d}.json").exists():
        assert process.poll() is None, "it finished before it was killed"
        assert time.monotonic() < end
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    assert not (killed / "run.json").exists()
    (killed / "annotated" / ".half.png.part").write_bytes(b"what a kill can leave behind")
    finish(folder, killed)
    assert tree_bytes(killed) == undisturbed
    assert len(read_lines(killed)) == 21
    assert not (killed / "journal").exists()
