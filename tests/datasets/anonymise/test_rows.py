"""Tables of any shape become rows; what can not be read whole is refused, whatever its bytes."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.anonymise.coarser import rounded_kg
from datasets.anonymise.regions import region_of
from datasets.anonymise.rows import read_rows
from datasets.anonymise.rules import Rules
from datasets.anonymise.unit_names import container_in, name_in_table, names_of_scan
from datasets.anonymise.wording import cleaned
from datasets.pool.errors import PoolError
from declarations.errors import DeclarationError
from imaging.anonymisation.pseudonym import Pseudonyms

ROW = {"declaration_id": "d", "commodity_code": "8409"}


@pytest.fixture
def read(tmp_path):
    def from_text(text, suffix=".json"):
        path = tmp_path / f"table{suffix}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_rows(path).rows

    return from_text


@pytest.mark.parametrize(
    "document", [[ROW], {"declarations": [ROW]}, [{"declaration_id": "d", "lines": [{"commodity_code": "8409"}]}], ROW]
)
def test_nesting_of_json_does_not_matter(read, document):
    (row,) = read(json.dumps(document))
    assert row.cells == ROW


def test_csv_gives_the_same_as_json(read):
    assert read("Declaration_ID;commodity_code;x\nd;8409;y\n", ".csv")[0].cells == ROW


def test_unknown_columns_are_counted_and_gone(read):
    (row,) = read(json.dumps([{**ROW, "consignee": "x", "empty cell": "", "parties": [{"name": "y"}]}]))
    assert (row.cells, row.unknown) == (ROW, 2)


@pytest.mark.parametrize(
    ("text", "suffix"),
    [
        ("", ".csv"), ("a,b\n1,2\n", ".csv"), ("declaration_id\n\xff".encode("latin-1"), ".csv"),
        ("[" * 10**6, ".json"),
        ("{", ".json"), ("[1]", ".json"), ("[]", ".json"), (b"\xff\xfe[", ".json"), ('{"a": 1}', ".jsonl"),
        (json.dumps([{"hs": "1", "hs_code": "2"}]), ".json"), (json.dumps([{**ROW, "packages": [1]}]), ".json"),
        (json.dumps([{**ROW, "description": "x" * 20_000}]), ".json"),
        (json.dumps([{"lines": ["x"]}]), ".json"),
    ],
)  # fmt: skip
def test_what_is_no_whole_table_is_refused(read, text, suffix):
    with pytest.raises(DeclarationError):
        read(text, suffix)


@given(st.binary(max_size=60), st.sampled_from([".csv", ".json", ".jsonl"]))
def test_any_bytes_are_read_or_refused(tmp_path_factory, content, suffix):
    path = tmp_path_factory.mktemp("any") / f"t{suffix}"
    path.write_bytes(content)
    with contextlib.suppress(DeclarationError):
        read_rows(path)


@pytest.mark.parametrize("written", ["MSCU6639871", "mscu 663987-1", "x/MSCU_6639871_top", "MSCU663987 1"])
def test_container_numbers_are_known_in_every_writing(written):
    assert container_in(written) == "MSCU6639871"
    assert "mscu6639871" in names_of_scan(written)


def test_a_table_and_a_file_meet_under_one_name():
    assert name_in_table("Bag 17 ") in names_of_scan("hall/bag 17")
    assert name_in_table("HALL\\bag 17") in names_of_scan("hall/bag 17")
    assert container_in("ABCX6639871") is None


@pytest.mark.parametrize(("country", "region"), [("DE", "Western Europe"), ("jp ", "Eastern Asia"), ("Kowalski", None)])
def test_regions(country, region):
    assert region_of(country) == region


def test_only_words_of_goods_stay():
    assert cleaned("FROZEN fish, of Kowalski & Sons 4417/x (tel. 555) frozen") == "frozen fish of frozen"
    assert cleaned("Kowalski") == ""


def _rules(**given):
    return Rules(pseudonyms=Pseudonyms("s", b"k" * 16), **given)


def test_masses_are_rounded_to_the_step():
    assert [rounded_kg(mass, _rules()) for mass in (0, 4.9, 4417.5)] == [0, 0, 4420]
    assert rounded_kg(4417.5, _rules(mass_step_kg=0)) == 4417.5


@pytest.mark.parametrize("wrong", [{"code_digits": 1}, {"code_digits": 11}, {"mass_step_kg": -1}])
def test_rules_that_can_not_be_are_refused(wrong):
    with pytest.raises(PoolError):
        _rules(**wrong)
