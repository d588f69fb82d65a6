"""Several units in a scan, several declarations in a unit, one declaration over several units."""

from collections import Counter

import pytest

from datasets.checks.run import check_pool
from datasets.pool import read_pool
from datasets.sandbox import Rates, generate
from datasets.sandbox.carriers.traffic import CARRIERS, carrier_names
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import plan_scan
from datasets.sandbox.simulate import lay
from tests.datasets.sandbox.ordering import order_of

SEED, SCANS, RATES = 9, 40, Rates(0.4, 0.3, 0.15)
TWO = tuple(name for name in carrier_names() if CARRIERS[name].units == 2)


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    """Forty scans of two units each."""
    folder = tmp_path_factory.mktemp("two") / "pool"
    generate(folder, order_of(SEED, RATES, read_scanner("linac_6_4_gantry").at_pitch(48.0), TWO), scans=SCANS)
    return read_pool(folder)


def test_the_pool_is_sound(pool):
    assert check_pool(pool) == []


def test_each_unit_has_truth_and_a_region_of_its_own(pool):
    for record in pool.scans:
        front, rear = record.units
        assert front.region_xyxy[2] <= rear.region_xyxy[0] + 1
        assert {front.unit_id, rear.unit_id} <= set(pool.truth)
    assert len(pool.truth) == 2 * SCANS


def test_what_is_hidden_stands_in_its_own_unit_and_picture(pool):
    """Things in the vehicle count to the front unit, whatever they are under."""
    hidden = Counter()
    for record in pool.scans:
        told = [
            falsehood.facts["label"]
            for unit in record.units
            for falsehood in pool.truth[unit.unit_id].falsehoods
            if falsehood.kind == "contraband"
        ]
        names = {category.id: category.name for category in pool.annotations.categories}
        found = [names[one.category_id] for one in pool.annotations_by_view[record.scan_id, "side"]]
        assert told == found
        hidden.update(found)
    assert sum(hidden.values()) > 20


def test_several_traders_fill_one_unit(pool):
    """Each declares goods of its own; at most one of them lies, and that is no unit declared empty."""
    shared = [unit for record in pool.scans for unit in record.units if len(unit.declarations) > 1]
    assert len(shared) >= 3
    for unit in shared:
        names = [part.declaration_id for part in unit.declarations]
        assert len(set(names)) == len(names)
        lies = [one.kind for one in pool.truth[unit.unit_id].falsehoods if one.kind != "contraband"]
        assert len(lies) <= 1
        assert "declared_empty" not in lies
    for record in pool.scans:
        for unit, claim in zip(record.units, pool.claims(record), strict=True):
            assert claim.lines_shared is False
            assert len(claim.lines) == sum(len(part.line_nos) for part in unit.declarations)


def test_one_declaration_over_two_units_has_each_line_in_one_of_them(pool):
    spans = 0
    for record in pool.scans:
        parts = [part for unit in record.units for part in unit.declarations]
        ids = Counter(part.declaration_id for part in parts)
        for name, count in ids.items():
            numbers = [number for part in parts if part.declaration_id == name for number in part.line_nos]
            assert len(set(numbers)) == len(numbers)
            spans += count == 2
    assert spans >= 5


def test_truth_lists_the_goods_of_all_traders(pool):
    for index, record in enumerate(pool.scans):
        scene, _ = lay(SEED, plan_scan(SEED, index, RATES, TWO))
        for unit, laden in zip(record.units, scene.units, strict=True):
            told = [line.commodity_code for line in pool.truth[unit.unit_id].lines]
            assert told == [load.goods.commodity_code for load in laden.loads]
            assert unit.declared_empty == (not unit.declarations)


@pytest.mark.parametrize("name", carrier_names())
def test_every_carrier_is_scanned_declared_and_labelled(tmp_path, name):
    scanner = read_scanner("linac_9_6_portal").at_pitch(60.0)
    made = generate(tmp_path, order_of(3, Rates(1, 0.5, 0.2), scanner, (name,)), scans=3)
    pool = read_pool(tmp_path)
    assert check_pool(pool) == []
    assert made.units == 3 * CARRIERS[name].units
    assert made.objects >= 1
    kinds = {unit.kind for record in pool.scans for unit in record.units}
    assert kinds <= {"container", "van", "pallet"}
    assert len(kinds) == 1
