import csv
import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import DeclarationError, Line, Package, read_flat_csv

HEADER = "scan_id,declaration_id,line_no,commodity_code,description,gross_mass_kg,net_mass_kg,packages,declared_empty"
GOOD = "a,D1,1,0901.21,Coffee,1200,1100,20 BG,"


def _write(tmp_path, text, **options):
    path = tmp_path / "flat.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_flat_csv(path, **options)


def _lines(file):
    return {(entry.scan_id, entry.declaration.declaration_id): entry.declaration.lines for entry in file.entries}


def test_header_alone(tmp_path):
    file = _write(tmp_path, HEADER)
    assert (file.entries, file.problems) == ((), ())


@pytest.mark.parametrize(
    "text", ["", "\n\n", "a;b;c", "scan_id,commodity_code\n", f"{HEADER},line_no\n", "sep=||\n" + HEADER]
)
def test_no_table(tmp_path, text):
    with pytest.raises(DeclarationError):
        _write(tmp_path, text)


def test_missing_file(tmp_path):
    with pytest.raises(DeclarationError, match="readable file"):
        read_flat_csv(tmp_path / "none.csv")


def test_utf_16_is_refused_by_name(tmp_path):
    with pytest.raises(DeclarationError, match="UTF-16"):
        _write(tmp_path, f"{HEADER}\n{GOOD}\n".encode("utf-16"))


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"sep=,\n", b"# made by hand\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_one_line(tmp_path, start, end):
    file = _write(tmp_path, start + f"{HEADER}{end}{GOOD}{end}".encode())
    (entry,) = file.entries
    assert file.problems == ()
    assert (entry.scan_id, entry.declared_empty, entry.problem, entry.tare_kg) == ("a", None, None, None)
    assert entry.declaration.lines == (
        Line(
            line_no=1,
            commodity_code="090121",
            description="Coffee",
            gross_mass_kg=1200,
            net_mass_kg=1100,
            packages=(Package(count=20, type="BG"),),
        ),
    )


def test_semicolons_tonnes_and_decimal_commas_stated_in_the_file(tmp_path):
    head = "# decimal_mark=,\nscan_id;declaration_id;commodity_code;gross_mass_t;tare_kg\n"
    (entry,) = _write(tmp_path, head + "a;D1;0901;12,345;3800\na;D1;7208;1;\n").entries
    assert [line.gross_mass_kg for line in entry.declaration.lines] == [12345, 1000]
    assert [line.line_no for line in entry.declaration.lines] == [1, 2]
    assert entry.tare_kg == 3800


def test_unit_and_mark_by_option_and_never_guessed(tmp_path):
    text = "declaration_id,commodity_code,gross_mass\nD1,0901,12.345\n"
    (entry,) = _write(tmp_path, text, mass_unit="lb", decimal_mark=".").entries
    assert entry.declaration.lines[0].gross_mass_kg == pytest.approx(12.345 * 0.45359237)
    with pytest.raises(DeclarationError, match="states its unit"):
        _write(tmp_path, text)
    with pytest.raises(DeclarationError, match="states its unit"):
        _write(tmp_path, text.replace("gross_mass", "gross_mass_stone"))
    (problem,) = _write(tmp_path, text, mass_unit="kg").problems
    assert "row 2, column gross_mass" in str(problem)


def test_empty_units_need_no_declaration(tmp_path):
    file = _write(tmp_path, f"{HEADER}\na,,,,,,,,true\nb,D2,,,,,,,yes\n")
    assert file.problems == ()
    assert [(entry.scan_id, entry.declared_empty, entry.declaration.lines) for entry in file.entries] == [
        ("a", True, ()),
        ("b", True, ()),
    ]


BAD = {
    "huge field": (f"a,D2,1,0901,{'x' * 20_000},1,1,,", "row 3: .*description"),
    "beyond the csv module": (f"a,D2,1,0901,{'x' * 200_000},1,1,,", "row 3"),
    "NUL": ("a,D2,1,0901,x\0y,1,1,,", "row 3: a NUL in column description"),
    "formula as mass": ("a,D2,1,0901,x,=cmd|'/C calc'!A0,1,,", "row 3, column gross_mass_kg"),
    "formula as code": ('a,D2,1,"=""0901""",x,1,1,,', "row 3, column commodity_code"),
    "lost zero": ("a,D2,1,901,x,1,1,,", "row 3, column commodity_code.*3 digits"),
    "negative": ("a,D2,1,0901,x,-1,1,,", "row 3, column gross_mass_kg"),
    "not a number": ("a,D2,1,0901,x,nan,1,,", "row 3, column gross_mass_kg"),
    "no line number": ("a,D2,,0901,x,1,1,,", "row 3, column line_no"),
    "no code": ("a,D2,1,,x,1,1,,", "row 3, column commodity_code"),
    "no declaration": ("a,,1,0901,x,1,1,,", "row 3, column declaration_id"),
    "flag": ("a,D2,1,0901,x,1,1,,perhaps", "row 3, column declared_empty"),
    "too few cells": ("a,D2,1,0901", "row 3: 4 cells where the header has 9"),
    "decimal comma": ("a,D2,1,0901,x,1,5,1,,", "row 3: 10 cells"),
    "open quote": ('a,D2,1,0901,"x,1,1,,', "row 3: unexpected end of data"),
    "text behind a quote": ('a,D2,1,0901,"x"y,1,1,,', "row 3: .*expected after"),
}


@pytest.mark.parametrize(("row", "told"), BAD.values(), ids=BAD)
def test_a_bad_row_is_told_and_costs_no_other(tmp_path, row, told):
    file = _write(tmp_path, f"{HEADER}\n{GOOD}\n{row}\nb,D3,1,7208,Steel,5,4,,\n")
    (problem,) = file.problems
    assert isinstance(problem, DeclarationError)
    assert re.search(told, str(problem))
    assert len(str(problem)) < 500
    assert [line.commodity_code for line in _lines(file)["a", "D1"]] == ["090121"]
    assert [line.commodity_code for line in _lines(file)["b", "D3"]] == ["7208"]
    assert [entry.problem for entry in file.entries if entry.declaration.declaration_id in ("D1", "D3")] == [None, None]


def test_bytes_that_are_not_utf8_cost_their_row_only(tmp_path):
    file = _write(tmp_path, f"{HEADER}\n".encode() + b"b,D2,1,0901,caf\xe9,1,1,,\n" + f"{GOOD}\n".encode())
    assert "row 2: bytes that are not UTF-8 in column description" in str(file.problems[0])
    assert list(_lines(file)) == [("b", "D2"), ("a", "D1")]


def test_a_declaration_with_a_bad_row_keeps_its_good_ones_and_says_so(tmp_path):
    file = _write(tmp_path, f"{HEADER}\n{GOOD}\na,D1,2,xx,?,1,1,,\na,D1,3,7208,Steel,1,1,,\n")
    (entry,) = file.entries
    assert [line.line_no for line in entry.declaration.lines] == [1, 3]
    assert "row 3, column commodity_code" in entry.problem


@pytest.mark.parametrize(
    ("second", "column"),
    [
        ("a,D1,1,0901.21,Coffee,1200,1100,20 BG,", "line_no"),
        ("b,D1,1,7208,Steel,1200,1100,,", "commodity_code"),
        ("a,D1,2,0901,Coffee,1,1,,true", "declared_empty"),
    ],
)
def test_repeats_that_disagree(tmp_path, second, column):
    first = GOOD + "false"
    file = _write(tmp_path, f"{HEADER}\n{first}\n{second}\n")
    (problem,) = file.problems
    assert f"row 3, column {column}" in str(problem)
    assert len(_lines(file)["a", "D1"]) == 1


def test_a_line_may_be_spread_over_scans(tmp_path):
    file = _write(tmp_path, f"{HEADER}\na,D1,1,7208,Steel,7000,,,\nb,D1,1,7208,Steel,3000,,,\n")
    assert file.problems == ()
    assert [entry.declaration.lines[0].gross_mass_kg for entry in file.entries] == [7000, 3000]


def test_unknown_columns_are_told_and_left_out(tmp_path):
    file = _write(tmp_path, f"{HEADER},shoe_size\n{GOOD},42\n")
    assert "'shoe_size'" in str(file.problems[0])
    assert len(file.entries) == 1


HOSTILE = [
    "=cmd|'/C calc'!A0",
    "@SUM(1)",
    "+1",
    "<script>alert(1)</script>",
    "'; DROP TABLE x;--",
    "\x1b[31m",
    "{{7*7}}",
    '5" pipe',
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(tmp_path, text):
    stream = io.StringIO()
    csv.writer(stream).writerow([text, text, 1, "0901", text, 1, 1, "", ""])
    file = _write(tmp_path, f"{HEADER}\n{stream.getvalue()}")
    (entry,) = file.entries
    assert (entry.scan_id, entry.declaration.declaration_id, entry.declaration.lines[0].description) == (text,) * 3


def test_an_unquoted_inch_mark_is_text(tmp_path):
    file = _write(tmp_path, f'{HEADER}\na,D1,1,7304,5" pipe,1,1,,\na,D1,2,7304,6" pipe,1,1,,\n')
    assert [line.description for line in file.entries[0].declaration.lines] == ['5" pipe', '6" pipe']


def test_two_stray_quotes_do_not_swallow_what_lies_between(tmp_path):
    rows = ['a,D1,1,0901,"x,1,1,,', "b,D2,1,0901,x,1,1,,", 'c,D3,1,0901,"y,1,1,,', "d,D4,1,0901,x,1,1,,"]
    file = _write(tmp_path, "\n".join([HEADER, *rows]))
    assert [str(problem).split("found ")[1][:5] for problem in file.problems] == ["row 2", "row 4"]
    assert {key: len(lines) for key, lines in _lines(file).items()}["b", "D2"] == 1
    assert {key: len(lines) for key, lines in _lines(file).items()}["d", "D4"] == 1


@pytest.mark.parametrize("close", ['c,D3,1,0901,",5,5,,', 'c,D3,1,"0901,y,5,5,,"', 'c,D3,1,0901,"'])
@pytest.mark.parametrize("between", [[], ["b,D2,1,0901,x,1,1,,"]])
def test_a_stray_quote_that_is_closed_later_takes_no_row_in(tmp_path, between, close):
    rows = ['a,D1,1,0901,"x,1,1,,', *between, close, "d,D4,1,0901,x,1,1,,"]
    file = _write(tmp_path, "\n".join([HEADER, *rows]))
    assert "row 2" in str(file.problems[0])
    good = [entry for entry in file.entries if entry.problem is None]
    assert [entry.scan_id for entry in good] == [*(row[0] for row in between), "d"]
    assert all(entry.declaration.lines[0].description == "x" for entry in good)


def test_a_cell_may_hold_line_breaks(tmp_path):
    file = _write(tmp_path, f'{HEADER}\na,D1,1,0901,"Coffee, roasted\r\nin bags, 60 kg",1,1,,\n{GOOD[:5]}2{GOOD[6:]}\n')
    assert file.problems == ()
    assert file.entries[0].declaration.lines[0].description == "Coffee, roasted\nin bags, 60 kg"


TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0\r"), max_size=40)
NAME = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=10)
MASS = st.one_of(st.none(), st.decimals(0, 10**6, places=2))


@settings(derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(NAME, NAME, TEXT, MASS, MASS), max_size=6, unique_by=lambda row: (row[0], row[1])),
    st.sampled_from(",;"),
    st.sampled_from(".,"),
)
def test_round_trip(tmp_path_factory, rows, delimiter, mark):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerow(HEADER.split(","))
    for scan_id, declaration_id, text, gross, net in rows:
        masses = ["" if mass is None else f"{mass:f}".replace(".", mark) for mass in (gross, net)]
        writer.writerow([scan_id, declaration_id, 1, "0207", text, *masses, "", ""])
    file = _write(tmp_path_factory.mktemp("flat"), stream.getvalue(), decimal_mark=mark)
    assert file.problems == ()
    assert [
        (entry.scan_id, entry.declaration.declaration_id, line.description, line.gross_mass_kg, line.net_mass_kg)
        for entry in file.entries
        for line in entry.declaration.lines
    ] == [(*row[:3], *(None if mass is None else float(mass) for mass in row[3:])) for row in rows]


@settings(derandomize=True, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_after_a_header_are_entries_or_problems(tmp_path_factory, noise):
    file = _write(tmp_path_factory.mktemp("flat"), f"{HEADER}\n{GOOD}\n".encode() + noise)
    first = file.entries[0]
    assert first.declaration.declaration_id == "D1"
    assert all(isinstance(problem, DeclarationError) for problem in file.problems)
