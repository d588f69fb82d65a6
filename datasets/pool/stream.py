"""A pool's records one after the other: a pool of a million scans is gone through with one of them in memory.

`store.read_pool` holds all records at once, as training wants; verbs that move or judge whole pools use this.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

import ijson
from pydantic import BaseModel

from datasets.pool.draft import LabelledObject, ViewObjects
from datasets.pool.errors import PoolError
from datasets.pool.nesting import refuse_deep
from datasets.pool.records import AnnotatedImage, Annotation, Category, PoolInfo, ScanRecord, TruthRecord
from datasets.pool.store import (
    ANNOTATIONS_FILE,
    DECLARATIONS_FILE,
    SCANS_FILE,
    TRUTH_FILE,
    read_info,
    read_lines,
    validated,
)
from declarations.schema import Declaration

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class PoolEntry:
    """A scan with what is annotated in it, labels by name; `annotated` is None in a sealed pool."""

    scan: ScanRecord
    annotated: tuple[ViewObjects, ...] | None


class PoolStream:
    """The records of a pool, each kind by rising id, read from disk anew by every call.

    Raises:
        PoolError: when it is no pool, or (while reading) a line breaks the schema or the order.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.info: PoolInfo = read_info(root)

    def scans(self) -> Iterator[ScanRecord]:
        """Scans by scan_id."""
        return _rising(read_lines(self.root / SCANS_FILE, ScanRecord), "scan_id", SCANS_FILE)

    def count(self) -> int:
        """How many scans there are, without reading them."""
        with (self.root / SCANS_FILE).open("rb") as stream:
            return sum(1 for _ in stream)

    def declarations(self) -> Iterator[Declaration]:
        """Declarations by declaration_id."""
        found = read_lines(self.root / DECLARATIONS_FILE, Declaration)
        return _rising(found, "declaration_id", DECLARATIONS_FILE)

    @property
    def is_sealed(self) -> bool:
        """Whether truth was left out."""
        return not (self.root / ANNOTATIONS_FILE).is_file()

    def truth(self) -> Iterator[TruthRecord]:
        """Truth by unit_id; nothing where the pool has none."""
        path = self.root / TRUTH_FILE
        return _rising(read_lines(path, TruthRecord), "unit_id", TRUTH_FILE) if path.is_file() else iter(())

    def images(self) -> Iterator[AnnotatedImage]:
        """Annotated views by image id; nothing in a sealed pool."""
        return self._items("images", AnnotatedImage)

    def categories(self) -> tuple[Category, ...]:
        """Labels and their numbers."""
        return tuple(self._items("categories", Category))

    def annotations(self) -> Iterator[Annotation]:
        """Annotations by id, which is by image id too."""
        return self._items("annotations", Annotation)

    def entries(self) -> Iterator[PoolEntry]:
        """Scans with their annotations, by scan_id."""
        if self.is_sealed:
            yield from (PoolEntry(scan, None) for scan in self.scans())
            return
        views = groupby(self._annotated_views(), lambda pair: pair[0])
        scan_id, found = next(views, _NOTHING)
        for scan in self.scans():
            if scan.scan_id != scan_id:
                yield PoolEntry(scan, ())
                continue
            yield PoolEntry(scan, tuple(view for _, view in found))
            scan_id, found = next(views, _NOTHING)
        if scan_id is not None:
            raise _out_of_place(f"an image of {scan_id!r}")

    def _annotated_views(self) -> Iterator[tuple[str, ViewObjects]]:
        """Annotated views with their scan and their objects, by image id."""
        label_of = {category.id: category.name for category in self.categories()}
        objects = groupby(self.annotations(), attrgetter("image_id"))
        image_id, found = next(objects, _NOTHING)
        for image in self.images():
            mine: tuple[LabelledObject, ...] = ()
            if image.id == image_id:
                mine = tuple(_labelled(one, label_of) for one in found)
                image_id, found = next(objects, _NOTHING)
            yield image.scan_id, ViewObjects(view_id=image.view_id, objects=mine, mask=image.mask)
        if image_id is not None:
            raise _out_of_place(f"an annotation of image {image_id}")

    def _items(self, name: str, model: type[Model]) -> Iterator[Model]:
        path = self.root / ANNOTATIONS_FILE
        if not path.is_file():
            return
        refuse_deep(path)
        with path.open("rb") as stream:
            try:
                for number, one in enumerate(ijson.items(stream, f"{name}.item", use_float=True), start=1):
                    yield validated(model, json.dumps(one), path.with_name(f"{path.name}, {name}"), number)
            except (ijson.JSONError, UnicodeDecodeError) as error:
                raise PoolError(f"{ANNOTATIONS_FILE} is JSON", f"{path}: {error}", "restore it") from error


_NOTHING: tuple[None, Iterator[Any]] = (None, iter(()))


def _rising(records: Iterator[Model], key: str, name: str) -> Iterator[Model]:
    last: str | None = None
    for record in records:
        found: str = getattr(record, key)
        if last is not None and found <= last:
            raise PoolError(
                f"lines of {name} stand by rising {key}, each once",
                f"{found!r} after {last!r}",
                "import the source again",
            )
        last = found
        yield record


def _out_of_place(what: str) -> PoolError:
    return PoolError(
        f"{ANNOTATIONS_FILE} speaks of the scans of the pool, in their order",
        f"{what} where none is due",
        "import the source again",
    )


def _labelled(annotation: Annotation, label_of: dict[int, str]) -> LabelledObject:
    if annotation.category_id not in label_of:
        raise _out_of_place(f"category {annotation.category_id} in annotation {annotation.id}")
    values = annotation.model_dump(exclude={"id", "image_id", "category_id"})
    return LabelledObject(label=label_of[annotation.category_id], **values)
