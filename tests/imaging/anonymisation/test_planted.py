"""The search finds what is planted in each way that it knows: else its silence would mean nothing."""

import base64
import zlib

import pytest

from tests.imaging.anonymisation.planted import leaks, secret

TEXT = secret(0)
WAYS = {
    "ascii": TEXT.encode(),
    "little": TEXT.encode("utf-16-le"),
    "big": TEXT.encode("utf-16-be"),
    "backwards": TEXT[::-1].encode(),
    "swapped": "".join(b + a for a, b in zip(TEXT[::2], TEXT[1::2], strict=True)).encode(),
    "deflated": zlib.compress(b"before " + TEXT.encode()),
    "base64": base64.b64encode(TEXT.encode()),
    "deflated base64": zlib.compress(base64.b64encode(TEXT.encode())),
    "hexadecimal": TEXT.encode().hex().encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_planted_secret_is_found(way):
    assert leaks(b"x\0" + WAYS[way] + b"\0\0", {TEXT, secret(1)}) == {TEXT}
    assert leaks(b"x\0" + WAYS[way] + b"\0\0", {secret(1)}) == set()
