import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import DeclarationError, Line, chapter, heading, normalise_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0901.21", "090121"),
        (" 0901 21 00 ", "09012100"),
        ("09", "09"),
        ("0901\u00a021", "090121"),
        ("0102030405", "0102030405"),
    ],
)
def test_punctuation_goes_and_zeros_stay(text, code):
    assert normalise_code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "9",
        "901",
        "90121",
        "01234567890",
        "0901-21",
        "=0901",
        "'0901",
        "٠٩٠١",
        "０９０１",
        "9.0121E+05",
        "00",
        "7701",
        "0901\x00",
    ],
)
def test_refused(text):
    with pytest.raises(DeclarationError):
        normalise_code(text)


def test_an_odd_number_of_digits_is_told_as_a_lost_zero():
    with pytest.raises(DeclarationError, match=r"90121.*5 digits.*spreadsheet"):
        normalise_code("90121")


def test_levels():
    assert (chapter("090121"), heading("090121"), heading("09")) == ("09", "0901", None)


def test_the_schema_takes_ascii_digits_only():
    with pytest.raises(ValueError, match="commodity_code"):
        Line(line_no=1, commodity_code="٠٩٠١")


@settings(derandomize=True)
@given(st.text(max_size=20))
def test_what_is_accepted_fits_the_schema_and_is_stable(text):
    try:
        code = normalise_code(text)
    except DeclarationError:
        return
    assert Line(line_no=1, commodity_code=code).commodity_code == normalise_code(code) == code
