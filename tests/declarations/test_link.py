import pytest

from declarations import Declaration, DeclarationError, Declared, FlatEntry, Line, claim_for_scan, read_link_csv

LINE = Line(line_no=1, commodity_code="0901", gross_mass_kg=100)


def _declaration(declaration_id):
    return Declaration(declaration_id=declaration_id, lines=(LINE,))


def _entry(scan_id, declaration_id, **facts):
    return FlatEntry(scan_id, _declaration(declaration_id), **facts)


def test_nothing_declared():
    claim = claim_for_scan("x/a", [])
    assert "no declaration was found" in claim.problem
    assert claim.lines == ()


def test_by_scan_id_with_its_facts():
    claim = claim_for_scan("x/a", [_entry("x/a", "D1", declared_empty=False, tare_kg=3800.0), _entry("x/b", "D2")])
    assert (claim.problem, claim.declaration_ids, claim.lines) == (None, ("D1",), (LINE,))
    assert (claim.unit_id, claim.declared_empty, claim.tare_kg, claim.lines_shared) == ("x/a", False, 3800.0, False)


def test_several_are_a_problem_that_names_them():
    claim = claim_for_scan("a", [_entry("a", "D1"), _entry("a", "D2")])
    assert "several" in claim.problem
    assert "'D1', 'D2'" in claim.problem
    assert "several" in claim_for_scan("a", {"D1": _declaration("D1")}, {"a": ("D1", "D2")}).problem
    assert "several" in claim_for_scan("a", [_entry("a", "D1"), _entry(None, "D2")], {"a": ("D2",)}).problem


def test_link_and_what_it_cannot_find():
    declarations = {"D1": _declaration("D1")}
    assert claim_for_scan("a", declarations, {"a": ("D1",)}).declaration_ids == ("D1",)
    assert "'D9' is not among" in claim_for_scan("a", declarations, {"a": ("D9",)}).problem
    assert "names other scans: 'b'" in claim_for_scan("a", [_entry("b", "D1")], {"a": ("D1",)}).problem


def test_a_declaration_linked_to_several_scans_is_shared():
    link = {"a": ("D1",), "b": ("D1",), "c": ("D2",)}
    declarations = {name: _declaration(name) for name in ("D1", "D2")}
    assert [claim_for_scan(scan, declarations, link).lines_shared for scan in "abc"] == [True, True, False]


def test_file_name_goes_before_folder_name():
    declarations = {name: _declaration(name) for name in ("D1", "D2")}
    assert claim_for_scan("D2/D1", declarations).declaration_ids == ("D1",)
    assert claim_for_scan("D2/front", declarations).declaration_ids == ("D2",)
    assert claim_for_scan("D2/day/front", declarations).problem is not None


def test_a_folder_of_several_scans_is_shared():
    declarations = {"D1": _declaration("D1")}
    assert claim_for_scan("D1/a", declarations).lines_shared
    assert not claim_for_scan("D1/a", declarations, scan_ids=["D1/a", "D2/b"]).lines_shared
    assert claim_for_scan("D1/a", declarations, scan_ids=["D1/a", "D1/b"]).lines_shared


def test_an_entry_with_a_bad_row_is_not_checked():
    claim = claim_for_scan("a", [_entry("a", "D1"), _entry("a", "", problem="row 7 is broken")])
    assert "row 7 is broken" in claim.problem


def test_an_empty_unit_without_a_declaration():
    entry = FlatEntry("a", Declaration(declaration_id="", lines=()), declared_empty=True)
    claim = Declared.of([entry]).claim("a")
    assert (claim.problem, claim.declaration_ids, claim.declared_empty) == (None, (), True)


def test_link_csv(tmp_path):
    path = tmp_path / "link.csv"
    path.write_text("scan_id;declaration_id\na;D1\na;D2\na;D1\n007;=D3\n")
    assert read_link_csv(path) == {"a": ("D1", "D2"), "007": ("=D3",)}


@pytest.mark.parametrize("row", ["a,", ",D1", "a,D1,x", 'a,"D1'])
def test_a_link_with_a_bad_row_is_refused_by_row(tmp_path, row):
    path = tmp_path / "link.csv"
    path.write_text(f"scan_id,declaration_id\n{row}\n")
    with pytest.raises(DeclarationError, match="row 2"):
        read_link_csv(path)
