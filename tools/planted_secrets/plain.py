"""TIFF, PNG and JPEG with secrets in tags, EXIF, GPS, XMP, IPTC, comments, text chunks, gaps and tails."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image

from tools.fuzzing.png_chunks import SIGNATURE, png_chunk, png_chunks
from tools.planted_secrets.secrets import Secrets

Picture = NDArray[np.uint8] | NDArray[np.uint16]
_COMPRESSIONS = (None, "lzw", "zstd", "zlib")


def secret_tiff(picture_HW: Picture, kind: int, secrets: Secrets) -> bytes:
    """Description, artist, host, private tag, XMP, EXIF and GPS directories; secrets between and behind the data."""
    ascii_tags = {270: "description", 315: "artist", 316: "host", 269: "document", 285: "page", 33432: "copyright"}
    extra = [(tag, "s", 0, secrets.draw(f"tiff {name}"), False) for tag, name in ascii_tags.items()]
    extra += [
        (700, "B", None, _xmp(secrets, "tiff"), False),
        (65_000, "s", 0, secrets.draw("tiff private tag"), False),
        (34377, "B", None, secrets.draw("tiff photoshop").encode(), False),
    ]
    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer, picture_HW, metadata=None, software=secrets.draw("tiff software"), extratags=extra, rowsperstrip=50,
        compression=_COMPRESSIONS[kind % 4], bigtiff=kind % 5 == 0, byteorder="<>"[kind % 2],
        datetime="2024:03:17 08:41:09",
    )  # fmt: skip
    return buffer.getvalue() + secrets.draw("behind the tiff").encode()


def secret_pillow_tiff(picture_HW: NDArray[np.uint8], secrets: Secrets) -> bytes:
    """Written by Pillow, with EXIF and GPS as directories of their own."""
    buffer = io.BytesIO()
    Image.fromarray(picture_HW).save(buffer, "TIFF", exif=_exif(secrets, "tiff"))
    return buffer.getvalue()


def secret_png(picture_HW: Picture, secrets: Secrets) -> bytes:
    """tEXt, zTXt, iTXt (also deflated), eXIf, tIME, a private chunk, secrets in keywords and behind the end."""
    _, encoded = cv2.imencode(".png", picture_HW)
    (header, *rest) = png_chunks(encoded.tobytes())
    keyword = secrets.draw("png keyword")[:60].encode("latin-1")
    planted = [
        (b"tEXt", b"Comment\0" + secrets.draw("png text").encode()),
        (b"tEXt", keyword + b"\0nothing"),
        (b"zTXt", b"Author\0\0" + zlib.compress(secrets.draw("png deflated text").encode())),
        (b"iTXt", b"Title\0\0\0de\0Titel\0" + secrets.draw("png international text").encode()),
        (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(_xmp(secrets, "png"))),
        (b"eXIf", _exif(secrets, "png").tobytes()[6:]),
        (b"tIME", struct.pack(">HBBBBB", 2024, 3, 17, 8, 41, 9)),
        (b"prIv", secrets.draw("png private chunk").encode()),
    ]
    chunks = [header, *planted, *rest]
    tail = secrets.draw("behind the png").encode()
    return SIGNATURE + b"".join(png_chunk(*chunk) for chunk in chunks) + tail


def secret_jpeg(picture_HW: NDArray[np.uint8], kind: int, secrets: Secrets) -> bytes:
    """EXIF with a thumbnail's place, XMP, IPTC, comments, an application segment of a maker, a tail."""
    buffer = io.BytesIO()
    Image.fromarray(picture_HW).save(
        buffer, "JPEG", quality=92, progressive=bool(kind % 2), exif=_exif(secrets, "jpeg"), xmp=_xmp(secrets, "jpeg"),
        comment=secrets.draw("jpeg comment"),
    )  # fmt: skip
    content = buffer.getvalue()
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x40" + secrets.draw("jpeg iptc").encode().ljust(64, b"\0")
    segments = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
        for marker, content in ((0xED, iptc), (0xE9, secrets.draw("jpeg maker's segment").encode()))
    )
    return content[:2] + segments + content[2:] + secrets.draw("behind the jpeg").encode("utf-16-le")


def _exif(secrets: Secrets, kind: str) -> Image.Exif:
    exif = Image.Exif()
    for tag in (0x010F, 0x0110, 0x013B, 0x8298):
        exif[tag] = secrets.draw(f"{kind} exif {tag:04x}")
    exif[0x8769], exif[0x8825] = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    exif[0x8769] |= {
        0x9003: "2024:03:17 08:41:09",
        0xA431: secrets.draw(f"{kind} exif serial number"),
        0x927C: secrets.draw(f"{kind} maker's note").encode("utf-16-le"),
        0x9286: b"UNICODE\0" + secrets.draw(f"{kind} user comment").encode("utf-16-le"),
    }
    exif[0x8825] |= {1: "N", 2: (53.0, 33.0, 7.0), 0x1B: secrets.draw(f"{kind} gps").encode()}
    return exif


def _xmp(secrets: Secrets, kind: str) -> bytes:
    text = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><creator>{secrets.draw(f"{kind} xmp")}</creator></x:xmpmeta>'
    return text.encode()
