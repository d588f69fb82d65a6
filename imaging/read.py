"""Files to `Scan`: the format by content, the meaning from a scanner profile, nothing of the signal lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imaging.content import read_content
from imaging.errors import ProfileError, ScanError, UnsupportedScan
from imaging.formats import DEFAULT_LIMITS, Picture, ReadLimits, decode
from imaging.names import energy_of, stem_without_energy
from imaging.profile import ScannerProfile
from imaging.scan import COLOUR, DUAL_ENERGY, SINGLE, Channel, Pixels, Quantity, Scan, Source, View

_ORDER = (*DUAL_ENERGY, *SINGLE, *COLOUR)


def read_scan(
    path: Path | Sequence[Path],
    profile: ScannerProfile | None = None,
    *,
    scan_id: str | None = None,
    limits: ReadLimits = DEFAULT_LIMITS,
) -> Scan:
    """Read one scan of one view from one file, or from one file per energy (`_low` and `_high`, in any order).

    Without a profile, colour pictures are DISPLAY and everything else is UNKNOWN: numbers do not say what they mean.
    With one, planes of a single file are the profile's channels in its order; the view always has `low` before
    `high`. Pixels keep their dtype; alpha is dropped. `valid` is False where a floating-point sample is not finite.

    Raises:
        ScanError: when the files are no scan (see `imaging.errors`); `ProfileError` when the profile does not fit.
    """
    files = (path,) if isinstance(path, Path) else tuple(path)
    pictures, formats = [], []
    for file in files:
        picture, format_name = _read_picture(file, limits)
        pictures.append(picture)
        formats.append(format_name)
    pixels, names = _one_picture(files[0], pictures[0], profile) if len(files) == 1 else _pair(files, pictures)
    view = _unexplained(pixels, names) if profile is None else _explained(pixels, names, profile)
    return Scan(
        scan_id=stem_without_energy(files[0]) if scan_id is None else scan_id,
        scanner="unknown" if profile is None else profile.name,
        views=(view,),
        source=Source(files, formats[0]),
    )


def _read_picture(file: Path, limits: ReadLimits) -> tuple[Picture, str]:
    try:
        return decode(read_content(file, limits.max_bytes), limits)
    except ScanError as error:
        if str(file) in error.found:
            raise
        raise type(error)(error.rule, f"{error.found} in {file}", error.remedy) from error


def _one_picture(file: Path, picture: Picture, profile: ScannerProfile | None) -> tuple[Pixels, tuple[str, ...]]:
    planes = picture.planes.shape[0]
    if planes == 1 and energy_of(file) is not None and (profile is None or len(profile.channels) > 1):
        raise UnsupportedScan(
            "a file named for one energy comes with its partner",
            f"{file} alone",
            "put the file of the other energy beside it, or take the energy out of its name",
        )
    if profile is not None:
        names = tuple(channel.name for channel in profile.channels)
        if len(names) != planes or (picture.colour and names != COLOUR):
            raise ProfileError(
                f"a scan of {profile.name!r} has the channels {names}",
                f"{planes} {'colour ' if picture.colour else ''}plane(s) in {file}",
                "choose the profile of the scanner that made it",
            )
        return picture.planes, names
    known = {1: SINGLE, 2: DUAL_ENERGY, 3: COLOUR if picture.colour else ()}.get(planes, ())
    if not known:
        raise UnsupportedScan(
            "without a profile a file has one plane, two energies, or RGB colour",
            f"{planes} planes in {file}",
            "say what the planes are in a scanner profile",
        )
    return picture.planes, known


def _pair(files: tuple[Path, ...], pictures: list[Picture]) -> tuple[Pixels, tuple[str, ...]]:
    by_energy = {energy_of(file): picture.planes for file, picture in zip(files, pictures, strict=True)}
    if len(files) != 2 or set(by_energy) != set(DUAL_ENERGY):
        raise UnsupportedScan(
            "several files of one scan are one named _low and one named _high",
            ", ".join(str(file) for file in files) or "no file",
            "name the files by their energy",
        )
    low, high = by_energy["low"], by_energy["high"]
    if low.shape != high.shape or low.dtype != high.dtype or low.shape[0] != 1:
        raise UnsupportedScan(
            "the energies of one scan are single planes of one size and type",
            f"{low.dtype} {low.shape} and {high.dtype} {high.shape} in {files[0]} and its partner",
            "export both energies of the same pass",
        )
    return np.concatenate([low, high]), DUAL_ENERGY


def _unexplained(pixels: Pixels, names: tuple[str, ...]) -> View:
    quantity = Quantity.DISPLAY if names == COLOUR else Quantity.UNKNOWN
    return View("0", pixels, tuple(Channel(name) for name in names), quantity, valid=_valid(pixels))


def _explained(pixels: Pixels, names: tuple[str, ...], profile: ScannerProfile) -> View:
    channels = {channel.name: channel for channel in profile.view_channels()}
    if set(channels) != set(names):
        raise ProfileError(
            f"a scan of {profile.name!r} has the channels {tuple(channels)}",
            f"{names}",
            "choose the profile of the scanner that made it",
        )
    _check_numbers(pixels, profile)
    air = None if profile.air is None else dict(zip(channels, profile.air, strict=True))
    ordered = sorted(names, key=_ORDER.index)
    view = View(
        "0",
        np.ascontiguousarray(pixels[[names.index(name) for name in ordered]]) if tuple(ordered) != names else pixels,
        tuple(channels[name] for name in ordered),
        profile.quantity,
        air=None if air is None else tuple(air[name] for name in ordered),
        spacing_mm=None if profile.spacing_mm is None else tuple(profile.spacing_mm),
        geometry=profile.view_geometry(),
    )
    return replace(view, valid=_valid(pixels))


def _check_numbers(pixels: Pixels, profile: ScannerProfile) -> None:
    """Refuse a profile whose numbers cannot be those of the file: it would turn every pixel into nonsense."""
    remedy = "choose the profile of the scanner that made it"
    if profile.spacing_mm is not None and len(profile.spacing_mm) != 2:
        raise ProfileError("a radiograph has a spacing in rows and columns", f"{profile.spacing_mm}", remedy)
    if not np.issubdtype(pixels.dtype, np.integer):
        return
    if profile.quantity is Quantity.ATTENUATION or (profile.quantity is Quantity.TRANSMISSION and not profile.air):
        raise ProfileError(
            f"{profile.quantity.value} around 1 is stored as floating point, or as integers with an air level",
            f"{pixels.dtype} samples",
            remedy,
        )
    if profile.air is not None and max(profile.air) > _full_scale(pixels):
        raise ProfileError("air lies in the range of the samples", f"air {profile.air} for {pixels.dtype}", remedy)


def _full_scale(pixels: Pixels) -> int:
    return (1 << 8 * pixels.dtype.itemsize) - 1


def _valid(pixels: Pixels) -> NDArray[np.bool_] | None:
    if np.issubdtype(pixels.dtype, np.integer):
        return None
    finite: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(pixels), axis=0)
    return None if finite.all() else finite
