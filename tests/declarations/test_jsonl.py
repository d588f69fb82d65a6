import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations import Declaration, DeclarationError, Line, Package, read_declarations, write_declarations

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
MASS = st.one_of(st.none(), st.floats(0, 1e9, allow_nan=False))
CODE = st.text("0123456789", min_size=2, max_size=10)
PACKAGE = st.builds(Package, count=st.integers(0, 10**6), type=TEXT)
LINE = st.builds(
    Line,
    line_no=st.integers(1, 99),
    commodity_code=CODE,
    nomenclature=TEXT,
    description=TEXT,
    language=st.one_of(st.none(), TEXT),
    gross_mass_kg=MASS,
    net_mass_kg=MASS,
    packages=st.lists(PACKAGE, max_size=2).map(tuple),
    origin=st.one_of(st.none(), TEXT),
)
DECLARATION = st.builds(
    Declaration, declaration_id=TEXT, version=st.integers(1, 3), lines=st.lists(LINE, max_size=3).map(tuple)
)


def test_an_empty_file(tmp_path):
    write_declarations(tmp_path / "d.jsonl", [])
    assert read_declarations(tmp_path / "d.jsonl") == {}


@settings(derandomize=True, deadline=None)
@given(st.lists(DECLARATION, max_size=4, unique_by=lambda entry: entry.declaration_id))
def test_round_trip_and_same_bytes(tmp_path_factory, entries):
    folder = tmp_path_factory.mktemp("jsonl")
    write_declarations(folder / "a", entries)
    write_declarations(folder / "b", read_declarations(folder / "a"))
    assert read_declarations(folder / "b") == {entry.declaration_id: entry for entry in entries}
    assert (folder / "a").read_bytes() == (folder / "b").read_bytes()


def test_the_highest_version_holds(tmp_path):
    versions = [Declaration(declaration_id="D", version=version, lines=()) for version in (2, 3, 1)]
    write_declarations(tmp_path / "d", versions)
    assert read_declarations(tmp_path / "d")["D"].version == 3


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'{"declaration_id": "D"}',
        b'{"declaration_id": "D", "lines": [], "extra": 1}',
        b'{"declaration_id": "D", "lines": [{"line_no": 1, "commodity_code": 901}]}',
        b'{"declaration_id": "D", "lines": [{"line_no": 1, "commodity_code": "9"}]}',
        b'{"declaration_id": "D", "lines": [{"line_no": 1, "commodity_code": "0901", "gross_mass_kg": -1}]}',
        b'{"declaration_id": "D", "lines": [{"line_no": 1, "commodity_code": "0901", "gross_mass_kg": NaN}]}',
        b'{"declaration_id": "\\ud800", "lines": []}',
        b"[" * 100_000,
        b'{"declaration_id": "A", "lines": []}',
    ],
)
def test_a_bad_line_is_refused_by_its_number(tmp_path, line):
    (tmp_path / "d").write_bytes(b'{"declaration_id": "A", "lines": []}\n' + line + b"\n")
    with pytest.raises(DeclarationError, match="line 2") as caught:
        read_declarations(tmp_path / "d")
    assert len(str(caught.value)) < 500


def test_not_text_and_not_there(tmp_path):
    (tmp_path / "d").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DeclarationError, match="UTF-8"):
        read_declarations(tmp_path / "d")
    with pytest.raises(DeclarationError, match="readable file"):
        read_declarations(tmp_path / "none")
