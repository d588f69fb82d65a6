import copy
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rich.console import Console

from evaluation import (
    OperatingPoint,
    PoolTruth,
    Prediction,
    Run,
    ScanTruth,
    Truth,
    UnitResult,
    UnitTruth,
    evaluate,
    print_summary,
    write_report,
)
from evaluation.points import OWN
from evaluation.report import number, p_value, points, share, threshold

BOX = (10.0, 10.0, 30.0, 30.0)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "--><script>alert(1)</script><!--",  # figures hold their text in comments too
    "</style></svg><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "{{ 7 * 191 }}{% raw %}",
    "$\\frac{1}{0}$",
    "[red]x[/nothing]",
    "字 ع \u202e\u0001\n\t",
    "W" * 400,
    "\n" * 400 + "x",
    "items",  # as a dictionary's method is called
]


class Page(HTMLParser):
    """What a browser would fetch, run and show."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.fetched, self.handlers, self.shown = set(), [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            if name in ("src", "href", "xlink:href", "data", "action", "srcset", "poster") and value[:1] != "#":
                self.fetched.append(value)
            if name.startswith("on") or "url(" in (value or "").replace("url(#", ""):
                self.handlers.append((name, value))

    def handle_data(self, data):
        self.shown += data


def _pool(threats=3, clean=6, calibration=0, names="ab", label="knife", units=0):
    scans = tuple(
        ScanTruth(
            f"s{i}", names[i % len(names)], f"g{i}", "test" if i <= threats + clean else "calibration", (i,), {label}
        )
        for i in range(1, threats + clean + calibration + 1)
    )
    objects = tuple(Truth(i, label, BOX, f"s{i}") for i in range(1, threats + 1))
    declared = tuple(UnitTruth(f"u{i}", f"s{i}", ("mass",) if i % 2 else ()) for i in range(1, units + 1))
    return PoolTruth("toy", (label, "none of these"), scans, objects, declared)


def _run(name, *images, label="knife", **more):
    point = OperatingPoint("loose", 0.05, 0.5, OWN, n_clean=40)
    predictions = tuple(Prediction(image, label, BOX, 0.9 - image / 100) for image in images)
    return Run(name, predictions, **{"points": (point,), **more})


def _written(metrics, tmp_path):
    write_report(metrics, tmp_path / "report.html")
    return (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "pool",
    [
        _pool(0, 1),
        _pool(1, 0),
        _pool(0, 6),
        _pool(3, 0),
        PoolTruth("bare", (), (ScanTruth("s", "x", "g", "test", (), frozenset()),), ()),
    ],
    ids=["one clean scan", "one threat", "no threat", "no clean scan", "no image, no label"],
)
def test_a_degenerate_evaluation_has_a_report(pool, tmp_path, capsys):
    runs = [_run("nothing found"), _run("nothing processed", processed=frozenset())]
    runs += [_run("one found", 1)] if pool.labels else []
    metrics = evaluate(pool, runs, split="test", draws=5)
    page = Page(_written(metrics, tmp_path))
    assert "nan" not in page.shown.split()
    assert "None" not in page.shown
    print_summary(metrics, tmp_path)
    assert "None" not in capsys.readouterr().out


def test_the_report_says_what_was_counted(tmp_path):
    run = _run("A", 1, 4, processed=frozenset(range(1, 9)), notes=("made by hand",), models=("net (SHA-256 ee)",))
    text = Page(_written(evaluate(_pool(), [run], split="test", draws=20), tmp_path)).shown
    for wanted in (
        "9 scans (9 images) in 9 independent groups",
        "3 with at least one threat (3 threats in all), 6 clean",
        "A did not process 1 of 9 scans",
        "8 of 9",
        "made by hand",
        "Model net (SHA-256 ee).",
        "33.3 % [0.8, 90.6]",  # one threat of three, by scipy's binomtest
        "20.0 % [0.5, 71.6]",  # one alarm among the five clean scans that were processed
        "40 clean scans; which scans: not stated",
    ):
        assert wanted in text, wanted


def test_a_run_without_any_point_is_still_in_the_report_and_the_summary(tmp_path):
    metrics = evaluate(_pool(), [_run("A", 1), _run("B", 1)], split="test", draws=5)
    for run in metrics["runs"].values():
        for part in (run["overall"], *run["per_scanner"].values()):
            part["operating_points"] = []
    metrics["comparisons"][0]["operating_points"] = []
    text = Page(_written(metrics, tmp_path)).shown
    assert "no operating point" in text
    stream = io.StringIO()
    print_summary(metrics, tmp_path, Console(file=stream, width=200))
    assert stream.getvalue().count("no operating point") == 2
    assert "0.337" in stream.getvalue()  # AP50 needs no threshold: 34 of 101 recall points are reached


@pytest.mark.parametrize(("name", "other"), list(zip(HOSTILE[::2], HOSTILE[1::2], strict=True)))
def test_names_from_outside_are_shown_and_never_run(name, other, tmp_path):
    pool = _pool(names=(name, other), label=name, units=4)
    units = {f"u{i}": UnitResult("mismatch", i, 0.01) for i in range(1, 5)}
    point = OperatingPoint(name, 0.05, 0.5, OWN, n_clean=40, reason=other)
    more = {"label": name, "points": (point,), "units": units, "notes": (name,), "models": (other,)}
    runs = [_run(name, 1, 4, **more), _run(other, 1, 4, **more)]
    metrics = evaluate(pool, runs, split="test", draws=5)
    page = Page(_written(metrics, tmp_path))
    assert page.tags.isdisjoint({"script", "img", "iframe", "object", "embed", "base", "form", "image"})
    assert (page.fetched, page.handlers) == ([], [])
    assert min(page.shown.count(name), page.shown.count(other)) >= 8
    stream = io.StringIO()
    print_summary(metrics, tmp_path, Console(file=stream, width=2000))
    for text in filter(str.isprintable, (name, other)):
        assert text.strip() in stream.getvalue()


def test_the_report_needs_nothing_but_itself(tmp_path):
    text = _written(evaluate(_pool(), [_run("A", 1, 4), _run("B", 2)], split="test", draws=5), tmp_path)
    page = Page(text)
    assert (page.fetched, page.handlers) == ([], [])
    assert page.tags.isdisjoint({"script", "link", "img", "iframe"})
    assert "@import" not in text
    assert page.tags >= {"svg", "table", "style"}


def test_the_same_metrics_give_the_same_bytes_read_back_or_not_and_stay_as_they_were(tmp_path):
    metrics = evaluate(_pool(units=4), [_run("A", 1, 4), _run("B", 2)], split="test", draws=5)
    before = copy.deepcopy(metrics)
    first = _written(metrics, tmp_path)
    assert metrics == before
    assert _written(json.loads(json.dumps(metrics)), tmp_path) == first
    assert str(Path.cwd()) not in first


def test_many_runs_keep_their_colours_and_all_are_drawn(tmp_path):
    runs = [_run(f"run {place}", 1, 4) for place in range(9)]
    page = Page(_written(evaluate(_pool(), runs, split="test", draws=2), tmp_path))
    assert all(f"run {place}" in page.shown for place in range(9))


def test_shares_numbers_and_differences_are_put_in_words():
    half = {"value": 0.5, "lower": 0.25, "upper": 0.75}
    alone = {"value": 0.5, "lower": None, "upper": None}
    nothing = {"value": None, "lower": None, "upper": None}
    assert [share(half), share(alone), share(nothing), share(None)] == ["50.0 % [25.0, 75.0]", "50.0 %", "–", "–"]
    assert [number(half), number(alone), number(nothing)] == ["0.500 [0.250, 0.750]", "0.500", "–"]
    assert points({"value": -0.1, "lower": -0.2, "upper": 0.05}) == "−10.0 [−20.0, +5.0]"
    assert points({"value": -0.1, "lower": None, "upper": None}) == "−10.0"
    assert [p_value(None), p_value(0.0004), p_value(0.05), p_value(1.0)] == ["–", "< 0.001", "0.050", "1.000"]
    assert [threshold(None), threshold(0.123456), threshold(-1.7e308)] == ["–", "0.1235", "any finding"]
