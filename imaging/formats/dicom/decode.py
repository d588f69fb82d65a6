"""One DICOM or DICOS file to a picture."""

from __future__ import annotations

from dataclasses import dataclass

from imaging.formats.content import Content
from imaging.formats.dicom.colour import Palette, from_luminance, palette_of, rgb_planes
from imaging.formats.dicom.frames import check_length, stored_samples, turns_to_rgb
from imaging.formats.dicom.header import Header, quiet, read_header
from imaging.formats.dicom.layout import GREY, Layout, pixel_layout
from imaging.formats.dicom.meaning import channel_of, frames_of, geometry_of, quantity_of, rescale_of
from imaging.formats.dicom.slices import Place, order_and_pitch, place_of, spacing_of
from imaging.formats.dicom.spacing import projected_spacing
from imaging.formats.dicom.values import shorts, text
from imaging.formats.picture import Picture, ReadLimits
from imaging.scan import Geometry, Pixels, Quantity, Rescale


@dataclass(frozen=True, eq=False, slots=True)
class Stated:
    """All that a file says about its pixels, before one of them is decoded."""

    header: Header
    layout: Layout
    palette: Palette | None
    series_uid: str
    quantity: Quantity | None
    channel: str | None
    geometry: Geometry | None
    rescale: Rescale | None
    spacing_mm: tuple[float, ...] | None  # of one frame
    places: tuple[Place | None, ...]
    padding: int | None


def decode_dicom(content: Content, limits: ReadLimits) -> Picture:
    """Decode one DICOM or DICOS picture (CR, DX, CT, secondary capture, multi-frame), with or without its preamble.

    Planes keep the stored dtype and every level (uncompressed ones are a read-only view of `content` where byte order
    and alignment allow): CHW for one frame, CDHW for several of grey, colour as red, green,
    blue. Frames that state their position are ordered along their normal, others stay as stored. MONOCHROME1 says only
    how a picture is shown (small values bright): its pixels stay as stored, so that physics does not depend on it.
    Overlays, windows and value-of-interest tables are not applied, nor is the rescale: `Picture.rescale` hands it on.
    `spacing_mm` is at the object, (row, column), for volumes (slice, row, column) with the slice pitch from the
    positions. Compressed frames are decoded only when their own header says the size that was checked.

    Source: DICOM PS3.3 C.7.6.3 (pixels), C.7.6.16 (frames), PS3.5 (encoding). DICOS shares them; its own elements are
    those of pydicom's dictionary.

    Raises:
        UnreadableScan: truncated, damaged, contradicting itself, or without pixels (a report, a folder file).
        UnsupportedScan: a transfer syntax or layout that is not read, or frames that make no volume.
        ScanTooLarge: the header passes the limits.
    """
    return to_picture(stated(content, limits))


def stated(content: Content, limits: ReadLimits) -> Stated:
    """What a file says about its pixels, within the limits; raises like `decode_dicom`."""
    return stated_in(read_header(content, limits), limits)


def stated_in(header: Header, limits: ReadLimits) -> Stated:
    """What a parsed header says about its pixels; raises like `decode_dicom`."""
    with quiet():
        dataset, layout = header.dataset, pixel_layout(header, limits)
        check_length(header, layout)
        frames = frames_of(dataset, layout.frames)
        places = tuple(place_of(frame, f"frame {frame.number}") for frame in frames)
        geometry = geometry_of(dataset)
        padding = shorts(dataset, "PixelPaddingValue")
        return Stated(
            header=header,
            layout=layout,
            palette=palette_of(dataset, layout, little_endian=header.little_endian),
            series_uid=text(dataset, "SeriesInstanceUID"),
            quantity=quantity_of(dataset),
            channel=channel_of(dataset),
            geometry=geometry,
            rescale=rescale_of(dataset, frames),
            spacing_mm=spacing_of(frames[0]) if places[0] else projected_spacing(dataset, geometry),
            places=places,
            padding=None if padding is None else int(padding.astype(layout.dtype)[0]),
        )


def to_picture(said: Stated) -> Picture:
    """Decode the pixels of a file whose header has been checked."""
    samples = stored_samples(said.header, said.layout)
    colour = said.layout.photometric not in GREY
    if colour:
        planes, spacing = _colour(said, samples[0]), said.spacing_mm
    elif len(samples) == 1:
        planes, spacing = samples, said.spacing_mm
    else:
        planes, spacing = _volume(said, samples)
    return Picture(
        planes,
        colour,
        quantity=Quantity.DISPLAY if colour else said.quantity,
        channel=said.channel,
        spacing_mm=spacing,
        geometry=said.geometry,
        rescale=None if colour else said.rescale,
        padding=None if colour else said.padding,
    )


def _colour(said: Stated, samples: Pixels) -> Pixels:
    planes = rgb_planes(samples, said.layout, said.palette)
    luminance = said.layout.photometric in ("YBR_FULL", "YBR_FULL_422") and not turns_to_rgb(said.header.syntax)
    return from_luminance(planes) if luminance else planes


def _volume(said: Stated, samples: Pixels) -> tuple[Pixels, tuple[float, ...] | None]:
    """Frames in the order of their positions, CDHW, and the spacing of the volume."""
    places = [place for place in said.places if place is not None]
    if len(places) != len(samples):
        return samples[None], None
    order, pitch = order_and_pitch(places)
    if order != sorted(order):
        samples = samples[order]
    return samples[None], None if said.spacing_mm is None else (pitch, *said.spacing_mm)
