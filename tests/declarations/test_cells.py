import contextlib
import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import DeclarationError, Package
from declarations.cells import parse_count, parse_flag, parse_mass, parse_number, parse_packages


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("0", None, "0"),
        ("1250", None, "1250"),
        ("1250.5", None, "1250.5"),
        ("1250,5", None, "1250.5"),
        ("0.125", None, "0.125"),
        ("1,250.5", None, "1250.5"),
        ("1.250,5", None, "1250.5"),
        ("1.234.567", None, "1234567"),
        ("12.345", ".", "12.345"),
        ("12.345", ",", "12345"),
        ("12,345", ",", "12.345"),
    ],
)
def test_numbers_with_one_reading(text, mark, value):
    assert parse_number(text, mark) == Decimal(value)


@pytest.mark.parametrize("text", ["12.345", "1,250", "999.000"])
def test_two_readings_are_refused(text):
    with pytest.raises(DeclarationError, match="two readings"):
        parse_number(text, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-1",
        "+1",
        "nan",
        "inf",
        "1e5",
        "12 kg",
        "=1+1",
        "=cmd|'/C calc'!A0",
        "1.2.3",
        "٣",
        "1_000",
        "0x10",
        "9" * 13,
    ],
)
@pytest.mark.parametrize("mark", [None, ".", ","])
def test_no_numbers(text, mark):
    with pytest.raises(DeclarationError):
        parse_number(text, mark)


def test_masses_are_kilograms():
    assert parse_mass(" ", "kg", None) is None
    assert parse_mass("1.1", "t", None) == 1100.0
    assert parse_mass("100", "lb", None) == pytest.approx(45.359237)


@settings(derandomize=True)
@given(st.decimals(0, 10**9, places=4), st.sampled_from(".,"))
def test_a_stated_mark_reads_back_what_was_written(value, mark):
    assert parse_number(f"{value:f}".replace(".", mark), mark) == value
    assert parse_number(f"{value:,f}".translate({44: 46, 46: 44} if mark == "," else {}), mark) == value


@settings(derandomize=True)
@given(st.text(max_size=30))
def test_any_text_is_a_finite_number_or_an_error(text):
    with contextlib.suppress(DeclarationError):
        assert math.isfinite(parse_mass(text, "lb", None) or 0)


def test_flags():
    assert [parse_flag(text) for text in ("", "TRUE", "no", " 1 ")] == [None, True, False, True]
    with pytest.raises(DeclarationError):
        parse_flag("maybe")


def test_packages():
    assert parse_packages("") == ()
    assert parse_packages("40 CT | 2 PX") == (Package(count=40, type="CT"), Package(count=2, type="PX"))
    assert parse_packages("7") == (Package(count=7, type="package"),)
    with pytest.raises(DeclarationError):
        parse_packages("some cartons")


@pytest.mark.parametrize("text", ["", "0", "-1", "1.0", "x", "9" * 10])
def test_no_line_numbers(text):
    with pytest.raises(DeclarationError):
        parse_count(text)
