"""The files of a source: which are pictures, which one a name means, and what a scan of them is called."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from datasets.layouts.objects import plain
from datasets.layouts.source import Dirt, SourceScan, SourceView, inside
from imaging.names import as_text, side_file_reason

NO_FILE = "pipes, sockets and devices: left out"
NO_IMAGE = "images that are named but not in the folder: left out"
NO_PICTURE = "annotation files without an image: left out"
LEAVES = "names that lead out of the folder: left out"
UNLISTED = "images in the folder that no annotation names: left out"
NOT_ANNOTATED = "images without an annotation file: kept as not annotated"
UNREADABLE = "annotation files that can not be read: their images kept as not annotated"
SAME_NAME = "images whose name differs from another's only in its suffix: left out"
IN_SEVERAL = "images that several subsets list: kept, their subset left open"


def named_file(source: Path, names: Sequence[str], dirt: Dirt) -> Path | None:
    """The first file that one of these names means; None, and counted, where there is none within the source."""
    found = next((path for name in names if (path := inside(source, name)) is not None), None)
    if found is None:
        dirt.add(LEAVES if any(_leaves(source, name) for name in names) else NO_IMAGE, plain(names[0]))
    elif ".." in found.parts:  # one file, one name
        return source / found.resolve().relative_to(source.resolve())
    return found


def files_below(source: Path, folder: Path, dirt: Dirt) -> Iterator[Path]:
    """Files below a folder of the source, by name, folder by folder; links that lead out are counted and left out."""
    if not folder.resolve().is_relative_to(source.resolve()):  # the folder itself may be a link
        dirt.add(LEAVES, as_text(os.path.relpath(folder, source)))
        return
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names, key=os.path.splitext):
            path = Path(root) / name
            if path.is_symlink() and inside(source, os.path.relpath(path, source)) is None:
                dirt.add(LEAVES, as_text(os.path.relpath(path, source)))
            elif not name.startswith("."):
                if path.is_file():
                    yield path
                else:
                    dirt.add(NO_FILE, as_text(os.path.relpath(path, source)))


def pictures_below(source: Path, folder: Path, dirt: Dirt) -> Iterator[Path]:
    """Files below a folder that may hold a scan, by name; one that shares its name but for the suffix is counted."""
    last = None
    for path in files_below(source, folder, dirt):
        if side_file_reason(path) is None:
            if (stem := path.with_suffix("")) == last:
                dirt.add(SAME_NAME, as_text(str(path.relative_to(source))))
            else:
                yield path
            last = stem


def scan_name(path: Path, folder: Path) -> str:
    """Name of a scan: path of its file below a folder, without suffix, with forward slashes."""
    return as_text(path.relative_to(folder).with_suffix("").as_posix())


def not_annotated(name: str, path: Path, subset: str = "", scanner: str = "") -> SourceScan:
    """A scan of which the source does not say what is in it: nothing was looked for."""
    view = SourceView("view0", (path,), is_annotated=False)
    return SourceScan(name, (view,), group=name, scanner=scanner, subset=subset, examined_for=())


def _leaves(source: Path, name: str) -> bool:
    if "\x00" in name:
        return False
    return not (source / name.replace("\\", "/")).resolve().is_relative_to(source.resolve())
