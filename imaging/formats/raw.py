"""Raw detector dumps: numbers without a header, laid out as the scanner profile says and in no other way."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from imaging.errors import ProfileError
from imaging.formats.content import Content
from imaging.formats.picture import Picture, ReadLimits
from imaging.formats.rearrange import channels_first

Side = Annotated[int, Field(ge=1, le=1 << 20)]
Bytes = Annotated[int, Field(ge=0, le=1 << 40)]

# Axes as they lie in the file, the fastest last; a line is a row of the picture, or a column of it.
_AXES = {"planar": "CDHW", "interleaved": "DHWC", "line_interleaved": "DHCW"}


class RawLayout(BaseModel):
    """How the numbers of a dump lie: `offset` bytes, then samples, then `footer` bytes, and not a byte more.

    Attributes:
        dtype: Type of one sample.
        byte_order: Of samples of several bytes.
        samples: Samples in one line of one channel.
        lines: Lines of one channel (of one slice, for a volume); `rest`: as many as the file holds.
        slices: Slices of a volume; None for a radiograph.
        line: Whether a line is a `row` or a `column` of the picture (a cargo scanner writes a column each pulse).
        layout: `planar`, one channel after the other; `interleaved`, the channels of one sample together;
            `line_interleaved`, one line of each channel in turn.
        offset: Bytes before the first sample.
        footer: Bytes after the last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    dtype: Literal["uint8", "uint16", "uint32", "int16", "int32", "float32", "float64"]
    byte_order: Literal["little", "big"]
    samples: Side
    lines: Side | Literal["rest"]
    slices: Side | None = None
    line: Literal["row", "column"] = "row"
    layout: Literal["planar", "interleaved", "line_interleaved"] = "planar"
    offset: Bytes = 0
    footer: Bytes = 0

    @model_validator(mode="after")
    def _one_unknown(self) -> RawLayout:
        if self.lines == "rest" and self.slices is not None:
            raise ValueError("a volume says how many lines a slice has, `rest` is for radiographs")
        return self

    def stored_dtype(self) -> np.dtype[np.generic]:
        """Type of a sample, in the byte order of the file."""
        return np.dtype(self.dtype).newbyteorder("<" if self.byte_order == "little" else ">")


def decode_raw(content: Content, layout: RawLayout, channels: int, limits: ReadLimits) -> Picture:
    """Planes of a dump, CHW, or CDHW where the layout has slices, in native byte order.

    A dump whose samples lie as the picture does is a read-only view of `content`.

    Args:
        content: The whole file.
        layout: Where its numbers are.
        channels: How many channels it holds.
        limits: What it may ask for.

    Raises:
        ProfileError: when the file has another size than the layout says.
        ScanTooLarge: when the layout passes the limits.
    """
    dtype = layout.stored_dtype()
    lines, slices = _lines(len(content), layout, channels), layout.slices or 1
    limits.check(lines, layout.samples, channels * dtype.itemsize, slices)
    count = channels * slices * lines * layout.samples
    expected = layout.offset + count * dtype.itemsize + layout.footer
    if expected != len(content):
        raise ProfileError(
            f"a dump of {channels} channel(s), {slices} slice(s), {lines} lines of {layout.samples} {layout.dtype} "
            f"samples, {layout.offset} bytes before and {layout.footer} after has {expected} bytes",
            f"{len(content)} bytes",
            "mend `raw` in the scanner profile, or copy the file again",
        )
    axes = _AXES[layout.layout]
    sizes = {"C": channels, "D": slices, "H": lines, "W": layout.samples}
    stored = np.frombuffer(content, dtype, count, layout.offset).reshape([sizes[axis] for axis in axes])
    if layout.layout == "interleaved":
        lines_first, axes = stored.reshape(-1, layout.samples, channels), _AXES["planar"]
        stored = channels_first(lines_first).reshape([sizes[axis] for axis in axes])
    picture_axes = "CDHW" if layout.line == "row" else "CDWH"
    volume = stored.transpose([axes.index(axis) for axis in picture_axes])
    planes = np.require(volume, dtype.newbyteorder("="), ["C_CONTIGUOUS", "ALIGNED"])
    return Picture(planes if layout.slices is not None else planes[:, 0], colour=False)


def _lines(file_bytes: int, layout: RawLayout, channels: int) -> int:
    if layout.lines != "rest":
        return layout.lines
    line_bytes = channels * layout.samples * layout.stored_dtype().itemsize
    room = file_bytes - layout.offset - layout.footer
    lines, over = divmod(room, line_bytes)
    if lines < 1 or over:
        raise ProfileError(
            f"a dump holds whole lines of {line_bytes} bytes between {layout.offset} bytes before and "
            f"{layout.footer} after",
            f"{file_bytes} bytes, {max(lines, 0)} lines and {over} bytes over",
            "mend `raw` in the scanner profile, or copy the file again",
        )
    return lines
