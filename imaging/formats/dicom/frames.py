"""Pixel values of a DICOM file to samples, one decoder for each transfer syntax."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np
from pydicom import config, uid

from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.dicom.codestream import FrameHeader, jpeg_2000_codestream, jpeg_2000_header, jpeg_header
from imaging.formats.dicom.fragments import compressed_frames
from imaging.formats.dicom.header import Header
from imaging.formats.dicom.layout import Layout
from imaging.formats.picture import check_expansion, truncated
from imaging.scan import Pixels

_Decoded = tuple[Any, int, int]  # samples, how many bits of each are used, and the highest of them
_MOST_RLE = 64  # bytes out of one compressed byte: a run of 128 from two
_MOST_CODED = 10_000  # wavelets and runs pack an empty frame far better than scans; above 64 MB nothing is that empty
_FRAGMENT_BYTES = 8
_FREE_BYTES = 64 * 1024**2


def stored_samples(header: Header, layout: Layout) -> Pixels:
    """All frames as stored, in native byte order: frames x rows x columns, colour with its three samples last.

    Unused bits of a sample are cleared (old files keep overlays there), or repeat the sign. Uncompressed colour that
    two pixels share is returned as stored: frames x rows x columns / 2 x 4.

    Raises:
        UnreadableScan: fewer samples than announced, or frames of another size than the header says.
        UnsupportedScan: a transfer syntax that is not read.
    """
    if header.syntax in _PLAIN:
        return _without_unused_bits(_plain(header, layout), layout.bits, layout.high_bit)
    decoder = _DECODERS.get(header.syntax)
    if decoder is None or layout.value.kind != "integer":
        raise UnsupportedScan(
            "DICOM pixels are raw, deflated, RLE, JPEG, JPEG-LS, JPEG 2000 or HTJ2K",
            f"transfer syntax {uid.UID(header.syntax, config.IGNORE).name}",
            "export with explicit little endian or lossless JPEG",
        )
    coded = compressed_frames(header.content, layout.value, layout.frames)
    if layout.frames == 1:
        return _decoded(coded[0], decoder, layout)[None]
    samples = np.empty((layout.frames, *layout.frame_shape), layout.dtype)
    for index, frame in enumerate(coded):
        samples[index] = _decoded(frame, decoder, layout)
    return samples


def _decoded(frame: bytes, decoder: Callable[[bytes, Layout], _Decoded], layout: Layout) -> Pixels:
    """One frame in the dtype of the header. Bits are taken as a pattern: the header, not the codec, knows the sign."""
    check_expansion(max(0, layout.frame_bytes - _FREE_BYTES), len(frame), _MOST_CODED)
    decoded, bits, high_bit = decoder(frame, layout)
    if decoded.shape != layout.frame_shape:
        raise _misfit(layout, f"{decoded.shape} decoded")
    own = decoded.flags.writeable and decoded.flags.c_contiguous
    samples = decoded.astype(layout.dtype, order="C", casting="unsafe", copy=not own)
    return _without_unused_bits(samples, bits, high_bit)


def check_length(header: Header, layout: Layout) -> None:
    """Refuse a file that is too short for its frames, before anything is done for each of them.

    Raises:
        UnreadableScan: fewer bytes than samples, or than the marks that open the fragments of compressed frames.
    """
    plain, stated = header.syntax in _PLAIN, layout.value.length
    if plain != (stated is not None):
        found = "fragments" if plain else "a bare value"
        raise UnreadableScan("compressed DICOM pixels alone stand in fragments", found, "export the file again")
    least = _plain_bytes(layout) if plain else _FRAGMENT_BYTES * layout.frames
    there = least if header.deflated is not None else len(header.content) - layout.value.start
    _refuse_short(there if stated is None else min(there, stated), least)


def _plain_bytes(layout: Layout) -> int:
    return math.prod(layout.plain_shape) * layout.dtype.itemsize


def _refuse_short(there: int, least: int) -> None:
    if there < least:
        raise truncated(f"{there} of at least {least} bytes of DICOM pixels")


def turns_to_rgb(syntax: str) -> bool:
    """Whether the decoder of this transfer syntax turns luminance and colour to RGB itself, as JPEG's does."""
    return syntax in (uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit)


def _plain(header: Header, layout: Layout) -> Pixels:
    start, shape = layout.value.start, layout.plain_shape
    stored = layout.dtype.newbyteorder("<" if header.little_endian else ">")
    content = header.whole(start + _plain_bytes(layout))
    _refuse_short(len(content) - start, _plain_bytes(layout))
    count = math.prod(shape)
    if layout.value.vr == "OW" and stored.itemsize == 1 and not header.little_endian:
        words = np.frombuffer(content, ">u2", (count + 1) // 2, start)
        return words.astype("<u2").view(stored)[:count].reshape(shape)
    samples = np.frombuffer(content, stored, count, start).reshape(shape)
    samples = np.require(samples, layout.dtype, ["ALIGNED"])
    by_plane = layout.samples > 1 and shape[-1] == layout.columns
    return np.moveaxis(samples, 1, -1) if by_plane else samples


def _without_unused_bits(samples: Pixels, bits: int, high_bit: int) -> Pixels:
    """Samples whose bits above `high_bit` repeat the sign (or are 0), in place where they may be written to."""
    allocated = samples.dtype.itemsize * 8
    if samples.dtype.kind == "f" or bits == allocated:
        return samples
    room = samples if samples.flags.writeable else np.empty_like(samples)
    np.left_shift(samples, allocated - 1 - high_bit, out=room)
    return np.right_shift(room, allocated - bits, out=room)


def _check_size(stated: FrameHeader, layout: Layout) -> None:
    """A frame is decoded only when it is as large as the header that was checked against the limits."""
    if (stated.rows, stated.columns, stated.samples) != (layout.rows, layout.columns, layout.samples):
        raise _misfit(layout, f"{stated.columns} x {stated.rows}, {stated.samples} sample(s)")
    if stated.bits > layout.dtype.itemsize * 8:
        raise _misfit(layout, f"{stated.bits} bits")


def _misfit(layout: Layout, found: str) -> UnreadableScan:
    return UnreadableScan(
        f"a frame is as the header says: {layout.columns} x {layout.rows}, {layout.samples} of {layout.dtype}",
        f"a frame of {found}",
        "export the file again",
    )


def _jpeg(frame: bytes, layout: Layout) -> _Decoded:
    stated = jpeg_header(frame)
    _check_size(stated, layout)
    if layout.photometric == "RGB" and not stated.says_colour:  # else the codec takes three samples for YCbCr
        return imagecodecs.jpeg8_decode(frame, colorspace="RGB", outcolorspace="RGB"), stated.bits, stated.bits - 1
    return imagecodecs.jpeg8_decode(frame), stated.bits, stated.bits - 1


def _jpeg_ls(frame: bytes, layout: Layout) -> _Decoded:
    stated = jpeg_header(frame)
    _check_size(stated, layout)
    return imagecodecs.jpegls_decode(frame), stated.bits, stated.bits - 1


def _jpeg_2000(frame: bytes, layout: Layout) -> _Decoded:
    codestream = jpeg_2000_codestream(frame)
    stated = jpeg_2000_header(codestream)
    _check_size(stated, layout)
    return imagecodecs.jpeg2k_decode(codestream), stated.bits, stated.bits - 1


def _rle(frame: bytes, layout: Layout) -> _Decoded:
    check_expansion(layout.frame_bytes, len(frame), _MOST_RLE)
    decoded = imagecodecs.dicomrle_decode(frame, layout.dtype.newbyteorder("<"), out=layout.frame_bytes)
    return _by_plane(decoded, layout), layout.bits, layout.high_bit


def _by_plane(decoded: bytes | bytearray, layout: Layout) -> Pixels:
    """RLE stores colour by plane. Source: DICOM PS3.5 annex G.2."""
    expected = layout.frame_bytes
    if len(decoded) != expected:
        raise truncated(f"an RLE frame of {len(decoded)} of {expected} bytes")
    planes = np.frombuffer(decoded, layout.dtype.newbyteorder("<")).reshape(layout.samples, layout.rows, layout.columns)
    return planes[0] if layout.samples == 1 else np.moveaxis(planes, 0, -1)


_PLAIN = frozenset((uid.ImplicitVRLittleEndian, uid.ExplicitVRLittleEndian, uid.ExplicitVRBigEndian))
_DECODERS: dict[str, Callable[[bytes, Layout], _Decoded]] = {
    **dict.fromkeys((uid.JPEGBaseline8Bit, uid.JPEGExtended12Bit, uid.JPEGLossless, uid.JPEGLosslessSV1), _jpeg),
    **dict.fromkeys((uid.JPEGLSLossless, uid.JPEGLSNearLossless), _jpeg_ls),
    # HTJ2K goes through OpenJPEG too: OpenJPH is twice as fast, but its binding keeps quiet about damaged frames.
    **dict.fromkeys((uid.JPEG2000Lossless, uid.JPEG2000), _jpeg_2000),
    **dict.fromkeys((uid.HTJ2KLossless, uid.HTJ2KLosslessRPCL, uid.HTJ2K), _jpeg_2000),
    uid.RLELossless: _rle,
}
