import json
from collections import Counter

import numpy as np
import pytest

from datasets.checks.run import check_pool
from datasets.sandbox import Rates, generate
from datasets.sandbox.contraband.hiding import LABELS
from datasets.sandbox.physics.detector import detect, expected
from datasets.sandbox.physics.projection import project
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import FALSEHOODS, scan_rng
from datasets.sandbox.simulate import simulate
from tests.datasets.sandbox.ordering import ONE, field_of, order_of, plan_of

SEED, RATES, SCANNER = 5, Rates(0.5, 0.4, 0.1), read_scanner().at_pitch(48.0)


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def rows(pool, name):
    return [json.loads(line) for line in (pool.root / name).read_text(encoding="utf-8").splitlines()]


def keys(value):
    """Every key of a JSON value, and of what is in it."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values())) if value else set()
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


@pytest.fixture(scope="module")
def outcomes(small_pool):
    return {record.scan_id: small_pool.truth[record.units[0].unit_id] for record in small_pool.scans}


def test_one_honest_scan_with_nothing_hidden(tmp_path):
    made = generate(tmp_path, order_of(0, Rates(0, 0, 0), SCANNER), scans=1)
    assert (made.scans, made.clean, made.contraband, made.false, made.objects) == (1, 1, 0, 0, 0)


def test_everything_hidden_and_everything_false(tmp_path):
    made = generate(tmp_path, order_of(0, Rates(1, 1, 0), SCANNER), scans=6)
    assert (made.clean, made.contraband, made.false) == (0, 6, 6)


def test_everything_empty(tmp_path):
    made = generate(tmp_path, order_of(0, Rates(0, 0, 1), SCANNER), scans=4)
    assert made.clean == 4
    assert (tmp_path / "declarations.jsonl").read_bytes() == b""


def test_the_bytes_are_the_same_for_one_worker_and_two_and_again(tmp_path):
    pools = []
    for name, workers in (("one", 1), ("two", 2), ("again", 1)):
        calls = []
        generate(tmp_path / name, order_of(3, RATES, SCANNER), scans=6, workers=workers,
                 progress=lambda calls=calls: calls.append(1))  # fmt: skip
        assert len(calls) == 6
        pools.append(files_of(tmp_path / name))
    assert len(pools[0]) == 6 + 5
    assert pools[0] == pools[1] == pools[2]


def test_a_longer_pool_begins_like_a_shorter_one(tmp_path, small_pool):
    generate(tmp_path, order_of(SEED, RATES, SCANNER), scans=3)
    for path in sorted((tmp_path / "images").iterdir()):
        assert path.read_bytes() == (small_pool.root / "images" / path.name).read_bytes()


def test_another_seed_is_another_picture():
    one, two = (simulate(seed, 0, RATES, SCANNER, ONE).counts_CHW for seed in (1, 2))
    assert (one != two).any()


def test_the_pool_is_sound(small_pool):
    assert check_pool(small_pool) == []


def test_all_kinds_of_outcome_and_falsehood_are_there(outcomes):
    assert {truth.outcome for truth in outcomes.values()} == {"clean", "contraband", "false_declaration", "both"}
    assert {false.kind for truth in outcomes.values() for false in truth.falsehoods} == {*FALSEHOODS, "contraband"}


def test_boxes_are_the_bounds_of_their_outlines_and_inside_the_picture(small_pool):
    images = {image.id: image for image in small_pool.annotations.images}
    whole = 0
    assert small_pool.annotations.annotations
    for entry in small_pool.annotations.annotations:
        x, y, width, height = entry.bbox
        image = images[entry.image_id]
        assert x >= 0
        assert y >= 0
        assert x + width <= image.width
        assert y + height <= image.height
        assert 0 < entry.area <= width * height
        points = [np.array(polygon).reshape(-1, 2) for polygon in entry.segmentation]
        if points:  # corners are pixels, so the last one is half-open bound - 1; one-pixel-wide parts have no outline
            corners = np.concatenate(points)
            low, high = corners.min(axis=0), corners.max(axis=0) + 1
            assert (low >= [x, y]).all()
            assert (high <= [x + width, y + height]).all()
            whole += bool((low == [x, y]).all() and (high == [x + width, y + height]).all())
    assert whole > 0.8 * len(small_pool.annotations.annotations)


def test_annotations_say_where_contraband_is_and_nowhere_else(small_pool, outcomes):
    scans = {image.id: image.scan_id for image in small_pool.annotations.images}
    found = Counter(scans[entry.image_id] for entry in small_pool.annotations.annotations)
    assert set(found) == {name for name, truth in outcomes.items() if truth.outcome in ("contraband", "both")}
    numbers = [entry.id for entry in small_pool.annotations.annotations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [category.name for category in small_pool.annotations.categories] == sorted(LABELS)


def test_scans_and_declarations_do_not_tell_what_is_false(small_pool, outcomes):
    """No key but those of honest units; no name of a falsehood; no label but the list of what was looked for."""
    scans, declarations = rows(small_pool, "scans.jsonl"), rows(small_pool, "declarations.jsonl")
    honest = [row for row in scans if outcomes[row["scan_id"]].outcome == "clean"]
    others = [row for row in scans if outcomes[row["scan_id"]].outcome != "clean"]
    assert keys(honest) == keys(others)
    for row in scans:
        assert row.pop("examined_for") == sorted(LABELS)
    text = json.dumps([scans, declarations])
    for word in (*FALSEHOODS, "falsehood", "contraband", "truth", "outcome", "actual", "factor"):
        if word != "declared_empty":  # the name of a statement as well, true or false
            assert word not in text
    cigarettes_declared = {line["description"] for row in declarations for line in row["lines"]}
    for label in set(LABELS) - {"cigarettes"}:
        assert not any(label in description.lower() for description in cigarettes_declared)


def test_truly_and_falsely_empty_units_are_described_alike(small_pool, outcomes):
    empty = [(outcomes[r.scan_id], r.units[0]) for r in small_pool.scans if r.units[0].declared_empty]
    assert {truth.outcome in ("clean", "contraband") for truth, _ in empty} == {False, True}
    for _, unit in empty:
        assert unit.declarations == ()
        assert unit.tare_kg == empty[0][1].tare_kg


def test_names_splits_and_months_do_not_depend_on_what_is_false(tmp_path, small_pool):
    honest = tmp_path / "honest"
    generate(honest, order_of(SEED, Rates(0, 0, 0), SCANNER), scans=8)
    for line, record in zip((honest / "scans.jsonl").read_text().splitlines(), small_pool.scans, strict=False):
        row = json.loads(line)
        assert (row["scan_id"], row["group"], row["split"]) == (record.scan_id, record.group, record.split)
        assert row["captured"] == record.captured


def test_honest_declarations_weigh_what_was_laid(small_pool, outcomes, scene_of):
    checked = 0
    for index, record in enumerate(small_pool.scans):
        if outcomes[record.scan_id].outcome not in ("clean", "contraband") or record.units[0].declared_empty:
            continue
        _, scene = scene_of(SEED, index, RATES)
        (claim,) = small_pool.claims(record)
        told = Counter()
        for line in claim.lines:
            told[line.commodity_code[:6]] += line.gross_mass_kg
        assert list(told) == [load.goods.commodity_code for load in scene.units[0].loads]
        for load in scene.units[0].loads:  # off by the weighbridge, 0.5 %, and by rounding, 1 % or 0.05 kg a line
            assert told[load.goods.commodity_code] == pytest.approx(load.mass_kg, rel=0.0151, abs=0.1)
        assert claim.gross_mass_kg == pytest.approx(sum(line.gross_mass_kg for line in claim.lines))
        checked += 1
    assert checked > 15


def test_the_truth_lists_what_was_laid(small_pool, outcomes, scene_of):
    for index, record in enumerate(small_pool.scans):
        _, scene = scene_of(SEED, index, RATES)
        codes = [line.commodity_code for line in outcomes[record.scan_id].lines]
        assert codes == [load.goods.commodity_code for load in scene.units[0].loads]


def test_units_of_a_consignment_share_declaration_and_group(small_pool):
    groups = Counter(record.group for record in small_pool.scans)
    shared = [record for record in small_pool.scans if groups[record.group] == 2]
    assert shared
    for one, two in zip(shared[::2], shared[1::2], strict=True):
        assert one.split == two.split
        parts = [part for record in (one, two) for part in record.units[0].declarations]
        numbers = [number for part in parts for number in part.line_nos]
        assert len({part.declaration_id for part in parts}) <= 1
        assert len(set(numbers)) == len(numbers)


def test_an_empty_scene_has_only_structure(scene_of):
    hollow = Rates(0, 0, 1)
    for index in range(3):
        _, scene = scene_of(8, index, hollow)
        scan = simulate(8, index, hollow, read_scanner().at_pitch(24.0), ONE)
        scanner = read_scanner().at_pitch(24.0)
        field = field_of(scanner)
        structure = project(scene.structure, field)
        counts = detect(expected(structure, scanner), scanner, scan_rng(8, index, 3))
        np.testing.assert_array_equal(scan.counts_CHW, counts)
        assert scan.units[0].objects == ()
        assert scan.units[0].declared == ()


def test_goods_darken_the_picture_and_air_stays_air():
    hollow, loaded = (simulate(8, 0, Rates(0, 0, share), read_scanner().at_pitch(24.0), ONE) for share in (1.0, 0.0))
    x0, y0, x1, y1 = (round(edge) for edge in loaded.units[0].region_xyxy)
    inner = (slice(None), slice(y0 + 8, y1 - 24), slice(x0 + 8, x1 - 8))
    assert loaded.counts_CHW[inner].mean() < 0.9 * hollow.counts_CHW[inner].mean()
    above = loaded.counts_CHW[:, : y0 - 2]  # blur reaches two pixels; the gain of a row is off by 0.15 % (sigma)
    np.testing.assert_allclose(above.mean(axis=(1, 2)), 60000, rtol=4 * 0.0015)


def test_a_plan_that_cannot_be_laid_is_not_lied_about():
    """A car with no room leaves an empty unit, truly declared empty; two kinds of which one fits are both declared."""
    found = 0
    for index in range(800):
        plan = plan_of(6, index, Rates(0, 1, 0))
        if [goods.style for goods in plan.units[0].goods] != ["cars"]:
            continue
        scan = simulate(6, index, Rates(0, 1, 0), read_scanner().at_pitch(60.0), ONE)
        found += scan.units[0].declared == ()
    assert found
