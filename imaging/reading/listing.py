"""What lies below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePath


def entries(folder: Path) -> Iterator[PurePath]:
    """Every entry below a folder that is no folder, relative to it; of one folder by name.

    Links to folders are entries, not followed: they can form loops; and so are folders that cannot be entered.
    """
    locked: list[PurePath] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: locked.append(Path(error.filename))):
        linked = [name for name in folders if Path(place, name).is_symlink()]
        within = PurePath(place).relative_to(folder)
        yield from (within / name for name in sorted([*names, *linked]))
    yield from (path.relative_to(folder) for path in locked)
