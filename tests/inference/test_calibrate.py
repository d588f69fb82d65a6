"""Freezing: what the clean scans allow is promised, what they are too few for is said."""

import math

import pytest

from declarations import Evidence, MassEvidence, UnitClaim
from declarations.schema import Line
from inference.calibrate import HonestUnit, Observation, calibrated
from models import PackageSpec

SPEC = PackageSpec(name="test", components=())
RATES = {"strict_rate": 0.01, "loose_rate": 0.05, "pool_hash": "abc"}


def honest(kilograms: float) -> HonestUnit:
    claim = UnitClaim(unit_id="u", tare_kg=2000, gross_mass_kg=8000, lines=(Line(line_no=1, commodity_code="720851"),))
    mass = MassEvidence(kilograms, kilograms * 0.9, kilograms * 1.1)
    return HonestUnit(claim, Evidence({"steel": 2.0, "textiles": -3.0}, mass, 0.5))


def observations(clean: int, threat: int = 0) -> list[Observation]:
    quiet = [Observation(f"c{n:03}", "s", n / 1000, True, (honest(10_000 + n),)) for n in range(clean)]
    return quiet + [Observation(f"t{n:03}", "s", 0.99, False) for n in range(threat)]


def test_no_scan_at_all_promises_nothing():
    spec = calibrated(SPEC, [], **RATES)
    assert [point.threshold for point in spec.operating_points] == [None, None]
    assert spec.calibration == ()
    assert "at least 99 clean scans" in spec.operating_points[0].reason


@pytest.mark.parametrize(
    ("clean", "strict", "loose"), [(18, False, False), (19, False, True), (98, False, True), (99, True, True)]
)
def test_rates_are_promised_from_enough_clean_scans_on(clean, strict, loose):
    points = calibrated(SPEC, observations(clean), **RATES).operating_points
    assert [point.threshold is not None for point in points] == [strict, loose]


def test_scans_with_threats_do_not_move_a_threshold():
    one = calibrated(SPEC, observations(200), **RATES).operating_points
    other = calibrated(SPEC, observations(200, threat=50), **RATES).operating_points
    assert one == other
    assert one[0].threshold > one[1].threshold
    assert one[0].n_clean == 200
    assert one[0].clean_scans[:2] == ("c000", "c001")


def test_at_most_the_promised_share_of_the_clean_scans_alarms():
    clean = observations(199)
    for point in calibrated(SPEC, clean, **RATES).operating_points:
        share = sum(one.top_score >= point.threshold for one in clean) / len(clean)
        assert share <= point.rate


def test_scans_without_any_finding_are_the_quietest():
    points = calibrated(SPEC, [Observation(f"{n}", "s", -math.inf, True) for n in range(100)], **RATES).operating_points
    assert all(point.threshold < 0 for point in points)


def test_tables_hold_one_score_for_each_honest_unit_of_a_scanner():
    tables = {table.check: table for table in calibrated(SPEC, observations(30, threat=5), **RATES).calibration}
    assert set(tables) == {"mass", "undeclared_goods", "declared_goods_absent"}
    assert {table.n for table in tables.values()} == {30}
    assert tables["mass"].scanner == "s"
    assert tables["mass"].scores == tuple(sorted(abs(math.log((10_000 + n) / 10_000)) for n in range(30)))


def test_rates_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="strict rate lies below"):
        calibrated(SPEC, [], strict_rate=0.05, loose_rate=0.05, pool_hash="")
