"""Linking a pool to its source: a plain copy is found whole, a stranger not at all, each way finds its own trace."""

import io
import json
import shutil

import cv2
import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.attack.headers import Needles, add_found, add_needles
from datasets.attack.ledger import Ledger
from datasets.attack.row_order import order_of
from datasets.attack.run import attack
from datasets.attack.seen import Look, Seen
from datasets.attack.strings import header_strings
from datasets.pool import PoolError
from datasets.readings import AnewEachTime
from datasets.verbs import attack as verb
from datasets.verbs.outcome import quietly
from imaging import write_tiff
from tests.datasets.checks.sound import edit_lines, edit_object, picture, reseal, sound_pool, store_anew

COUNT = 24


def textured(seed, size_hw=(120, 160)):
    """A picture with blobs of its own, dark on white, uint8 HW."""
    random = np.random.default_rng(seed)
    canvas = np.full(size_hw, 250, np.uint8)
    for _ in range(25):
        x, y = random.integers(0, size_hw[1]), random.integers(0, size_hw[0])
        axes = tuple(int(value) for value in random.integers(4, 22, 2))
        cv2.ellipse(
            canvas, (int(x), int(y)), axes, float(random.uniform(0, 180)), 0, 360, int(random.integers(30, 220)), -1
        )
    return cv2.GaussianBlur(canvas, (0, 0), 1)


@pytest.fixture
def pool(tmp_path):
    """A pool whose declarations differ, and whose pictures have details."""
    root = sound_pool(tmp_path / "pool", COUNT)
    for number in range(COUNT):
        store_anew(root, number, np.stack([textured(number), textured(number) // 2]).astype(np.uint16) * 250)
    edit_lines(
        root / "declarations.jsonl",
        lambda records: [r["lines"][0].update(gross_mass_kg=10.5 + n) for n, r in enumerate(records)],
    )
    reseal(root)
    return root


def copied(pool, folder):
    shutil.copytree(pool / "images", folder)
    shutil.copy(pool / "declarations.jsonl", folder)
    return folder


def came_to(pool, source):
    found = attack(pool, source, quietly, AnewEachTime())
    return found, {linked.way: linked for linked in found.ways}


def test_a_plain_copy_is_linked_whole(pool, tmp_path):
    found, ways = came_to(pool, copied(pool, tmp_path / "source"))
    assert (found.pool_scans, found.source_scans) == (COUNT, COUNT)
    for way in ("file hash", "pixel hash", "near-duplicate", "name", "codes, masses and packages of declarations"):
        assert ways[way].one.value == 1, way
        assert ways[way].several == 0
        assert ways[way].by_guessing == 1
        assert not ways[way].contradicted
    assert ways["size and month"].one.value == 0
    assert ways["size and month"].several == COUNT
    assert ways["size and month"].by_guessing == pytest.approx(1 / COUNT)
    assert found.order.same_rank == COUNT
    assert found.order.correlation == pytest.approx(1)
    assert found.order.p_value == pytest.approx(0.001)


def test_a_stranger_is_not_linked(pool, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for number in range(COUNT):
        write_tiff(source / f"other{number}.tiff", textured(1000 + number, (110, 150))[None])
    found, ways = came_to(pool, source)
    assert {way: linked.one.value + linked.several for way, linked in ways.items()} == dict.fromkeys(ways, 0)
    assert found.without_pictures.value == 0
    assert found.order.pairs == 0
    assert found.order.correlation is None


def anonymised(pool):
    """Other names in another order, other bytes around the same pixels."""

    def rename(records):
        for place, record in enumerate(records):
            name = f"{place * 7 % COUNT:02}x"
            record["scan_id"] = name
            record["units"][0]["unit_id"] = f"u{name}"
            file = record["views"][0]["files"][0]
            old = pool / file["path"]
            pixels = np.stack([textured(place), textured(place) // 2]).astype(np.uint16) * 250
            file["path"] = f"images/{name}.tiff"
            write_tiff(pool / file["path"], pixels, compression=None)
            old.unlink()
        records.sort(key=lambda record: record["scan_id"])

    edit_lines(pool / "scans.jsonl", rename)
    for name in ("annotations.json", "truth.jsonl"):
        (pool / name).unlink()
    return pool


def test_pixels_that_were_kept_are_linked_whatever_became_of_name_order_and_bytes(pool, tmp_path):
    source = copied(pool, tmp_path / "source")
    found, ways = came_to(anonymised(pool), source)
    assert ways["pixel hash"].one.value == 1
    assert ways["near-duplicate"].one.value == 1
    assert ways["file hash"].one.value == ways["name"].one.value == 0
    assert abs(found.order.correlation) < 0.5
    assert found.order.p_value > 0.01


def test_pixels_that_changed_are_linked_by_what_they_show(pool, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for number in range(COUNT):
        _, encoded = cv2.imencode(".jpg", textured(number), (cv2.IMWRITE_JPEG_QUALITY, 60))
        (source / f"q{number:02}a.jpg").write_bytes(encoded.tobytes())
    _, ways = came_to(pool, source)
    assert ways["pixel hash"].one.value == 0
    assert ways["near-duplicate"].one.value > 0.9


def test_a_size_that_no_other_has_gives_a_scan_away(pool, tmp_path):
    source = copied(pool, tmp_path / "source")
    store_anew(pool, 3, picture(3, (33, 44)))
    write_tiff(source / "s003.tiff", picture(99, (33, 44)))
    _, ways = came_to(pool, source)
    assert ways["size and month"].one.value == pytest.approx(1 / COUNT)
    assert ways["size and month"].several == COUNT - 1


def test_months_narrow_down_where_both_sides_know_them(pool, tmp_path):
    source = copied(pool, tmp_path / "source")
    for number in range(COUNT):
        (source / f"s{number:03}.tiff").rename(source / f"2023{number % 12 + 1:02}17_{number}.tiff")
    months = [f"2023-{number % 12 + 1:02}" for number in range(COUNT)]
    edit_lines(
        pool / "scans.jsonl", lambda records: [r.update(captured=m) for r, m in zip(records, months, strict=True)]
    )
    _, ways = came_to(pool, source)
    assert ways["size and month"].by_guessing == pytest.approx(0.5)
    edit_lines(pool / "scans.jsonl", lambda records: [r.update(captured=None) for r in records])
    _, ways = came_to(pool, source)
    assert ways["size and month"].by_guessing == pytest.approx(1 / COUNT)


def dicom_with(text):
    data_set = pydicom.Dataset()
    data_set.InstitutionName = text
    data_set.Modality = "DX"
    item = pydicom.Dataset()
    item.OperatorsName = "Roe^Jane"
    data_set.RequestAttributesSequence = [item]
    buffer = io.BytesIO()
    data_set.save_as(buffer, implicit_vr=False, little_endian=True, enforce_file_format=False)
    return buffer.getvalue()


def test_strings_of_headers_are_found_wherever_they_stand_in_the_pool(pool, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "record.dcm").write_bytes(dicom_with("Port of Nowhere"))
    assert set(header_strings(source / "record.dcm")) == {b"Port of Nowhere", b"Roe^Jane"}
    edit_lines(pool / "scans.jsonl", lambda records: records[2]["rights"].update(licence="as Port of Nowhere allows"))
    edit_object(pool / "pool.json", lambda info: info.update(name="by Roe^Jane"))
    found, ways = came_to(pool, source)
    assert (found.strings, found.strings_found) == (2, 2)
    assert ways["residue of headers and names"].one.value == pytest.approx(1 / COUNT)


@given(
    st.lists(st.binary(min_size=6, max_size=30), min_size=1, max_size=20),
    st.lists(st.binary(max_size=40), max_size=20),
    st.data(),
)
def test_strings_are_found_as_python_finds_them(tmp_path_factory, texts, pieces, data):
    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite")
    for text in texts:
        key = int.from_bytes(text[:6], "little")
        ledger.database.execute("INSERT OR IGNORE INTO needles VALUES (?, ?, ?)", (key, text, "x"))
    planted = data.draw(st.lists(st.sampled_from(texts), max_size=4))
    haystack = b"".join(data.draw(st.permutations([*pieces, *planted])))
    assert Needles(ledger).in_text(haystack) == {text for text in texts if text in haystack}
    ledger.close()


@pytest.mark.parametrize("place", [0, 1, 2**18 - 20, 2**18 - 6, 2**18 - 1, 2**18, 2**19 - 3, 600_000 - 11])
def test_strings_are_found_across_the_pieces_in_which_a_file_is_read(tmp_path, place):
    text, content = b"Jane Roe 47", bytearray(600_000)
    content[place : place + len(text)] = text
    (tmp_path / "file").write_bytes(content)
    ledger = Ledger(tmp_path / "ledger.sqlite")
    key = int.from_bytes(text[:6], "little")
    ledger.database.execute("INSERT INTO needles VALUES (?, ?, ?)", (key, text, "original"))
    assert Needles(ledger).in_text(bytes(content)) == {text}
    add_found(ledger, Needles(ledger).in_file(tmp_path / "file"), "file", "scan")
    assert list(ledger.rows("SELECT pool, source FROM links")) == [("scan", "original")]
    ledger.close()


def test_the_name_of_a_file_counts_as_a_string_but_a_word_does_not(tmp_path):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for name in ("annotations", "20191228_105350_52", "100014", "deadbeef"):
        path = tmp_path / name
        path.write_bytes(b"x")
        add_needles(ledger, Seen(name, path, f"{name}.png", Look(sha256="")))
    assert [text for (text,) in ledger.rows("SELECT text FROM needles")] == [b"20191228_105350_52"]
    ledger.close()


def test_declarations_are_linked_after_the_rounding_that_the_history_tells(pool, tmp_path):
    source = copied(pool, tmp_path / "source")
    edit_object(
        pool / "pool.json",
        lambda info: info.update(
            history=[{"verb": "anonymise", "arguments": {"code_digits": 4, "mass_step_kg": 10.0}}]
        ),
    )

    def coarser(records):
        for record in records:
            for line in record["lines"]:
                line["commodity_code"] = line["commodity_code"][:4]
                line["gross_mass_kg"] = 10 * round(line["gross_mass_kg"] / 10)
                line["net_mass_kg"] = 10 * round(line["net_mass_kg"] / 10)

    edit_lines(pool / "declarations.jsonl", coarser)
    _, ways = came_to(pool, source)
    linked = ways["codes, masses and packages of declarations"]
    assert linked.one.value == 0
    assert linked.several == COUNT


@pytest.mark.parametrize(("shift", "correlation"), [(1, 1.0), (-1, -1.0)])
def test_order_is_spearmans(tmp_path, shift, correlation):
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for number in range(30):
        ledger.add_item("pool", f"p{number}", number)
        ledger.add_item("source", f"s{number}", shift * number * number + 5000)
        ledger.add_link("x", f"p{number}", f"s{number}")
    assert order_of(ledger, "x").correlation == pytest.approx(correlation)
    ledger.close()


@given(st.permutations(range(12)))
def test_order_agrees_with_scipy(tmp_path_factory, order):
    from scipy.stats import spearmanr  # noqa: PLC0415 - the oracle

    ledger = Ledger(tmp_path_factory.mktemp("ledger") / "ledger.sqlite")
    for number, place in enumerate(order):
        ledger.add_item("pool", f"p{number:02}", number)
        ledger.add_item("source", f"s{number:02}", place)
        ledger.add_link("x", f"p{number:02}", f"s{number:02}")
    found = order_of(ledger, "x")
    assert found.correlation == pytest.approx(spearmanr(range(12), order).statistic, abs=1e-12)
    assert found.same_rank == sum(number == place for number, place in enumerate(order))
    ledger.close()


def test_figures_are_written_and_are_the_same_twice(pool, tmp_path):
    source = copied(pool, tmp_path / "source")
    texts = []
    for name in ("a.json", "b.json"):
        outcome = verb.run(pool=pool, source=source, out=tmp_path / name, track=quietly)
        texts.append((tmp_path / name).read_text())
    assert texts[0] == texts[1]
    assert json.loads(texts[0])["ways"][0]["one"]["value"] == 1
    assert outcome.problems == ()
    (table,) = outcome.tables.values()
    assert table["file hash"] == "100.0% [85.8%, 100.0%]; to several 0; by guessing 100.0%"


def test_no_source_and_figures_inside_the_pool_are_refused(pool, tmp_path):
    with pytest.raises(PoolError, match="no folder"):
        verb.run(pool=pool, source=tmp_path / "nowhere", out=None, track=quietly)
    with pytest.raises(PoolError, match="its own files alone"):
        verb.run(pool=pool, source=tmp_path, out=pool / "figures.json", track=quietly)


def test_hostile_files_of_the_source_stop_nothing(pool, tmp_path):
    source = copied(pool, tmp_path / "source")
    for name, content in {
        "a.dcm": bytes(128) + b"DICM" + b"\xff" * 40,
        "b.tiff": b"II*\0\x08\0\0\0\xff\xff" + b"\xff" * 50,
        "c.png": b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt",
        "d.jpg": b"\xff\xd8\xff\xe1\x00",
        "e.csv": b"declaration_id,commodity_code\n\x00,\xff\n",
        "declarations.jsonl": b"{" * 100_000,
        "empty": b"",
    }.items():
        (source / name).write_bytes(content)
    (source / "\udcff.bin").write_bytes(b"x")
    (source / "loop").symlink_to(source)
    _, ways = came_to(pool, source)
    assert ways["file hash"].one.value == 1
