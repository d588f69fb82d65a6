"""What is done with a damaged file, and what may come of it: a sound scan, or a `ScanError` in three parts.

It is read, or anonymised: what is left then reads as the damaged file did.
"""

from __future__ import annotations

import shutil
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from imaging import Scan, ScanError, ScannerProfile, read_profile, read_scan, scan_quality, write_png
from imaging.anonymisation.pseudonym import Pseudonyms
from imaging.anonymisation.scrub import scrub
from imaging.dicos import read_tdr
from imaging.formats import DEFAULT_LIMITS
from imaging.reading.decoding import read_picture
from tools.fuzzing.dicom_seeds import dicom_bytes
from tools.fuzzing.picture_seeds import small_picture
from tools.fuzzing.planted import do_as_told

OK, FOREIGN, UNSOUND, WARNING, MEMORY, CRASH, HANG = (
    "ok", "foreign exception", "unsound scan", "warning", "memory", "crash", "hang",
)  # fmt: skip
_RAW_PROFILE = ScannerProfile.model_validate(
    {
        "name": "fuzz-raw",
        "quantity": "counts",
        "air": [60_000, 60_000],
        "channels": [{"name": "low"}, {"name": "high"}],
        "raw": {"dtype": "uint16", "byte_order": "little", "samples": 24, "lines": "rest"},
    }
)
_JOIN_PROFILE = ScannerProfile.model_validate(
    {
        "name": "fuzz-joined",
        "quantity": "counts",
        "air": [60_000, 60_000],
        "channels": [{"name": "low"}, {"name": "high"}],
        "join": {
            "pattern": "{scan}_{view}_{energy}",
            "energies": {"lo": "low", "hi": "high"},
            "views": {"top": "0", "side": "1"},
        },
    }
)
_SITE = Pseudonyms("fuzz", b"a key that is none, for no secrets")
FINDINGS = (FOREIGN, UNSOUND, WARNING, MEMORY, CRASH, HANG)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`kind` is `ok`, the name of a `ScanError` subclass, or one of FINDINGS; `detail` says more."""

    kind: str
    detail: str = ""


def outcome_of(reader: str, path: Path, content: bytes) -> Outcome:
    """Write the content to `path`, read it, and say what came of it."""
    path.write_bytes(content)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        outcome = _attempt(READERS[reader], path)
    if caught and outcome.kind not in FINDINGS:
        return Outcome(WARNING, f"{caught[0].category.__name__}: {caught[0].message} ({caught[0].filename})")
    return outcome


def _attempt(read: Callable[[Path], object], path: Path) -> Outcome:
    try:
        result = read(path)
    except ScanError as error:
        if isinstance(error.__cause__, MemoryError):
            return Outcome(MEMORY, f"asked for more than there is: {error}")
        if not all(part.strip() for part in (error.rule, error.found, error.remedy)):
            return Outcome(UNSOUND, f"an error without its three parts: {error!r}")
        return Outcome(type(error).__name__, str(error))
    except Exception:  # noqa: BLE001 - what else comes out is what is looked for
        return Outcome(FOREIGN, traceback.format_exc())
    return Outcome(OK) if not isinstance(result, Scan) else _sound(result)


def _sound(scan: Scan) -> Outcome:
    """A scan that was read can be used: planes in one piece, native byte order, finite signal, and a verdict."""
    for view in scan.views:
        pixels = view.pixels
        if not (pixels.size and pixels.flags.c_contiguous and pixels.dtype.isnative):
            return Outcome(UNSOUND, f"{pixels.dtype.str} {pixels.shape} {pixels.strides}")
        try:
            finite = bool(np.isfinite(view.signal()).all())
            scan_quality(view)
        except ScanError as error:
            return Outcome(type(error).__name__, str(error))
        if not finite:
            return Outcome(UNSOUND, "a signal that is not finite")
    return Outcome(OK)


def _raw(path: Path) -> Scan:
    return read_scan(path, _RAW_PROFILE)


def _pair(path: Path) -> Scan:
    """The damaged file as the high energy of a whole low one."""
    folder = path.with_name("pair")
    low, high = folder / "bag_low.png", folder / "bag_high.png"
    if not low.exists():
        folder.mkdir(exist_ok=True)
        write_png(low, small_picture())
    shutil.copyfile(path, high)
    return read_scan([low, high])


def _joined(path: Path) -> Scan:
    """The damaged file as one of four, two energies in two views, in the hands of a profile."""
    folder = path.with_name("joined")
    folder.mkdir(exist_ok=True)
    files = [folder / f"bag_{view}_{energy}.png" for view in ("top", "side") for energy in ("lo", "hi")]
    for file in files[:-1]:
        if not file.exists():
            write_png(file, small_picture())
    shutil.copyfile(path, files[-1])
    return read_scan(files, _JOIN_PROFILE)


def _series(path: Path) -> Scan:
    """The damaged file as the middle of three slices."""
    folder = path.with_name("slices")
    folder.mkdir(exist_ok=True)
    for place_mm in (0, 10):
        slice_path = folder / f"{place_mm}.dcm"
        if not slice_path.exists():
            slice_path.write_bytes(dicom_bytes(small_picture()[None], place_mm=place_mm))
    shutil.copyfile(path, folder / "damaged.dcm")
    return read_scan(folder)


def _scrubbed(path: Path) -> None:
    """Anonymise the damaged file: what comes out of one that can be read says the same of the same pixels.

    Raises:
        ScanError: when it is held back.
        AssertionError: when it is not so, or other bytes come out when it is cleaned again.
    """
    clean = scrub(path, path.with_name("clean"), _SITE, dates="month", group="")
    again = scrub(clean.path, path.with_name("again"), _SITE, dates="month", group="")
    assert clean.sha256 == again.sha256, "other bytes when it is cleaned again"
    try:
        seen = _told(path)
    except ScanError:  # what cannot be read may be mended by the way
        return
    assert _told(clean.path) == seen, "another picture"


def _told(path: Path) -> tuple[object, ...]:
    """All that a file says of its pixels, and they."""
    picture, _ = read_picture(path, None, DEFAULT_LIMITS, ())
    said = [getattr(picture, field.name) for field in fields(picture) if field.name != "planes"]
    return *said, picture.planes.shape, picture.planes.dtype.str, picture.planes.tobytes()


# How to read what a seed holds: a new format needs a seed, and a line here where `read_scan` alone does not do.
READERS: dict[str, Callable[[Path], object]] = {
    "scan": read_scan,
    "scrub": _scrubbed,
    "raw": _raw,
    "pair": _pair,
    "joined": _joined,
    "series": _series,
    "tdr": read_tdr,
    "profile": read_profile,
    "planted": do_as_told,
}
