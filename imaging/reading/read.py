"""Files to `Scan`: the format by content, the meaning from a scanner profile, nothing of the signal lost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from imaging.adapter import FormatAdapter
from imaging.errors import UnsupportedScan
from imaging.formats.picture import DEFAULT_LIMITS, Picture, ReadLimits
from imaging.formats.series import file_kind, read_series
from imaging.join import Place
from imaging.names import as_text, stem_without_energy
from imaging.profile import ScannerProfile
from imaging.reading.assemble import Part, joined, pair, refuse_lone_energy, whole_file
from imaging.reading.decoding import read_picture
from imaging.reading.meaning import explained, unexplained
from imaging.scan import Scan, Source


def read_scan(
    path: Path | Sequence[Path],
    profile: ScannerProfile | None = None,
    *,
    scan_id: str | None = None,
    limits: ReadLimits = DEFAULT_LIMITS,
    adapters: Sequence[FormatAdapter] = (),
    mapped: bool = False,
) -> Scan:
    """Read one scan: one file, one file per energy, the files that the profile's `join` rule names, or a CT series.

    Files of one scan are given in any order. Without a join rule they are a pair (`_low` and `_high` in the name, or as
    the files themselves say), or the slices of one DICOM series; a folder stands for the slices in it.

    Without a profile, colour pictures are DISPLAY, DICOM is what it says, and everything else is UNKNOWN: numbers do
    not say what they mean. One plane is `single`, two are `low` and `high`, a volume is `single`; any other number of
    planes is refused. With a profile, planes of a file are its channels in its order; a view always has `low` before
    `high`. Pixels keep their dtype, CHW or CDHW, and may be read-only; alpha is dropped. `valid` is False where a
    floating-point sample is not finite.

    Args:
        path: File, files or folder.
        profile: What the scanner's numbers mean; needed for dumps without a header.
        scan_id: Name of the scan; None for the name of the file without suffix and energy.
        limits: What a file may ask for.
        adapters: Readers of formats that are not public, asked for content that is no PNG, TIFF, JPEG or DICOM.
        mapped: Whether files (not slices) are mapped into memory rather than read, where the system can: faster, for
            files of the caller's own, which nobody changes while the scan is held.

    Raises:
        ScanError: when the files are no scan (see `imaging.errors`); `ProfileError` when the profile does not fit.
    """
    files = (path,) if isinstance(path, Path) else tuple(path)
    slices = _slices(files)
    places = () if slices else _places(files, profile)
    if slices:
        parts, format_name = [whole_file(slices[0].parent, _series(files, limits), profile)], "dicom"
    else:
        read = [read_picture(file, profile, limits, adapters, mapped=mapped) for file in files]
        parts = _parts(files, [picture for picture, _ in read], places, profile)
        format_name = read[0][1]
    return Scan(
        scan_id=_own_id(files[0], slices, places) if scan_id is None else scan_id,
        scanner="unknown" if profile is None else profile.name,
        views=tuple(
            unexplained(part.view_id, part.picture, part.names)
            if profile is None
            else explained(part.view_id, part.picture, part.names, profile)
            for part in parts
        ),
        source=Source(slices or files, format_name),
    )


def _parts(
    files: Sequence[Path], pictures: Sequence[Picture], places: Sequence[Place], profile: ScannerProfile | None
) -> list[Part]:
    if profile is not None and profile.join is not None and places:
        return joined(profile.join, list(zip(places, files, pictures, strict=True)), profile)
    if len(files) != 1:
        return [pair(files, pictures)]
    refuse_lone_energy(files[0], pictures[0], profile)
    return [whole_file(files[0], pictures[0], profile)]


def _slices(files: Sequence[Path]) -> tuple[Path, ...]:
    """The slices of a CT series, where the files are these or a folder of them; else empty."""
    if len(files) == 1:
        return tuple(file for file in _listed(files[0]) if _is_slice(file))
    return tuple(files) if files and all(map(_is_slice, files)) else ()


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError:  # a locked folder, a name too long: refused as what it is, when it is opened as a file
        return []


def _is_slice(file: Path) -> bool:
    kind = file_kind(file)
    return kind is not None and kind.ct_slice


def _series(files: Sequence[Path], limits: ReadLimits) -> Picture:
    return read_series(files[0] if len(files) == 1 else files, limits)


def _places(files: Sequence[Path], profile: ScannerProfile | None) -> tuple[Place, ...]:
    """Where the profile's join rule puts the files, each view and energy once; empty where it speaks of none."""
    if profile is None or profile.join is None:
        return ()
    found = [profile.join.place_of(file) for file in files]
    places = tuple(place for place in found if place is not None)
    if not places:
        return ()
    if len(places) != len(files):
        strangers = ", ".join(str(file) for file, place in zip(files, found, strict=True) if place is None)
        raise UnsupportedScan(
            f"the files of one scan are named {profile.join.pattern!r}", strangers, "mend `join` in the scanner profile"
        )
    profile.join.check_whole(list(places))
    return places


def _own_id(file: Path, slices: Sequence[Path], places: Sequence[Place]) -> str:
    if places:
        return places[0].scan
    return as_text(file.name) if slices and file not in slices else stem_without_energy(file)
