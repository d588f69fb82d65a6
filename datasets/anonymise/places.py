"""Where the files of a scan go: names made of the scan's pseudonym, its views and energies, nothing of the old ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from imaging import ScannerProfile
from imaging.formats import format_of
from imaging.formats.content import read_head
from imaging.formats.sniff import HEAD_BYTES
from imaging.join import Place as JoinPlace
from imaging.names import energy_of

_SUFFIX = {"dicom": ".dcm", "png": ".png", "jpeg": ".jpg"}
_IMAGES = "images"


@dataclass(frozen=True)
class Place:
    """A file and where it goes, below the pool's root, without suffix before `placed` has looked into it."""

    source: Path
    target: str


@dataclass(frozen=True)
class ViewPlaces:
    """The files of a view."""

    view_id: str
    files: tuple[Place, ...]


def places_of(scan_id: str, files: Sequence[Path], profile: ScannerProfile | None) -> tuple[ViewPlaces, ...]:
    """Places of the files of a scan, view by view, in the order in which they were found; no file is looked into."""
    joined = [] if profile is None or profile.join is None else [profile.join.place_of(file) for file in files]
    if joined and all(joined):
        return tuple(_joined(scan_id, list(zip(files, (place for place in joined if place), strict=True))))
    if len(files) == 2 and {energy_of(file) for file in files} == {"low", "high"}:
        names = [f"{scan_id}_{energy_of(file)}" for file in files]
    elif len(files) == 1:
        names = [scan_id]
    else:
        names = [f"{scan_id}/{number:05}" for number in range(1, len(files) + 1)]  # slices of a series
    return (view_places("0", files, names),)


def view_places(view_id: str, files: Sequence[Path], names: Sequence[str]) -> ViewPlaces:
    """Places of the files of a view under these names."""
    placed = (Place(file, f"{_IMAGES}/{name}") for file, name in zip(files, names, strict=True))
    return ViewPlaces(view_id, tuple(placed))


def with_suffixes(view: ViewPlaces) -> ViewPlaces:
    """The places with the suffix of what each file holds."""
    return ViewPlaces(view.view_id, tuple(Place(one.source, one.target + _suffix(one.source)) for one in view.files))


def _joined(scan_id: str, found: Sequence[tuple[Path, JoinPlace]]) -> Iterator[ViewPlaces]:
    view_ids = list(dict.fromkeys(place.view_id for _, place in found))
    for number, view_id in enumerate(view_ids):
        mine = [(file, place) for file, place in found if place.view_id == view_id]
        names = [f"{scan_id}_v{number}{'' if place.channel is None else f'_{place.channel}'}" for _, place in mine]
        yield view_places(view_id, [file for file, _ in mine], names)


def _suffix(file: Path) -> str:
    return _SUFFIX.get(format_of(read_head(file, HEAD_BYTES)) or "", ".tif")
