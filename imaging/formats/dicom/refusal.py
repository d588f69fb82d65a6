"""Whatever goes wrong in a DICOM file leaves as a `ScanError` that names the file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from imaging.errors import ScanError, UnreadableScan


@contextmanager
def refused_by_name(name: str) -> Iterator[None]:
    """Add the file's name to a `ScanError`, and make one of anything else that parsing hostile bytes raises."""
    try:
        yield
    except ScanError as error:
        raise type(error)(error.rule, f"{error.found} in {name}", error.remedy) from error
    except Exception as error:
        found = f"{type(error).__name__}: {error}"[:300]
        raise UnreadableScan("a DICOM file decodes", f"{found} in {name}", "copy or export the file again") from error
