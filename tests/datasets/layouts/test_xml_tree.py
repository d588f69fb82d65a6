"""XML of strangers is read whole or in pieces, and never swells."""

import tracemalloc

import pytest

from datasets.layouts import xml_tree
from datasets.layouts.xml_tree import read_xml, stream_xml
from datasets.pool import PoolError

BOMB = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><r><i>&b;</i></r>'
REFUSED = {
    "empty": b"",
    "no XML": b"\x00\x01",
    "cut off": b"<r><i>",
    "no end": b"<r><i></i>",
    "two roots": b"<r/><r/>",
    "entities": BOMB.encode(),
    "entities in UTF-16": ('<?xml version="1.0" encoding="UTF-16"?>' + BOMB).encode("utf-16"),
    "a document type without entities": b"<!DOCTYPE r><r/>",
    "a file of this machine": b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
    "an entity that nobody declared": b"<r>&x;</r>",
    "an encoding that nobody knows": b"<?xml version='1.0' encoding='klingon'?><r/>",
    "depth": b"<r>" + b"<i>" * 100 + b"</i>" * 100 + b"</r>",
}


@pytest.mark.parametrize("reading", [read_xml, lambda path: list(stream_xml(path, {"i"}))], ids=["whole", "pieces"])
@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED.keys())
def test_what_may_not_be_read_is_refused_by_the_rule(tmp_path, content, reading):
    (tmp_path / "a.xml").write_bytes(content)
    with pytest.raises(PoolError, match=r"without a document type; found a\.xml: .+; mend"):
        reading(tmp_path / "a.xml")


def test_a_missing_file_is_refused_too(tmp_path):
    with pytest.raises(PoolError, match=r"gone\.xml"):
        read_xml(tmp_path / "gone.xml")


def test_a_file_is_read_whole(tmp_path):
    (tmp_path / "a.xml").write_text("<r><i n='1'>one<k/></i>between<j/><i n='2'/></r>")
    root = read_xml(tmp_path / "a.xml")
    assert [(child.tag, child.attrib) for child in root] == [("i", {"n": "1"}), ("j", {}), ("i", {"n": "2"})]
    assert root[0].text == "one"
    assert len(root[0]) == 1


def test_pieces_are_those_of_the_whole_and_inner_ones_stay_inside(tmp_path):
    (tmp_path / "a.xml").write_text("<r>x<i n='1'>one<i n='inner'/></i>y<j><i n='other'/></j>z<i n='2'/></r>")
    pieces = list(stream_xml(tmp_path / "a.xml", {"i"}))
    assert [(piece.get("n"), piece.text, len(piece)) for piece in pieces] == [("1", "one", 1), ("2", None, 0)]


def test_a_long_file_is_never_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(xml_tree, "CHUNK_BYTES", 1 << 12)
    entry = "<i n='1'>" + "<k a='some words'/>" * 20 + "</i><j>" + "x" * 200 + "</j>"
    (tmp_path / "a.xml").write_text(f"<r>{entry * 4000}</r>")
    tracemalloc.start()
    assert sum(1 for _ in stream_xml(tmp_path / "a.xml", {"i"})) == 4000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 300_000 < (tmp_path / "a.xml").stat().st_size


@pytest.mark.parametrize("content", ["<r><i>" + "x" * 9000 + "</i></r>", "<r>" + "x" * 9000 + "</r>"])
def test_a_single_piece_may_not_be_without_end(tmp_path, monkeypatch, content):
    monkeypatch.setattr(xml_tree, "CHUNK_BYTES", 1 << 8)
    monkeypatch.setattr(xml_tree, "MOST_BYTES", 1 << 12)
    (tmp_path / "a.xml").write_text(content)
    for reading in (read_xml, lambda path: list(stream_xml(path, {"i"}))):
        with pytest.raises(PoolError, match="more than 4096 bytes for one annotation"):
            reading(tmp_path / "a.xml")
    (tmp_path / "b.xml").write_text("<r>" + "<i>x</i>" * 4000 + "</r>")
    assert sum(1 for _ in stream_xml(tmp_path / "b.xml", {"i"})) == 4000
