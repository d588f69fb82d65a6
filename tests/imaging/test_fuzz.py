"""The fuzzer: a few hundred files in this process, and proof that it catches what it is there to catch."""

import dataclasses
from collections import Counter

import numpy as np
import pytest

from imaging import write_png
from tools.fuzz import report
from tools.fuzzing import readers
from tools.fuzzing.fields import fields_of
from tools.fuzzing.mutate import damaged
from tools.fuzzing.planted import FAULTS
from tools.fuzzing.readers import CRASH, FINDINGS, FOREIGN, HANG, MEMORY, OK, UNSOUND, WARNING, outcome_of
from tools.fuzzing.seeds import all_seeds, planted_seeds
from tools.fuzzing.watch import Result, watched

SEEDS = all_seeds()
FORMATS = sorted({seed.format for seed in SEEDS})


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.format}-{seed.name}")
def test_every_whole_file_is_read(tmp_path, seed):
    """A seed that is refused would only ever test the refusal."""
    outcome = outcome_of(seed.reader, tmp_path / "file", seed.content)
    assert outcome.kind == OK, outcome.detail


@pytest.mark.parametrize("format_name", FORMATS)
def test_damaged_files_give_a_scan_or_a_scan_error(tmp_path, format_name):
    own = tuple(seed for seed in SEEDS if seed.format == format_name)
    for number in range(60):
        chosen, content = damaged(own, 5, number)
        outcome = outcome_of(chosen.reader, tmp_path / "file", content)
        assert outcome.kind not in FINDINGS, (number, chosen.name, outcome.detail)


def test_the_same_number_is_the_same_file_and_most_are_damaged():
    first, again = ([damaged(SEEDS, 3, number) for number in range(300)] for _ in range(2))
    assert first == again
    assert Counter(seed.format for seed, _ in first) == {
        name: pytest.approx(300 / len(FORMATS), abs=1) for name in FORMATS
    }
    assert sum(seed.content != content for seed, content in first) > 280
    assert first != [damaged(SEEDS, 4, number) for number in range(300)]


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.format}-{seed.name}")
def test_header_fields_lie_in_the_file(seed):
    fields = fields_of(seed.format, seed.content)
    assert len(fields) > 5 or seed.format in ("raw", "profile", "pair", "joined") or seed.name == "deflated"
    assert all(offset >= 0 and offset + width <= len(seed.content) for offset, width, _ in fields)


def test_fields_are_those_of_the_header():
    png = next(seed.content for seed in SEEDS if (seed.format, seed.name) == ("png", "grey16"))
    values = [int.from_bytes(png[offset : offset + width], "big") for offset, width, _ in fields_of("png", png)]
    assert values[:4] == [24, 16, 16, 0]


def test_workers_name_whoever_aborts_hangs_swells_raises_or_warns():
    """Each fault stands between others, so that a worker dies and its successor goes on with the rest."""
    numbers = range(len(FAULTS))
    kinds = {result.number: result.kind for result in watched(numbers, workers=1, planted=True, limit_s=6.0)}
    by_fault = {fault.decode(): kinds[number] for number, fault in enumerate(FAULTS)}
    assert by_fault == {"abort": CRASH, "hang": HANG, "hog": MEMORY, "foreign": FOREIGN, "warn": WARNING}


def test_a_worker_that_cannot_start_is_no_silent_success(tmp_path):
    (tmp_path / "dicos").mkdir()
    (tmp_path / "dicos" / "a.dcs").mkdir()  # a folder where a sample should be
    with pytest.raises(RuntimeError, match="a worker is ready"):
        list(watched(range(1), workers=1, samples=tmp_path))


def test_what_is_unsound_is_found(tmp_path, monkeypatch):
    seed = next(seed for seed in SEEDS if seed.name == "grey16")
    whole = readers.read_scan

    class Silent(readers.ScanError):
        def __init__(self):
            super().__init__("a rule", "", "a remedy")

    def transposed(path):
        scan = whole(path)
        object.__setattr__(scan.view, "pixels", scan.pixels.transpose(0, 2, 1))
        return scan

    def silent(path):
        raise Silent

    def starved(path):
        raise readers.ScanError("a", "b", "c") from MemoryError()

    for read, kind in ((transposed, UNSOUND), (silent, UNSOUND), (starved, MEMORY)):
        monkeypatch.setitem(readers.READERS, "scan", read)
        assert outcome_of("scan", tmp_path / "file", seed.content).kind == kind


@pytest.mark.parametrize("fault", ["another picture", "other bytes"])
def test_a_cleaner_that_changes_pixels_or_its_mind_is_found(tmp_path, monkeypatch, fault):
    seed = next(seed for seed in SEEDS if seed.name == "grey16")
    whole, calls = readers.scrub, []

    def broken(path, target, *args, **kwargs):
        calls.append(path)
        done = whole(path, target, *args, **kwargs)
        if fault == "another picture":
            write_png(done.path, np.zeros((16, 24), np.uint16))
            return dataclasses.replace(done, sha256="the same")
        return dataclasses.replace(done, sha256=str(len(calls)))

    monkeypatch.setattr(readers, "scrub", broken)
    outcome = outcome_of("scrub", tmp_path / "file", seed.content)
    assert outcome.kind == FOREIGN
    assert fault in outcome.detail


def test_the_report_counts_and_saves_what_was_found(tmp_path, capsys):
    results = [Result(0, OK), Result(1, "UnreadableScan"), Result(2, CRASH, "the process ended with -11")]
    assert report(results, SEEDS, 0, tmp_path) == 1
    chosen, content = damaged(SEEDS, 0, 2)
    saved = {path.suffix: path for path in tmp_path.iterdir()}
    assert saved[".bin"].read_bytes() == content
    assert "-11" in saved[".txt"].read_text()
    printed = capsys.readouterr().out
    assert f"crash: file 2, from {chosen.format} {chosen.name}" in printed
    assert "UnreadableScan" in printed


def test_planted_faults_are_all_that_is_planted():
    assert tuple(seed.content for seed in planted_seeds()) == FAULTS
