"""Which code reads files: what another edition made of them does not count."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

from datasets.pool.store import file_sha256

_HOUSE = Path(__file__).parents[2]
_ROOMS = ("datasets", "imaging")
_LIBRARIES = ("numpy", "opencv-python", "tifffile", "imagecodecs", "pydicom", "pydantic")


@cache
def edition() -> str:
    """SHA-256 over the source of all that reads files, and the versions of the libraries that it reads them with."""
    digest = hashlib.sha256()
    files = [path for room in _ROOMS for path in (_HOUSE / room).rglob("*") if "__pycache__" not in path.parts]
    for path in sorted(path for path in files if path.is_file()):
        digest.update(f"{path.relative_to(_HOUSE).as_posix()} {file_sha256(path)}\n".encode())
    for name in (platform.python_version(), *(version(library) for library in _LIBRARIES)):
        digest.update(f"{name}\n".encode())
    return digest.hexdigest()
