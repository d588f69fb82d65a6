"""Frames in DICOM's run lengths, coded anew: their headers and the ends of their segments have room for anything."""

from __future__ import annotations

import struct

import imagecodecs
import numpy as np

from imaging.formats.dicom.layout import Layout

_HEADER_BYTES = 64


def samples_of(frame: bytes, layout: Layout) -> bytes:
    """The samples of a frame that a reader has read, little endian, colour by plane."""
    return bytes(imagecodecs.dicomrle_decode(frame, layout.dtype.newbyteorder("<"), out=layout.frame_bytes))


def coded_anew(samples: bytes, layout: Layout) -> bytes:
    """A frame of run lengths: a segment for each byte of a sample, the highest first, each row on its own.

    Source: DICOM PS3.5 annex G.
    """
    planes = np.frombuffer(samples, np.uint8).reshape(layout.samples, layout.rows, layout.columns, -1)[..., ::-1]
    planes = planes.transpose(0, 3, 1, 2).reshape(-1, layout.rows, layout.columns)
    segments = [imagecodecs.packbits_encode(np.ascontiguousarray(plane), axis=-1) for plane in planes]
    segments = [bytes(segment) + bytes(len(segment) % 2) for segment in segments]
    offsets = np.cumsum([_HEADER_BYTES, *map(len, segments)])[: len(segments)]
    header = struct.pack(f"<{1 + len(segments)}I", len(segments), *offsets)
    return b"".join((header.ljust(_HEADER_BYTES, b"\0"), *segments))
