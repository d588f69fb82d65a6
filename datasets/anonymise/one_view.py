"""One view of a scan whose headers are clean: text and cabs blanked, written anew where they were, and looked at again.

Only what was written is looked at: what a reader of the pool will see is what is judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from datasets.anonymise.hold_back import HeldBackError
from datasets.anonymise.pixels import areas_to_blank, refuse_text
from datasets.anonymise.places import Place, ViewPlaces
from datasets.anonymise.rules import Rules
from datasets.duplicates import view_print
from datasets.pool.records import FileRecord, ViewRecord
from datasets.pool.store import file_sha256
from imaging import ScannerProfile, View, read_scan
from imaging.anonymisation.blank import blank, write_blanked
from imaging.anonymisation.dicom_blanked import holds_grey_plane, write_blanked_dicom
from imaging.anonymisation.removed import Removed
from imaging.scan import Pixels


@dataclass(frozen=True)
class CleanFile:
    """What was taken out of a file, the hash of what was written, and the areas that were blanked."""

    removed: tuple[Removed, ...]
    sha256: str
    boxes_N4: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 4), np.int64))


@dataclass(frozen=True)
class CleanView:
    """A view as the pool has it, with its files by path."""

    record: ViewRecord
    files: Mapping[str, CleanFile]
    print: bytes
    looked_for_people: bool


def clean_view(
    view: ViewPlaces, clean: Mapping[str, CleanFile], root: Path, rules: Rules, profile: ScannerProfile | None
) -> CleanView:
    """A view without text and cabs, its files written anew where something had to be blanked.

    Args:
        view: The view, with the places of its files.
        clean: Its files below `root`, by path, whose headers are clean.
        root: The pool to be.
        rules: Whether text and people are looked for.
        profile: Of the scanner.

    Raises:
        HeldBackError: when something is in doubt, or was not written as it was meant.
        ScanError: when what was written can not be read.
    """
    seen = _seen(view, root, pool_profile(profile))
    areas = areas_to_blank(seen, rules, profile)
    if not len(areas.boxes_N4):
        files = {place.target: clean[place.target] for place in view.files}
        record = _record(view, seen, files, seen.spacing_mm)
        return CleanView(record, files, view_print(seen), areas.looked_for_people)
    pixels_CHW = blank(seen.pixels, areas.boxes_N4)
    anew = ViewPlaces(
        view.view_id, tuple(_write_anew(view, number, root, pixels_CHW) for number in range(len(view.files)))
    )
    again = _seen(anew, root, pool_profile(profile))
    if not np.array_equal(again.pixels, pixels_CHW, equal_nan=pixels_CHW.dtype.kind == "f"):
        raise HeldBackError("a scan with blanked areas could not be written without loss")
    refuse_text(again, rules)
    files = {
        new.target: CleanFile(
            (*clean[old.target].removed, *areas.removed), file_sha256(root / new.target), areas.boxes_N4
        )
        for old, new in zip(view.files, anew.files, strict=True)
    }
    return CleanView(_record(anew, again, files, seen.spacing_mm), files, view_print(again), areas.looked_for_people)


def _write_anew(view: ViewPlaces, number: int, root: Path, image_CHW: Pixels) -> Place:
    """Write a file of a view again: DICOM where it can keep what its header says of the pixels, TIFF for all others."""
    place = view.files[number]
    pixels_CHW = image_CHW if len(view.files) == 1 else image_CHW[number : number + 1]
    path = root / place.target
    if path.suffix == ".dcm" and holds_grey_plane(path):
        write_blanked_dicom(path, pixels_CHW[0])
        return place
    path.unlink()
    anew = Place(place.source, str(Path(place.target).with_suffix(".tif")))
    write_blanked(pixels_CHW, root / anew.target)
    return anew


def pool_profile(profile: ScannerProfile | None) -> ScannerProfile | None:
    """The profile as the pool has it: without the names that the original files bore."""
    return None if profile is None else profile.model_copy(update={"join": None})


def _seen(view: ViewPlaces, root: Path, profile: ScannerProfile | None) -> View:
    return read_scan([root / place.target for place in view.files], profile, mapped=True).view


def _record(
    view: ViewPlaces, seen: View, clean: Mapping[str, CleanFile], spacing_mm: tuple[float, ...] | None
) -> ViewRecord:
    names = seen.channel_names
    one_each = len(view.files) == len(names) > 1 and seen.pixels.ndim == 3
    return ViewRecord(
        view_id=view.view_id,
        quantity=seen.quantity,
        channels=names,
        files=tuple(
            FileRecord(
                path=place.target,
                channels=(names[number],) if one_each else names,
                sha256=clean[place.target].sha256,
            )
            for number, place in enumerate(view.files)
        ),
        size_hw=seen.size_hw,
        spacing_mm=spacing_mm,
    )
