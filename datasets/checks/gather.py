"""A pool's records -> tables, in one pass over each file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from datasets.checks.facts import Facts, index, lay_tables
from datasets.checks.files import look_at_files
from datasets.checks.lines import items_of, lines_of
from datasets.checks.pixels import look_at_pixels
from datasets.pool.records import AnnotatedImage, Annotation, Category, FileRecord, ScanRecord, TruthRecord
from datasets.pool.store import ANNOTATIONS_FILE, DECLARATIONS_FILE, SCANS_FILE, TRUTH_FILE
from datasets.pool.stream import PoolStream
from datasets.readings import AnewEachTime, Readings
from datasets.verbs.outcome import Track
from declarations.schema import Declaration

Model = TypeVar("Model", bound=BaseModel)


@contextmanager
def gathered(
    root: Path, *, pixels: bool, track: Track, readings: Readings | None = None, this_month: str | None = None
) -> Iterator[Facts]:
    """The facts of a pool; with `pixels` every file is read, hashed and decoded as well, or was, as `readings` know.

    Raises:
        PoolError: when it is no pool.
    """
    stream = PoolStream(root)
    month = this_month or datetime.now(UTC).strftime("%Y-%m")
    with closing(lay_tables()) as database:
        facts = Facts(root, stream.info, database, stream.is_sealed, month, readings or AnewEachTime())
        _Records(facts).gather(track)
        index(database)
        look_at_files(facts, read=pixels, track=track)
        if pixels:
            look_at_pixels(facts, track=track)
        yield facts


class _Records:
    """Writes records into tables; knows how many views came before, and which sets of labels."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.views = 0
        self.sets: dict[tuple[str, ...], int] = {}

    def gather(self, track: Track) -> None:
        root = self.facts.root
        take: Callable[[int, ScanRecord], None] = self._scan
        self._each(SCANS_FILE, track(lines_of(root / SCANS_FILE, ScanRecord), "reading scans"), take, "scan_id")
        self._each(
            DECLARATIONS_FILE,
            lines_of(root / DECLARATIONS_FILE, Declaration),
            lambda _, record: self._declaration(record),
            "declaration_id",
        )
        self._each(
            TRUTH_FILE,
            lines_of(root / TRUTH_FILE, TruthRecord),
            lambda _, record: self.facts.add("truth", record.unit_id),
            "unit_id",
        )
        path = root / ANNOTATIONS_FILE
        self._each(f"{path.name}, images", items_of(path, "images", AnnotatedImage), self._image, "id")
        self._each(
            f"{path.name}, categories",
            items_of(path, "categories", Category),
            lambda _, record: self.facts.add("categories", record.id, record.name),
            "id",
        )
        boxes = track(items_of(path, "annotations", Annotation), "reading annotations")
        self._each(f"{path.name}, annotations", boxes, self._box, "id")

    def _each(
        self, file: str, records: Iterator[tuple[int, Model | str]], take: Callable[[int, Model], None], key: str
    ) -> None:
        last = None
        for number, record in records:
            if isinstance(record, str):
                self.facts.add("broken", file, number, record)
                continue
            this = getattr(record, key)
            if last is not None and this < last:
                self.facts.add("unsorted", file, number, str(this))
            last = this
            take(number, record)

    def _scan(self, number: int, scan: ScanRecord) -> None:
        rights = scan.rights
        self.facts.add(
            "scans", number, scan.scan_id, scan.site, scan.scanner, scan.captured, scan.split, scan.group,
            rights.licence, rights.may_train, rights.may_redistribute, self._labels(scan.examined_for), scan.exam_basis,
        )  # fmt: skip
        for view in scan.views:
            self.views += 1
            self.facts.add(
                "views", self.views, scan.scan_id, view.view_id, view.quantity.value, json.dumps(view.channels),
                *view.size_hw, None if view.spacing_mm is None else json.dumps(view.spacing_mm),
            )  # fmt: skip
            for file in view.files:
                self._file(file, scan.scan_id, view.view_id, "image")
        for unit in scan.units:
            self.facts.add("units", unit.unit_id, scan.scan_id, *(unit.region_xyxy or (None,) * 4))
            for part in unit.declarations:
                for line_no in (None,) if part.line_nos is None else part.line_nos:
                    self.facts.add("parts", unit.unit_id, scan.scan_id, part.declaration_id, line_no)

    def _labels(self, labels: tuple[str, ...]) -> int:
        if labels not in self.sets:
            self.sets[labels] = len(self.sets)
            for label in labels:
                self.facts.add("examined", self.sets[labels], label)
        return self.sets[labels]

    def _file(self, file: FileRecord, scan_id: str, view_id: str, kind: str) -> None:
        self.facts.add("files", file.path, file.sha256, scan_id, view_id, kind)

    def _declaration(self, declaration: Declaration) -> None:
        self.facts.add("declarations", declaration.declaration_id)
        for line in declaration.lines:
            self.facts.add("lines", declaration.declaration_id, line.line_no, line.gross_mass_kg, line.net_mass_kg)

    def _image(self, number: int, image: AnnotatedImage) -> None:
        del number
        self.facts.add(
            "images", image.id, image.scan_id, image.view_id, image.file_name, image.height, image.width
        )  # fmt: skip
        if image.mask is not None:
            self._file(image.mask, image.scan_id, image.view_id, "mask")

    def _box(self, number: int, box: Annotation) -> None:
        del number
        self.facts.add(
            "boxes", box.id, box.image_id, box.category_id, *box.bbox, box.area,
            *(box.visible_bbox or (None,) * 4), *_bounds(box.segmentation),
        )  # fmt: skip


def _bounds(polygons: tuple[tuple[float, ...], ...]) -> tuple[float | None, ...]:
    """Left, top, right and bottom of all corners; Nones without any."""
    x = [value for polygon in polygons for value in polygon[::2]]
    y = [value for polygon in polygons for value in polygon[1::2]]
    return (min(x), min(y), max(x), max(y)) if x and y else (None,) * 4
