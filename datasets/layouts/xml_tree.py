"""XML of strangers: without a document type, so without entities; no more of it in memory than one annotation needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from datasets.pool.errors import PoolError

MOST_BYTES = 64 << 20
MOST_DEPTH = 64
CHUNK_BYTES = 1 << 20


def read_xml(path: Path) -> Element:
    """Root element of an XML file, such as the annotation of one image.

    Raises:
        PoolError: when it can not be read, is no XML, takes more than 64 MiB, nests more than 64 deep, or has a
            document type: that may declare entities which swell without end.
    """
    builder = _Builder(keep=None)
    for _ in _fed(path, builder):
        pass
    return builder.close()


def stream_xml(path: Path, tags: Collection[str]) -> Iterator[Element]:
    """Children of the root with these tags one after the other; nothing of the file stays in memory behind them.

    Raises:
        PoolError: as `read_xml`, when that place is reached; only a single child, not the file, is held to 64 MiB.
    """
    builder = _Builder(keep=tags)
    for _ in _fed(path, builder):
        yield from builder.finished
        builder.finished.clear()


class _Builder(TreeBuilder):
    """Refuses document types and great depth. With tags to `keep`, children of the root leave the tree as they end."""

    def __init__(self, keep: Collection[str] | None) -> None:
        super().__init__()
        self._keep = keep
        self._open: list[Element] = []
        self.finished: list[Element] = []
        self.let_go = 0

    def doctype(self, name: str, public_id: str | None, system: str | None) -> None:
        del name, public_id, system
        raise ParseError("a document type")

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        if len(self._open) == MOST_DEPTH:
            raise ParseError(f"more than {MOST_DEPTH} elements inside each other")
        self._open.append(super().start(tag, attrs))
        return self._open[-1]

    def end(self, tag: str) -> Element:
        element = super().end(tag)
        self._open.pop()
        if self._keep is not None and len(self._open) == 1:
            self._open[0].remove(element)
            self.let_go += 1
            if tag in self._keep:
                self.finished.append(element)
        return element


def _fed(path: Path, builder: _Builder) -> Iterator[None]:
    parser = XMLParser(target=builder)  # noqa: S314 - document types are refused
    held, let_go = 0, 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                held, let_go = (held if builder.let_go == let_go else 0) + len(chunk), builder.let_go
                if held > MOST_BYTES:
                    raise ParseError(f"more than {MOST_BYTES} bytes for one annotation")
                parser.feed(chunk)
                yield
        parser.close()
    except (OSError, ParseError, ValueError, LookupError) as error:
        raise PoolError(
            "an annotation in XML is whole, plain, and without a document type",
            f"{path.name}: {error}",
            "mend or remove the file",
        ) from error
