"""A scan to files of one format, every level kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from imaging import dicos
from imaging.errors import UnsupportedScan
from imaging.scan import COLOUR, Scan, View
from imaging.writing.write import write_png, write_tiff

FileFormat = Literal["png", "tiff", "dicom", "dicos"]


def write_scan(path: Path, scan: Scan | View, file_format: FileFormat) -> tuple[Path, ...]:
    """Write the pixels of a scan, or of one view, as they are; `read_scan` of the result has every one of them.

    PNG holds uint8 and uint16: a grey or RGB file, or one for each energy (`NAME_low.png`, `NAME_high.png`). TIFF holds
    all channels of a view, and volumes of one channel. DICOM and DICOS are those of `imaging.dicos`. Several views get
    a file each, `NAME_VIEW`. What the numbers mean is lost where a format has no place for it: keep the profile.

    Args:
        path: Name of the file; of several, their common part with the suffix.
        scan: What is written.
        file_format: `png`, `tiff`, `dicom` or `dicos`.

    Returns:
        The files, in the order of views and channels.

    Raises:
        UnsupportedScan: when the format cannot hold the pixels as they are.
    """
    writers: dict[str, Callable[[Path, View], tuple[Path, ...]]] = {
        "png": _png,
        "tiff": _tiff,
        "dicom": _dicom,
        "dicos": _dicos,
    }
    if file_format not in writers:
        raise UnsupportedScan(f"a scan is written as {', '.join(writers)}", f"{file_format!r}", "choose one of these")
    views = scan.views if isinstance(scan, Scan) else (scan,)
    written: list[Path] = []
    for view in views:
        named = path if len(views) == 1 else _with_token(path, view.view_id)
        written += writers[file_format](named, view)
    return tuple(written)


def _png(path: Path, view: View) -> tuple[Path, ...]:
    if view.pixels.ndim != 3:
        raise UnsupportedScan("a PNG holds a radiograph", f"a volume of {view.pixels.shape}", "write TIFF or DICOM")
    if view.channel_names == COLOUR:
        write_png(path, view.pixels.transpose(1, 2, 0))
        return (path,)
    if len(view.channels) == 1:
        write_png(path, view.pixels[0])
        return (path,)
    files = tuple(_with_token(path, name) for name in view.channel_names)
    for file, plane in zip(files, view.pixels, strict=True):
        write_png(file, plane)
    return files


def _tiff(path: Path, view: View) -> tuple[Path, ...]:
    write_tiff(path, view.pixels)
    return (path,)


def _dicom(path: Path, view: View) -> tuple[Path, ...]:
    return tuple(instance.path for instance in dicos.write_dicom(path, view) if instance.path is not None)


def _dicos(path: Path, view: View) -> tuple[Path, ...]:
    write = dicos.write_dicos_dx if view.pixels.ndim == 3 else dicos.write_dicos_ct
    return tuple(instance.path for instance in write(path, view) if instance.path is not None)


def _with_token(path: Path, token: str) -> Path:
    return path.with_name(f"{path.stem}_{token}{path.suffix}")
