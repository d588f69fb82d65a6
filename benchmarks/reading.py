"""Reading speed of each format: `read_scan` beside every library call that keeps all bits of the same file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import imagecodecs
import numpy as np
import pydicom
import simplejpeg
import tifffile
from numpy.typing import NDArray

from benchmarks.case import Case
from imaging import ScannerProfile, read_scan
from tools.fuzzing.dicom_seeds import dicom_bytes
from tools.fuzzing.picture_seeds import tiff_bytes

_SHAPE = (2048, 1024)
_LONG = 8
Calls = dict[str, Callable[[], object]]
_TIFFS: dict[str, dict[str, Any]] = {
    "raw": {},
    "raw in tiles": {"tile": (256, 256)},
    "zstd": {"compression": "zstd", "predictor": True},
    "LZW": {"compression": "lzw", "predictor": True},
    "deflate": {"compression": "zlib", "predictor": True},
    "deflate in tiles": {"compression": "zlib", "predictor": True, "tile": (256, 256)},
}
_CODECS: dict[str, Callable[[bytes], object]] = {
    "jpeg_lossless": imagecodecs.jpegsof3_decode,
    "jpegls": imagecodecs.jpegls_decode,
    "jpeg2000": imagecodecs.jpeg2k_decode,
}
_DUMP = ScannerProfile.model_validate(
    {
        "name": "dump",
        "quantity": "unknown",
        "channels": [{"name": "single"}],
        "raw": {"dtype": "uint16", "byte_order": "little", "samples": _SHAPE[1], "lines": "rest"},
    }
)


def reading_cases(folder: Path) -> Iterator[Case]:
    """One case for each format, of 2048x1024 pixels as a scanner gives them: smooth, with noise; files in `folder`.

    What is not compressed is read as a long cargo scan as well: at 4 MB, which memory gives in 0.1 ms, the cost of
    opening any file shows, at 34 MB that of its bytes.
    """
    plane = _plane()
    yield _case("PNG, 16 bits", plane.nbytes, _png(folder, plane))
    yield _case("JPEG, colour", 3 * plane.size, _jpeg(folder, plane))
    for name, options in _TIFFS.items():
        yield _case(f"TIFF, {name}", plane.nbytes, _tiff(folder, plane, options))
    colour = cv2.merge([plane, plane // 2, 65_535 - plane])
    yield _case("TIFF, raw, colour of 16 bits", colour.nbytes, _tiff(folder, colour, {"photometric": "rgb"}))
    for syntax in ("explicit", "rle", *_CODECS):
        yield _case(f"DICOM, {syntax}", plane.nbytes, _dicom(folder, plane, syntax))
    yield _case("raw dump", plane.nbytes, _raw(folder, plane))
    long = np.tile(plane, (_LONG, 1))
    yield _case("TIFF, raw, 34 MB", long.nbytes, _tiff(folder, long, {}))
    yield _case("DICOM, explicit, 34 MB", long.nbytes, _dicom(folder, long, "explicit"))
    yield _case("raw dump, 34 MB", long.nbytes, _raw(folder, long))


def _plane() -> NDArray[np.uint16]:
    smooth = cv2.GaussianBlur(np.random.default_rng(0).normal(30_000, 12_000, _SHAPE), (0, 0), 9)
    noisy = smooth + np.random.default_rng(1).normal(0, 40, _SHAPE)
    plane: NDArray[np.uint16] = noisy.clip(0, 65_535).astype(np.uint16)
    return plane


def _case(name: str, decoded_bytes: int, calls: Calls) -> Case:
    return Case(f"read {name}", "MB/s", decoded_bytes / 1e6, calls)


def _written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _png(folder: Path, plane: NDArray[np.uint16]) -> Calls:
    path = _written(folder, "bench.png", cv2.imencode(".png", plane)[1].tobytes())
    return {
        "ours": lambda: read_scan(path),
        "cv2.imread": lambda: cv2.imread(str(path), cv2.IMREAD_UNCHANGED),
        "imagecodecs.png_decode": lambda: imagecodecs.png_decode(path.read_bytes()),
    }


def _jpeg(folder: Path, plane: NDArray[np.uint16]) -> Calls:
    byte = (plane >> 8).astype(np.uint8)
    colour = cv2.merge([byte, byte // 2, 255 - byte])
    path = _written(folder, "bench.jpg", cv2.imencode(".jpg", colour)[1].tobytes())
    return {
        "ours": lambda: read_scan(path),
        "cv2.imread": lambda: cv2.imread(str(path), cv2.IMREAD_UNCHANGED),
        "imagecodecs.jpeg8_decode": lambda: imagecodecs.jpeg8_decode(path.read_bytes()),
        "simplejpeg": lambda: simplejpeg.decode_jpeg(path.read_bytes(), "RGB"),
    }


def _tiff(folder: Path, plane: NDArray[np.uint16], options: dict[str, Any]) -> Calls:
    path = _written(folder, "_".join(["bench", *map(str, options.values())]) + ".tif", tiff_bytes(plane, **options))
    calls: Calls = {"ours": lambda: read_scan(path), "tifffile.imread": lambda: tifffile.imread(path)}
    if options.get("compression") != "zstd":  # OpenCV's libtiff is built without it
        calls["cv2.imread"] = lambda: cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    return calls


def _dicom(folder: Path, plane: NDArray[np.uint16], syntax: str) -> Calls:
    content = dicom_bytes(plane[None], syntax)
    path = _written(folder, f"bench_{syntax}.dcm", content)
    calls: Calls = {"ours": lambda: read_scan(path)}
    if syntax not in ("jpeg_lossless", "jpegls"):  # pydicom needs a GPL plug-in for these
        calls["pydicom pixel_array"] = lambda: pydicom.dcmread(path).pixel_array
    if syntax in _CODECS:
        frame = bytes(next(pydicom.encaps.generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=1)))
        calls["imagecodecs, frame alone"] = lambda: _CODECS[syntax](frame)
    return calls


def _raw(folder: Path, plane: NDArray[np.uint16]) -> Calls:
    path = _written(folder, "bench.raw", plane.tobytes())
    return {
        "ours": lambda: read_scan(path, _DUMP),
        "np.fromfile": lambda: np.fromfile(path, "<u2").reshape(-1, _SHAPE[1]),
    }
