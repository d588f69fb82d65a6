"""Pictures as other tools read them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from datasets.file_names import file_stem
from datasets.pool.draft import LabelledObject
from datasets.pool.records import ScanRecord, ViewRecord
from datasets.pool.store import read_record
from imaging import ScannerProfile, pseudo_colour, write_png


@dataclass(frozen=True)
class ExportedView:
    """A view on disk: its file below the folder of images, size, and what is annotated in it."""

    scan: ScanRecord
    name: str
    size_hw: tuple[int, int]
    objects: tuple[LabelledObject, ...]


def write_pictures(
    root: Path, scan: ScanRecord, view_ids: Collection[str], profile: ScannerProfile | None, depth: int, out: Path
) -> dict[str, str]:
    """Write some views of a scan below `out`; their names.

    With 16 bits the stored files are copied, bit for bit. With 8, pictures of 8 bits stay as they are and all others
    are shown in the colours of an operator's screen.
    """
    if depth == 16:
        return {view.view_id: _copied(root, scan, view, out) for view in scan.views if view.view_id in view_ids}
    names = {view_id: f"{_stem(scan, view_id)}.png" for view_id in view_ids}
    for view in read_record(root, scan, profile).views:
        name = names.get(view.view_id)
        if name and not (out / name).exists():  # of a run that was cut off; a picture is there whole or not at all
            write_png(out / name, pseudo_colour(view, profile))
    return names


def _stem(scan: ScanRecord, view_id: str) -> str:
    return file_stem(scan.scan_id) if len(scan.views) == 1 else file_stem(scan.scan_id, view_id)


def _copied(root: Path, scan: ScanRecord, view: ViewRecord, out: Path) -> str:
    """The first file has the name of the view; further energies stand beside it."""
    names = [f"{_stem(scan, view.view_id)}{'' if not place else f'@@{place}'}.tiff" for place in range(len(view.files))]
    for name, file in zip(names, view.files, strict=True):
        (out / name).unlink(missing_ok=True)
        try:
            os.link(root / file.path, out / name)
        except OSError:
            shutil.copyfile(root / file.path, out / name)
    return names[0]
