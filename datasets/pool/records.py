"""The lines of a pool's files, as frozen pydantic models: unknown keys are refused, nothing is guessed.

Read without torch. The layout is drawn in ARCHITECTURE.md; `store.py` reads and writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from declarations.schema import DeclaredPart, Kilograms, Line, Strict
from imaging.profile import GeometryEntry, ScannerProfile
from imaging.scan import Quantity

SCHEMA_VERSION: Literal[1] = 1
Split = Literal["train", "val", "calibration", "test"]
Month = Annotated[str, Field(pattern=r"^\d{4}-\d{2}$")]


def _below_root(path: str) -> str:
    parts = PurePosixPath(path)
    if not parts.parts or parts.is_absolute() or ".." in parts.parts or "\\" in path or "\x00" in path:
        raise ValueError("a file of a pool lies below the pool's root, with / between folders")
    return path


PoolPath = Annotated[str, AfterValidator(_below_root)]


class Operation(Strict):
    """One step of a pool's history, with the arguments that were given. No times of day: same inputs, same bytes."""

    verb: str
    arguments: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    parents: tuple[Parent, ...] = ()


class Parent(Strict):
    """A pool that another was made from: its name, its hashes as they were then, and its own history."""

    name: str
    content_hash: str
    truth_hash: str = ""
    history: tuple[Operation, ...] = ()


def all_operations(history: Iterable[Operation]) -> Iterator[Operation]:
    """Steps of a history and of the histories of the pools that it was made from, the oldest first."""
    for step in history:
        for parent in step.parents:
            yield from all_operations(parent.history)
        yield step


class PoolInfo(Strict):
    """`pool.json`."""

    schema_version: Literal[1] = SCHEMA_VERSION
    name: str
    labels: tuple[str, ...]
    sites: tuple[str, ...]
    scanners: tuple[ScannerProfile, ...] = ()
    content_hash: str = ""
    truth_hash: str = ""
    history: tuple[Operation, ...] = ()


class Rights(Strict):
    """What the owner of a scan allows."""

    licence: str
    may_train: bool
    may_redistribute: bool


class FileRecord(Strict):
    """One file below the pool's root and the channels that it holds, in order."""

    path: PoolPath
    channels: tuple[str, ...]
    sha256: str


class ViewRecord(Strict):
    """One view of a scan and the files that hold it."""

    view_id: str
    quantity: Quantity
    channels: tuple[str, ...]
    files: Annotated[tuple[FileRecord, ...], Field(min_length=1)]
    size_hw: tuple[int, int]
    spacing_mm: tuple[float, ...] | None = None
    geometry: GeometryEntry | None = None


class UnitRecord(Strict):
    """A container, trailer, parcel or bag in a scan, and which declarations speak of it."""

    unit_id: str
    region_xyxy: tuple[float, float, float, float] | None = None
    kind: str = "container"
    iso_type: str | None = None
    tare_kg: Kilograms | None = None
    declared_empty: bool | None = None
    declarations: tuple[DeclaredPart, ...] = ()


class ScanRecord(Strict):
    """One line of `scans.jsonl`. Labels outside `examined_for` are unknown in this scan, not absent."""

    scan_id: str
    site: str
    scanner: str
    captured: Month | None = None
    split: Split
    group: str
    rights: Rights
    examined_for: tuple[str, ...]
    exam_basis: Literal["simulated", "physical_exam", "image_review", "assumed"]
    views: Annotated[tuple[ViewRecord, ...], Field(min_length=1)]
    units: tuple[UnitRecord, ...] = ()


class Falsehood(Strict):
    """One way in which a declaration is false, such as `undeclared_goods`, with its facts."""

    kind: str
    facts: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class TruthRecord(Strict):
    """One line of `truth.jsonl`: what really is in a unit."""

    unit_id: str
    outcome: Literal["clean", "contraband", "false_declaration", "both"]
    basis: Literal["simulated", "physical_exam", "image_review", "assumed"]
    falsehoods: tuple[Falsehood, ...] = ()
    lines: tuple[Line, ...] = ()


class AnnotatedImage(Strict):
    """An image of `annotations.json`: one view of one scan.

    `mask` is a file of the view's shape whose values say which object a pixel or voxel belongs to, as the annotations
    say in `mask_level` of their attributes; it is truth, and lies in `masks/`.
    """

    id: int
    scan_id: str
    view_id: str
    file_name: str
    height: int
    width: int
    mask: FileRecord | None = None


class Annotation(Strict):
    """A labelled object, COCO layout; `bbox` is x, y, width, height in pixels of the stored view.

    `bbox` is of the whole object, `visible_bbox` of what stands out of noise: None where nothing does, or where nobody
    measured it.
    """

    id: int
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    area: float
    visible_bbox: tuple[float, float, float, float] | None = None
    iscrowd: Literal[0, 1] = 0
    segmentation: tuple[tuple[float, ...], ...] = ()
    attributes: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class Category(Strict):
    """A label and its number."""

    id: int
    name: str


class Annotations(Strict):
    """`annotations.json`: COCO."""

    images: tuple[AnnotatedImage, ...]
    annotations: tuple[Annotation, ...]
    categories: tuple[Category, ...]
