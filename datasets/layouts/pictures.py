"""Which pictures a name without its suffix means."""

from __future__ import annotations

from pathlib import Path

from datasets.layouts.source import inside

_LOWER = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
SUFFIXES = (*_LOWER, *(suffix.upper() for suffix in _LOWER))


def pictures_of(source: Path, stem: Path) -> list[Path]:
    """Files of the source that are `stem` with a suffix of pictures, the commonest first.

    Args:
        source: The folder; what leads out of it is none of its files.
        stem: Path below the folder, without suffix; a dot in it is part of the name.
    """
    within = stem.relative_to(source).as_posix()
    found = (inside(source, f"{within}{suffix}") for suffix in SUFFIXES)
    return [path for path in found if path is not None]
