"""Content as a stream, for libraries that read from files."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, BinaryIO, cast

from imaging.formats.content import Content

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


def stream_of(content: Content, start: int = 0) -> BinaryIO:
    """A read-only stream that stands at `start`; it copies what is read from it (`BytesIO` would copy a view whole)."""
    stream = io.BytesIO(content) if isinstance(content, bytes) else cast("BinaryIO", _View(content))
    stream.seek(start)
    return stream


class _View(io.RawIOBase):
    """Memory is taken for what is there, not for what is asked as by `BufferedReader`: hostile files ask for 4 GB."""

    def __init__(self, content: memoryview) -> None:
        super().__init__()
        self._content, self._position = content, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        origin = (0, self._position, len(self._content))[whence]
        self._position = max(0, origin + offset)
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        end = None if size is None or size < 0 else self._position + size
        part = bytes(self._content[self._position : end])
        self._position += len(part)
        return part

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        room = memoryview(buffer).cast("B")
        part = self.read(len(room))
        room[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._content = memoryview(b"")  # what read from it may hold it in a cycle of references
        super().close()
