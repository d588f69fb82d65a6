import numpy as np
import pytest

from declarations import (
    CalibrationTable,
    Check,
    DeclarationError,
    Evidence,
    Line,
    MassEvidence,
    UnitClaim,
    Verdict,
    calibration_tables,
    check_unit,
    score_checks,
    unit_verdict,
)

COFFEE = Line(line_no=1, commodity_code="0901", description="Coffee", gross_mass_kg=9000)
CLAIM = UnitClaim(unit_id="u", lines=(COFFEE,), tare_kg=4000, region_xyxy=(0, 0, 5, 5))
HONEST = Evidence({"bulk_food": 3.0, "steel": -2.0, "tobacco": -4.0}, MassEvidence(13_000, 12_000, 14_000), 0.6)
SWAPPED = Evidence({"bulk_food": -3.0, "steel": 4.0, "tobacco": -4.0}, MassEvidence(26_000, 24_000, 28_000), 0.6)


def _tables(n, scanner="s", seed=0):
    rng = np.random.default_rng(seed)
    scored = []
    for _ in range(n):
        noise = rng.normal(size=4)
        goods = {"bulk_food": 3 + noise[0], "steel": -2 + noise[1], "tobacco": -4 + noise[2]}
        kg = 13_000 * np.exp(0.1 * noise[3])
        scored.append((scanner, score_checks(CLAIM, Evidence(goods, MassEvidence(kg, kg, kg), 0.6))))
    return calibration_tables(scored)


def _by_name(checks):
    return {check.name: check for check in checks}


def test_a_problem_means_no_check():
    checks = check_unit(CLAIM.model_copy(update={"problem": "no declaration"}), HONEST, _tables(99), "s", 0.05)
    assert checks == ()
    assert unit_verdict(checks, 0.05) is Verdict.NONE


def test_nothing_known_is_never_consistent():
    checks = check_unit(UnitClaim(unit_id="u"), Evidence(), _tables(99), "s", 0.05)
    assert {check.verdict for check in checks} == {Verdict.CANNOT_TELL}
    assert all(check.reason and check.p_value is None for check in checks)
    assert unit_verdict(checks, 0.05) is Verdict.CANNOT_TELL


@pytest.mark.parametrize("missing", ["goods", "mass"])
def test_one_kind_missing_is_never_consistent(missing):
    evidence = Evidence({} if missing == "goods" else HONEST.goods_logit, None if missing == "mass" else HONEST.mass)
    checks = check_unit(CLAIM, evidence, _tables(99), "s", 0.05)
    assert unit_verdict(checks, 0.05) is Verdict.CANNOT_TELL


def test_an_honest_unit_is_consistent_and_a_swapped_one_is_not():
    tables = _tables(99)
    honest, swapped = (check_unit(CLAIM, evidence, tables, "s", 0.05) for evidence in (HONEST, SWAPPED))
    assert {check.verdict for check in honest} == {Verdict.CONSISTENT}
    assert {check.verdict for check in swapped} == {Verdict.MISMATCH}
    assert [check.p_value for check in swapped] == [0.01] * 3
    assert (unit_verdict(honest, 0.05), unit_verdict(swapped, 0.05)) == (Verdict.CONSISTENT, Verdict.MISMATCH)


def test_the_officer_reads_what_was_declared_and_seen():
    checks = _by_name(check_unit(CLAIM, SWAPPED, _tables(99), "s", 0.05))
    assert "Iron and steel" in checks["undeclared_goods"].reason
    assert "none looked as odd" in checks["undeclared_goods"].reason
    assert checks["undeclared_goods"].declared == "0901 Coffee"
    assert checks["declared_goods_absent"].reason.startswith("Coffee, grain, flour, sugar in bags: declared")
    assert checks["mass"].observed.model_dump() == {"value": 26_000, "lower": 24_000, "upper": 28_000, "unit": "kg"}
    assert "+100%" in checks["mass"].reason
    assert checks["mass"].region == (0, 0, 5, 5)


def test_another_scanner_is_not_calibrated_but_its_values_are_told():
    checks = check_unit(CLAIM, SWAPPED, _tables(99), "t", 0.05)
    assert {check.verdict for check in checks} == {Verdict.CANNOT_TELL}
    assert all("Not calibrated for scanner t" in check.reason for check in checks)
    assert all(check.observed is not None and check.p_value is None for check in checks)


@pytest.mark.parametrize(
    ("n", "verdict"), [(0, Verdict.CANNOT_TELL), (58, Verdict.CANNOT_TELL), (59, Verdict.MISMATCH)]
)
def test_a_table_that_can_never_flag_says_so(n, verdict):
    tables = [CalibrationTable(check="mass", scanner="s", n=n, scores=(0.0,) * n)]
    check = _by_name(check_unit(CLAIM, SWAPPED, tables, "s", 0.05))["mass"]
    assert check.verdict is verdict
    assert check.p_value == 1 / (n + 1)
    if verdict is Verdict.CANNOT_TELL:
        assert f"n = {n} calibration units cannot support a rate of 5 % over 3 checks; at least 59" in check.reason


def test_an_opaque_unit_is_bounded_from_below_only():
    evidence = Evidence(HONEST.goods_logit, MassEvidence(99_000, 13_500, None))
    check = _by_name(check_unit(CLAIM, evidence, _tables(99), "s", 0.05))["mass"]
    assert (check.observed.value, check.observed.lower, check.observed.upper) == (None, 13_500, None)
    assert "opaque" in check.reason


def test_a_declared_empty_unit():
    tables = [CalibrationTable(check="declared_empty", scanner="s", n=99, scores=(0.001,) * 99)]
    claim = UnitClaim(unit_id="u", declared_empty=True)
    check = _by_name(check_unit(claim, Evidence(fill=0.3), tables, "s", 0.05))["declared_empty"]
    assert check.verdict is Verdict.MISMATCH
    assert "30.0% of the picture is denser than bare walls" in check.reason


def test_hostile_text_stays_text():
    line = COFFEE.model_copy(update={"description": "=cmd|'/C calc'!A0 <script>{0}{{7*7}}%s"})
    checks = check_unit(CLAIM.model_copy(update={"lines": (line,)}), HONEST, _tables(99), "s", 0.05)
    assert checks[0].declared == f"0901 {line.description}"


def test_a_check_is_written_without_its_ranking_number():
    check = check_unit(CLAIM, SWAPPED, _tables(99), "s", 0.05)[0]
    assert check.fine_p_value is not None
    assert set(check.model_dump()) == {"name", "verdict", "p_value", "declared", "observed", "region", "reason"}
    assert Check.model_validate_json(check.model_dump_json()).p_value == check.p_value


@pytest.mark.parametrize("rate", [0, 1, -0.1, float("nan")])
def test_rates_that_are_none(rate):
    with pytest.raises(DeclarationError, match="between 0 and 1"):
        check_unit(CLAIM, HONEST, (), "s", rate)


def test_two_tables_for_one_check():
    with pytest.raises(DeclarationError, match="one calibration table"):
        check_unit(CLAIM, HONEST, [*_tables(5), *_tables(5)], "s", 0.05)
