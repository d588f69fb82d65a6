"""How the pixels of a DICOM file are laid out, checked before anything is taken from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from imaging.errors import UnreadableScan, UnsupportedScan
from imaging.formats.dicom.header import Header, PixelElement, no_pixels
from imaging.formats.dicom.values import text, whole
from imaging.formats.picture import ReadLimits

GREY = ("MONOCHROME1", "MONOCHROME2")
PALETTE = "PALETTE COLOR"
COLOUR = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")
_VALUE_REPRESENTATIONS = ("OB", "OW", "OF", "OD", "UN")


@dataclass(frozen=True, slots=True)
class Layout:
    """Shape and type of the stored samples. DICOM PS3.3 C.7.6.3 (Image Pixel Module)."""

    rows: int
    columns: int
    frames: int
    samples: int
    planar: bool  # colour by plane rather than by pixel
    photometric: str
    dtype: np.dtype[np.generic]  # native byte order
    bits: int  # used of each sample
    high_bit: int
    value: PixelElement  # where the samples lie

    @property
    def frame_shape(self) -> tuple[int, ...]:
        """Rows x columns, or rows x columns x samples."""
        return (self.rows, self.columns) + ((self.samples,) if self.samples > 1 else ())

    @property
    def frame_bytes(self) -> int:
        """Bytes of one frame of full-size samples."""
        return self.rows * self.columns * self.samples * self.dtype.itemsize

    @property
    def plain_shape(self) -> tuple[int, ...]:
        """Shape of all samples as they lie uncompressed; two pixels of YBR_FULL_422 share their colour."""
        if self.photometric == "YBR_FULL_422":
            return (self.frames, self.rows, self.columns // 2, 4)
        if self.samples > 1 and self.planar:
            return (self.frames, self.samples, self.rows, self.columns)
        return (self.frames, *self.frame_shape)


def pixel_layout(header: Header, limits: ReadLimits) -> Layout:
    """The layout that a header states, within the limits. Call it inside `quiet()`.

    Raises:
        UnreadableScan: no pixels, or a header that contradicts itself.
        UnsupportedScan: samples of other than 8, 16 or 32 bits, floating-point colour, several frames of colour, ...
        ScanTooLarge: more rows, columns or frames than the limits allow.
    """
    dataset, element = header.dataset, header.pixels
    if element is None:
        raise no_pixels(text(dataset, "Modality") or "a file without pixel data")
    if element.vr not in _VALUE_REPRESENTATIONS:
        raise UnreadableScan("DICOM pixels are stored as bytes or words", f"{element.vr!r}", "export the file again")
    integer = element.kind == "integer"
    allocated = whole(dataset, "BitsAllocated") if integer else np.dtype(element.kind).itemsize * 8
    bits = whole(dataset, "BitsStored", allocated) if integer else allocated
    signed = integer and whole(dataset, "PixelRepresentation", 0) == 1
    high_bit = whole(dataset, "HighBit", bits - 1) if integer else bits - 1
    _check_bits(allocated, bits, high_bit, integer=integer)
    layout = Layout(
        rows=whole(dataset, "Rows"),
        columns=whole(dataset, "Columns"),
        frames=whole(dataset, "NumberOfFrames", 1),
        samples=whole(dataset, "SamplesPerPixel", 1),
        planar=whole(dataset, "PlanarConfiguration", 0) == 1,
        photometric=text(dataset, "PhotometricInterpretation") or GREY[1],
        dtype=np.dtype(f"{'i' if signed else 'u'}{allocated // 8}" if integer else element.kind),
        bits=bits,
        high_bit=high_bit,
        value=element,
    )
    _check_colour(layout, integer=integer)
    planes = 3 if layout.photometric == PALETTE else layout.samples
    limits.check(layout.rows, layout.columns, planes * layout.dtype.itemsize, layout.frames)
    return layout


def _check_bits(allocated: int, bits: int, high_bit: int, *, integer: bool) -> None:
    if integer and allocated not in (8, 16, 32):
        raise UnsupportedScan("DICOM samples have 8, 16 or 32 bits", f"{allocated}", "export 16 bits a sample")
    if not (1 <= bits <= allocated and bits - 1 <= high_bit < allocated):
        raise UnreadableScan(
            "the bits of a DICOM sample lie within it",
            f"{bits} bits up to bit {high_bit} of {allocated}",
            "export the file again",
        )


def _check_colour(layout: Layout, *, integer: bool) -> None:
    wanted = {**dict.fromkeys((*GREY, PALETTE), 1), **dict.fromkeys(COLOUR, 3)}.get(layout.photometric)
    if wanted is None:
        known = ", ".join((*GREY, PALETTE, *COLOUR))
        raise UnsupportedScan(f"DICOM pixels are one of {known}", f"{layout.photometric!r}", "export grey or RGB")
    if layout.samples != wanted:
        raise UnreadableScan(
            f"{layout.photometric} has {wanted} sample(s) a pixel", f"{layout.samples}", "export the file again"
        )
    if layout.photometric in GREY:
        return
    if layout.frames != 1 or not integer or layout.dtype.kind != "u":
        raise UnsupportedScan(
            "a colour DICOM file holds one picture of unsigned integers",
            f"{layout.frames} frame(s) of {layout.dtype}",
            "write one file each",
        )
    if layout.photometric == "YBR_FULL_422" and layout.columns % 2:
        raise UnreadableScan("pixels that share their colour come in pairs", f"{layout.columns} columns", "export RGB")
    if layout.photometric not in (PALETTE, "RGB") and layout.dtype != np.uint8:
        raise UnsupportedScan("DICOM luminance and colour have 8 bits", f"{layout.dtype}", "export RGB")
