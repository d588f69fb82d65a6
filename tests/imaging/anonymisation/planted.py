"""Secrets to plant, and a search for them that knows nothing of the formats: an oracle for what was taken out."""

import base64
import random
import re
import string
import zlib
from pathlib import Path

import numpy as np

from imaging.anonymisation.pseudonym import Pseudonyms
from imaging.anonymisation.scrub import MARK_BYTES, scrub
from imaging.formats import DEFAULT_LIMITS
from imaging.reading.decoding import read_picture

SITE = Pseudonyms("north", b"0123456789abcdef0123456789abcdef")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


def secret(number):
    """Sixteen letters that stand nowhere else, the same for the same number."""
    return "".join(random.Random(f"secret {number}").choices(string.ascii_uppercase, k=16))


def leaks(content, secrets):
    """The secrets that are in the bytes: as text of 8 or 16 bits, backwards, word by word, deflated or as base64."""
    hays = [content, *_inflated(content)]
    hays += [text for hay in hays for found in _BASE64.findall(hay) for text in _decoded(found)]
    hay = b"\0\0".join(set(hays))
    return {each for each in secrets if any(needle in hay for needle in _needles(each))}


def _needles(text):
    plain = text.encode("ascii")
    pairs = np.frombuffer(plain[: len(plain) // 2 * 2], "u2").byteswap().tobytes()
    wide = text.encode("utf-32-le")
    return (plain, plain[::-1], pairs, text.encode("utf-16-le"), text.encode("utf-16-be"), wide, plain.hex().encode())


def _decoded(found):
    """Base64 whose first letter may belong to what stands before it."""
    for first in range(4):
        part = found[first:]
        yield base64.b64decode(part + b"A" * (-len(part) % 4))


def _inflated(content):
    for match in _ZLIB.finditer(content):
        try:
            yield zlib.decompressobj().decompress(content[match.start() :], 1 << 22)
        except zlib.error:
            continue


def scrubbed(content, folder, *, dates="month", group="g", site=SITE):
    """The cleaned bytes of a file with these, without the mark behind them, and what `scrub` says of it."""
    source = folder / "source"
    source.write_bytes(content)
    done = scrub(source, folder / "target", site, dates=dates, group=group)
    written = done.path.read_bytes()
    return written[: None if done.path.suffix == ".dcm" else -MARK_BYTES], done


def picture(content, folder):
    """What a reader sees in a file with these bytes."""
    path = Path(folder) / "picture"
    path.write_bytes(content)
    return read_picture(path, None, DEFAULT_LIMITS, ())[0]


def same_picture(one, other):
    """Whether two files say the same of their pixels, and all pixels are the same."""
    told = [(p.colour, p.quantity, p.channel, p.spacing_mm, p.geometry, p.rescale, p.padding) for p in (one, other)]
    exact = one.planes.dtype == other.planes.dtype and one.planes.tobytes() == other.planes.tobytes()
    return told[0] == told[1] and exact and one.planes.shape == other.planes.shape


def places(done):
    """Treatment and count of each place of a cleaned file."""
    return {one.place: (one.treatment, one.count) for one in done.removed}
