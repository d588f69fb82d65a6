"""An attack that was killed goes on, and ends with the figures of an undisturbed one."""

import os
import shutil
from pathlib import Path

import pytest

from datasets.verbs import attack
from datasets.verbs.outcome import quietly
from imaging import write_tiff
from tests.datasets.checks.sound import picture, sound_pool
from tests.datasets.verbs.killing import counted, killed

SCANS = 10
TEXTS = 4  # pool.json, declarations, truth, annotations
READERS = ("datasets.attack.sides.look_at", "datasets.attack.sides.decode")


@pytest.fixture
def sides(tmp_path):
    """A pool, and the folder that it was made from: half the files as they were, half with other pixels."""
    pool, source = sound_pool(tmp_path / "pool", SCANS), tmp_path / "source"
    shutil.copytree(pool / "images", source)
    shutil.copy(pool / "declarations.jsonl", source)
    for number in range(0, SCANS, 2):
        write_tiff(source / f"s{number:03}.tiff", picture(100 + number))
    return {"pool": pool, "source": source}


def run(sides, out, **options):
    outcome = attack.run(**sides, out=out, **{"track": quietly, **options})
    return outcome, out.read_bytes()


@pytest.mark.parametrize(
    ("doing", "behind", "looked", "searched"),
    [
        ("looking at the source", 4, SCANS + 1 - 5 + SCANS, SCANS + TEXTS),  # a table too; a fifth was under way
        ("looking at the pool", 0, SCANS, SCANS + TEXTS),
        ("looking at the pool", 6, SCANS - 6, SCANS - 6 + TEXTS),
    ],
)
def test_an_attack_that_was_killed_goes_on(sides, tmp_path, monkeypatch, doing, behind, looked, searched):
    undisturbed = run(sides, tmp_path / "undisturbed.json")
    killed("attack", doing, behind, **sides, out=tmp_path / "figures.json")
    assert (tmp_path / "pool.attack").exists()
    calls = counted(monkeypatch, *READERS, "datasets.attack.headers.Needles.in_file")
    assert run(sides, tmp_path / "figures.json") == undisturbed
    assert (calls["look_at"], calls["in_file"]) == (looked, searched)
    assert not list(tmp_path.glob("pool.attack*"))


@pytest.mark.parametrize("side", ["pool", "source"])
def test_what_changed_in_between_is_looked_at_again(sides, tmp_path, monkeypatch, side):
    killed("attack", "looking at the pool", SCANS - 1, **sides, out=None)
    folder = sides["pool"] / "images" if side == "pool" else sides["source"]
    write_tiff(folder / "s001.tiff", picture(77))
    calls = counted(monkeypatch, *READERS)
    went_on = run(sides, tmp_path / "went_on.json")
    assert calls["look_at"] == 2  # and the scan at which it was killed
    assert went_on == run(sides, tmp_path / "anew.json")
    assert calls["look_at"] == 2 + 2 * SCANS + 1


def test_strings_are_looked_for_again_when_others_are_known(sides, tmp_path, monkeypatch):
    """A file that came into the source since brings a string that stands in a file that was searched."""
    killed("attack", "looking at the pool", SCANS - 1, **sides, out=None)
    (sides["source"] / "annotations 2.png").write_bytes(b"x")
    calls = counted(monkeypatch, *READERS, "datasets.attack.headers.Needles.in_file")
    went_on = run(sides, tmp_path / "went_on.json")
    assert (calls["look_at"], calls["in_file"]) == (2, SCANS + TEXTS)
    assert went_on == run(sides, tmp_path / "anew.json")


def test_another_source_is_another_attack(sides, tmp_path, monkeypatch):
    """Of the same name as seen from where the command was given; its files are links to those of the first."""
    for name in ("one", "two"):
        shutil.copytree(sides["source"], tmp_path / name / "source", copy_function=os.link)
    monkeypatch.chdir(tmp_path / "one")
    killed("attack", "looking at the pool", 0, pool=sides["pool"], source=Path("source"), out=None)
    monkeypatch.chdir(tmp_path / "two")
    calls = counted(monkeypatch, *READERS)
    run({**sides, "source": Path("source")}, tmp_path / "other.json")
    assert calls["look_at"] == 2 * SCANS + 1


def test_nothing_is_written_into_the_source(tmp_path, caplog):
    pool = sound_pool(tmp_path / "source" / "pool", 3)
    seen = []

    def track(items, doing, total=None):
        del doing, total
        for item in items:
            seen.extend(path.name for path in (tmp_path / "source").iterdir())
            yield item

    attack.run(pool=pool, source=tmp_path / "source", out=tmp_path / "source" / "figures.json", track=track)
    assert set(seen) == {"pool"}
    assert "this run would start again" in caplog.text
