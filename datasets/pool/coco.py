"""Annotations of a pool -> COCO, as they come: objects, then categories, then images, as sorted keys want it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from datasets.pool.errors import PoolError
from datasets.pool.objects import LabelledObject
from datasets.pool.records import AnnotatedImage, Annotation, Category
from datasets.pool.store import canonical

Annotated = Iterator[tuple[AnnotatedImage, Sequence[LabelledObject]]]


def write_annotations(path: Path, labels: Sequence[str], annotated: Callable[[], Annotated]) -> None:
    """Write `annotations.json`.

    Args:
        path: The file.
        labels: Labels of the pool; their numbers are their places, from 1.
        annotated: Gives annotated views with their objects, by image id, anew at each call.

    Raises:
        PoolError: when an object has another label.
    """
    numbers = {label: number for number, label in enumerate(labels, start=1)}
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for opening, parts in (
            ('{"annotations":[', _annotations(annotated(), numbers)),
            (',"categories":[', (canonical(Category(id=number, name=label)) for label, number in numbers.items())),
            (',"images":[', (canonical(image) for image, _ in annotated())),
        ):
            stream.write(opening)
            for place, part in enumerate(parts):
                stream.write(("," if place else "") + part)
            stream.write("]")
        stream.write("}\n")


def _annotations(annotated: Annotated, numbers: Mapping[str, int]) -> Iterator[str]:
    flat = ((image, one) for image, objects in annotated for one in objects)
    for number, (image, one) in enumerate(flat, start=1):
        if one.label not in numbers:
            raise PoolError(
                "every object has a label of the pool",
                f"{one.label!r} in {image.scan_id}, labels {sorted(numbers)}",
                "add it to the labels of the pool",
            )
        values = one.model_dump(exclude={"label", "area"})
        area = round(one.bbox[2] * one.bbox[3], 2) if one.area is None else one.area
        yield canonical(Annotation(id=number, image_id=image.id, category_id=numbers[one.label], area=area, **values))
