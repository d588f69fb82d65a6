"""The report of a check: alone on its page, same bytes, and what names say is shown, never run."""

import html.parser
import json
import shutil

import pytest

from datasets.check_report.bars import stacked_bars
from datasets.checks.plain import plain
from datasets.pool import PoolError
from datasets.verbs import check
from datasets.verbs.outcome import quietly
from tests.datasets.checks.sound import edit_lines, edit_object, reseal, sound_pool

HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>'\u202etxt"


class Page(html.parser.HTMLParser):
    """Tags and attributes of a page, as a browser sees them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.words = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        assert not [name for name, _ in attributes if name.startswith("on")]
        self.links += [value for name, value in attributes if name in ("src", "href", "action", "data")]

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return sound_pool(tmp_path_factory.mktemp("sound") / "pool")


def report_of(pool, path, pixels=True):
    outcome = check.run(pool=pool, report=path, pixels=pixels, track=quietly)
    return outcome, path.read_text(encoding="utf-8")


def test_a_sound_pool_is_said_to_be_sound_with_a_sheet_for_each_label(sound, tmp_path):
    outcome, text = report_of(sound, tmp_path / "report.html")
    page = Page(text)
    assert outcome.problems == ()
    assert "All is as it should be." in text
    assert {"firearm", "narcotics"} <= set(page.words)
    assert page.tags.count("img") >= 24
    assert page.tags.count("svg") == 4


def test_nothing_is_asked_of_the_network(sound, tmp_path):
    _, text = report_of(sound, tmp_path / "report.html")
    assert all(link.startswith("data:image/jpeg;base64,") for link in Page(text).links)
    assert "http:" not in text
    assert "https:" not in text


def test_same_pool_same_bytes(sound, tmp_path):
    assert report_of(sound, tmp_path / "a.html")[1] == report_of(sound, tmp_path / "b.html")[1]


def test_hostile_names_are_shown_and_not_run(sound, tmp_path):
    root = shutil.copytree(sound, tmp_path / "pool")
    edit_object(root / "pool.json", lambda info: info.update(name=HOSTILE, labels=[HOSTILE, "narcotics"]))
    edit_object(root / "annotations.json", lambda found: found["categories"][0].update(name=HOSTILE))

    def rename(records):
        for record in records:
            record |= {"scanner": HOSTILE, "site": HOSTILE, "group": HOSTILE + record["group"]}
            record["scan_id"] = record["scan_id"] + HOSTILE

    edit_lines(root / "scans.jsonl", rename)
    reseal(root)
    (root / "images" / "x<script>.txt").write_text("x")
    (root / "images").joinpath("\udcff.txt").write_text("x")
    outcome, text = report_of(root, tmp_path / "report.html")
    page = Page(text)
    assert "script" not in page.tags
    assert "\u202e" not in text
    assert outcome.problems
    assert all(line.isprintable() for line in outcome.problems)
    assert any("<script>alert(1)</script>" in words for words in page.words)


def test_a_report_of_a_pool_with_every_box_broken(sound, tmp_path):
    root = shutil.copytree(sound, tmp_path / "pool")

    def spoil(document):
        odd = [[-5, -5, 1000, 1000], [10, 10, -3, 4], [1e300, 0, 1e300, 5], [0, 0, 0, 0], [1e-9, 63, 80, 1e-9]]
        for number, box in enumerate(document["annotations"]):
            box["bbox"] = odd[number % len(odd)]

    edit_object(root / "annotations.json", spoil)
    (root / "images" / "s004.tiff").unlink()
    (root / "images" / "s005.tiff").write_bytes(b"no picture")
    outcome, text = report_of(root, tmp_path / "report.html")
    assert "not readable" in text
    assert {line.split(":")[0] for line in outcome.problems} >= {"boxes_inside", "boxes_have_area", "files_there"}


def test_without_pixels_there_are_no_pictures(sound, tmp_path):
    _, text = report_of(sound, tmp_path / "report.html", pixels=False)
    assert "img" not in Page(text).tags
    assert "files were not read" in text


def test_a_sealed_pool_shows_no_truth(sound, tmp_path):
    root = shutil.copytree(sound, tmp_path / "pool")
    for name in ("truth.jsonl", "annotations.json", "masks/s000.tiff"):
        (root / name).unlink()
    _, text = report_of(root, tmp_path / "report.html")
    assert "Sealed" in text
    assert "img" not in Page(text).tags


def test_a_report_does_not_go_into_the_pool(sound):
    with pytest.raises(PoolError, match="holds its own files alone"):
        check.run(pool=sound, report=sound / "report.html", pixels=False, track=quietly)
    assert not (sound / "report.html").exists()


def test_problems_end_with_code_three_and_name_the_place(sound, tmp_path):
    root = shutil.copytree(sound, tmp_path / "pool")
    (root / "images" / "s003.tiff").unlink()
    outcome = check.run(pool=root, report=None, pixels=True, track=quietly)
    assert outcome.problems == ("files_there: s003: images/s003.tiff is missing",)
    assert json.dumps(outcome.tables)


def test_bars_are_as_long_as_their_counts():
    svg = stacked_bars({"a": [1, 1], "<b>": [4, 0]}, ("x", "y"))
    assert 'width="105.0"' in svg
    assert 'width="420.0"' in svg
    assert "&lt;b&gt;" in svg
    assert stacked_bars({}, ("x",)) == ""
    assert stacked_bars({"none": [0]}, ("x",)).count('width="0.0"') == 1


def test_plain_text_has_no_characters_that_turn_a_page():
    assert plain("a\u202eb\x00c\nd") == "a\ufffdb\ufffdc\ufffdd"
    assert len(plain("x" * 1000)) == 400
