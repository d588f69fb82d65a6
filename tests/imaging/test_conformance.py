import importlib.util
import json
import os
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from imaging.conformance import Problem, Sample, check_adapter, read_samples
from imaging.conformance import watch as watch_module
from imaging.conformance.__main__ import main
from imaging.conformance.hostile import inflated
from imaging.conformance.sample import Expected
from imaging.conformance.watch import watched
from imaging.errors import ScanError, UnreadableScan


def _toy_format():
    spec = importlib.util.spec_from_file_location("toy_format", Path(__file__).with_name("toy_format.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["toy_format"] = module  # the command line of the suite imports it by name
    spec.loader.exec_module(module)
    return module


toys = _toy_format()
PIXELS = np.random.default_rng(1).integers(0, 65_536, (2, 600, 400), dtype=np.uint16)
KNOWN = Expected(
    shape=(2, 600, 400), dtype="uint16", levels=50_000, pixels=[{"at": (1, 7, 9), "value": PIXELS[1, 7, 9]}]
)
SAMPLE = Sample("a.toy", toys.toy_content(PIXELS), KNOWN)


def rules(adapter, *samples, mutations=25):
    return [problem.rule for problem in check_adapter(adapter, samples or (SAMPLE,), mutations=mutations)]


def test_a_good_adapter_has_no_problem():
    small = Sample("b.toy", toys.toy_content(PIXELS[:1, :5, :3]))
    assert check_adapter(toys.Toy(), [SAMPLE, small], mutations=100) == ()


@pytest.mark.parametrize(
    ("broken", "rule"),
    [
        ("Greedy", "claims no content but its own"),
        ("Startled", "does not raise"),
        ("Shy", "recognises() is True"),
        ("Nameless", "has a name"),
        ("Careless", "nothing but ScanError"),
        ("Lavish", "before memory is taken"),
        ("Lawless", "checked against the limits"),
        ("Papering", "cut off"),
        ("Forgetful", "same content gives the same"),
        ("Fickle", "same content gives the same"),
        ("EightBit", "as its sidecar says"),
        ("EightBit", "every level survives"),
        ("Foreign", "native"),
        ("Turned", "C-contiguous"),
        ("Flat", "CHW or CDHW"),
        ("Bare", "is a Picture"),
        ("Scribbling", "writes no file"),
        ("Scheming", "writes no file"),
        ("SometimesBare", "damaged content gives a ScanError"),
        ("Hoarding", "no more memory than the limits"),
    ],
)
def test_each_broken_rule_is_caught(broken, rule):
    small = Sample("b.toy", toys.toy_content(PIXELS[:, :5, :3]))
    assert any(rule in found for found in rules(getattr(toys, broken)(), SAMPLE, small))


def test_an_adapter_that_hangs_is_stopped_and_told(monkeypatch):
    monkeypatch.setattr(watch_module, "SECONDS", 0.05)
    assert any("takes at most" in rule for rule in rules(toys.Slow(), mutations=0))


def test_other_threads_have_no_alarm_and_are_still_timed(monkeypatch):
    monkeypatch.setattr("threading.current_thread", lambda: None)
    outcome = watched(lambda: 7)
    assert (outcome.answer, outcome.error, outcome.deeds) == (7, None, ())
    assert outcome.seconds < 1


def test_memory_taken_before_a_refusal_is_measured():
    found = [problem.found for problem in check_adapter(toys.Lavish(), [SAMPLE], mutations=0)]
    assert any("before it was refused" in text for text in found)


def test_a_header_is_made_to_ask_for_more_wherever_it_may_hold_a_side():
    content = (
        b"size=70000;" + (70_000).to_bytes(4, "little") + (70_000).to_bytes(8, "big") + (5).to_bytes(2, "big") * 20
    )
    made = [content for _, content in inflated(Sample("s", content), (70_000, 5))]
    assert any(b"size=999999999;" in one for one in made)
    assert any((200_000).to_bytes(4, "little") in one for one in made)
    assert any((1 << 40).to_bytes(8, "big") in one for one in made)
    assert any(b"\xff\xff" in one for one in made)
    assert len({*made, content}) == len(set(made)) + 1


def test_deeds_are_told_from_audit_events(monkeypatch):
    deeds = []
    monkeypatch.setattr(watch_module, "_deeds", deeds)
    for event, *arguments in [
        ("open", "read", "rb", 0),
        ("open", "descriptor", None, os.O_RDONLY),
        ("open", "a/__pycache__/b.pyc", "wb", 0),
        ("object.__getattr__", "x"),
        ("open", "added", "a", 0),
        ("open", "made", None, os.O_CREAT | os.O_WRONLY),
        ("socket.connect", "host"),
        ("os.exec", "program"),
        ("os.rename", "old", "new"),
    ]:
        watch_module._note(event, tuple(arguments))
    monkeypatch.setattr(watch_module, "_deeds", None)
    watch_module._note("os.rename", ("old", "new"))
    assert deeds == [
        "wrote to added",
        "wrote to made",
        "socket.connect ('host',)",
        "os.exec ('program',)",
        "os.rename ('old',)",
    ]


def test_what_is_done_outside_a_watch_is_not_noted(tmp_path):
    watched(lambda: None)
    (tmp_path / "a").write_bytes(b"x")
    assert watched((tmp_path / "a").read_bytes).deeds == ()
    assert watched(lambda: (tmp_path / "b").write_bytes(b"x")).deeds == (f"wrote to {tmp_path / 'b'}",)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"shape": [2, 600, 401]}, "shape"),
        ({"dtype": "int16"}, "dtype uint16"),
        ({"levels": 65_537}, "distinct values"),
        ({"pixels": [{"at": [0, 0, 0], "value": 0.5}]}, "at (0, 0, 0) for 0.5"),
        ({"pixels": [{"at": [0, 600, 0], "value": 0}]}, "outside the picture"),
        ({"pixels": [{"at": [0, 0, 0, 0], "value": 0}]}, "outside the picture"),
    ],
)
def test_sidecars_are_compared(expected, found):
    sample = Sample("a.toy", SAMPLE.content, Expected.model_validate(expected))
    (problem,) = check_adapter(toys.Toy(), [sample], mutations=0)
    assert found in problem.found


def test_no_sample_and_one_that_does_not_decode():
    assert rules(toys.Toy(), Sample("cut", SAMPLE.content[:50])) == ["a sample decodes"]
    assert check_adapter(toys.Toy(), []) == (Problem("there are samples", "", "none"),)
    assert "a sample decodes" in rules(toys.Toy(), Sample("empty", b""))


def test_samples_are_the_files_of_a_folder_with_their_sidecars(tmp_path):
    (tmp_path / "a.toy").write_bytes(SAMPLE.content)
    (tmp_path / "a.toy.json").write_text(json.dumps({"levels": 9}))
    (tmp_path / "b.json").write_bytes(b"a sample of its own")
    first, second = read_samples(tmp_path)
    assert (first.name, first.content, first.expected.levels) == ("a.toy", SAMPLE.content, 9)
    assert (second.name, second.expected) == ("b.json", None)
    (tmp_path / "a.toy.json").write_text('{"level": 9}')
    with pytest.raises(ScanError, match="level"):
        read_samples(tmp_path)
    for empty in (tmp_path / "absent", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(UnreadableScan):
            read_samples(empty)


def test_the_command_line_reports_and_answers_by_its_exit_code(tmp_path, capsys):
    (tmp_path / "a.toy").write_bytes(toys.toy_content(PIXELS[:, :5, :4]))
    common = ["--samples", str(tmp_path), "--mutations", "5"]
    assert main(["--adapter", "toy_format:Toy", *common]) == 0
    assert "1 sample(s), 0 problem(s)" in capsys.readouterr().out
    assert main(["--adapter", "toy_format:Careless", *common]) == 1
    assert "nothing but ScanError" in capsys.readouterr().out
    toys.made = toys.Toy()
    assert main(["--adapter", "toy_format:made", *common]) == 0
    for wrong in ("toy_format", "toy_format:Absent", "no_such_module:Toy"):
        assert main(["--adapter", wrong, *common]) == 2
    assert main(["--adapter", "toy_format:Toy", "--samples", str(tmp_path / "absent")]) == 2
    assert "put a few readable ones" in capsys.readouterr().err


def test_it_runs_as_a_module(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["imaging.conformance", "--help"])
    monkeypatch.delitem(sys.modules, "imaging.conformance.__main__")
    with pytest.raises(SystemExit) as ending:
        runpy.run_module("imaging.conformance", run_name="__main__")
    assert ending.value.code == 0
    assert "--samples" in capsys.readouterr().out
