"""What is annotated in a view, with labels by name, before they have numbers."""

from __future__ import annotations

from pydantic import BaseModel, Field

from datasets.pool.records import FileRecord


class LabelledObject(BaseModel, frozen=True):
    """An annotation that names its label, before labels have numbers. Fields as in `Annotation`."""

    label: str
    bbox: tuple[float, float, float, float]
    visible_bbox: tuple[float, float, float, float] | None = None
    iscrowd: int = 0
    segmentation: tuple[tuple[float, ...], ...] = ()
    attributes: dict[str, str | int | float | bool | None] = Field(default_factory=dict)
    area: float | None = None


class ViewObjects(BaseModel, frozen=True):
    """What is annotated in one view; a view that nobody annotated has none of these."""

    view_id: str
    objects: tuple[LabelledObject, ...] = ()
    mask: FileRecord | None = None
