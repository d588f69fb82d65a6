"""Pseudonyms: the same with the same key and site, others with another; the key is shown and written nowhere."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import UID

from imaging.anonymisation.pseudonym import KEY_VARIABLE, Pseudonyms, read_key
from imaging.errors import NoKey

KEY = b"0123456789abcdef"


@given(value=st.text(), site=st.text(max_size=20))
def test_a_pseudonym_is_the_hmac_of_site_kind_and_value(value, site):
    digest = hmac.new(KEY, "\0".join((site, "scan", value)).encode("utf-8", "surrogateescape"), hashlib.sha256)
    assert Pseudonyms(site, KEY).of("scan", value) == digest.hexdigest()[:16]


def test_another_site_key_kind_or_value_gives_another():
    names = {
        Pseudonyms(site, key).of(kind, value)
        for site in ("north", "south")
        for key in (KEY, KEY[::-1])
        for kind in ("scan", "unit")
        for value in ("a", "b")
    }
    assert len(names) == 16


@given(value=st.text(st.characters(codec="ascii"), max_size=64))
def test_uids_are_valid_and_padding_does_not_matter(value):
    uid = Pseudonyms("north", KEY).uid(value)
    assert UID(uid).is_valid
    assert uid == Pseudonyms("north", KEY).uid(f"{value} ")


@given(group=st.text())
def test_shifts_are_one_to_365_days_earlier(group):
    assert -365 <= Pseudonyms("north", KEY).shift(group).days <= -1


def test_the_key_is_not_shown():
    assert KEY.decode() not in repr(Pseudonyms("north", KEY))


def test_the_key_comes_from_a_file_or_the_environment(tmp_path, monkeypatch):
    (tmp_path / "key").write_bytes(b"\n" + KEY + b"\n")
    assert read_key(tmp_path / "key") == KEY
    monkeypatch.setenv(KEY_VARIABLE, KEY.decode())
    assert read_key(None) == KEY


def test_no_key_or_a_short_one_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    (tmp_path / "key").write_bytes(KEY[1:])
    for path in (None, tmp_path / "key", tmp_path / "missing"):
        with pytest.raises(NoKey) as caught:
            read_key(path)
        assert KEY[1:].decode() not in str(caught.value)
