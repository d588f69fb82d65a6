"""A bare file of COCO results, from any vendor."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaluation.errors import EvaluationError
from evaluation.json_files import broken, finite, load
from evaluation.records import Prediction, Run

_NOTES = (
    "Bare file of COCO results: it does not say which images were processed, so all of them count as processed",
    "It holds no alarms of its own; a threshold can only be frozen on the pool's calibration split",
)


def read_coco_file(name: str, path: Path, categories: Mapping[int, str]) -> Run:
    """Read a JSON list of {image_id, category_id, bbox (x, y, width, height), score} as a run.

    Raises:
        EvaluationError: when the file is broken, or a category is not the pool's.
    """
    entries = load(path)
    if not isinstance(entries, list):
        raise broken(path, f"a {type(entries).__name__}", "a JSON list of COCO results")
    predictions = []
    for place, entry in enumerate(entries, start=1):
        try:
            predictions.append(_prediction(path, f"entry {place}", entry, categories))
        except (KeyError, TypeError, ValueError) as error:
            wanted = "a list of image_id, category_id, bbox (four numbers) and score"
            raise broken(path, f"entry {place}: {str(entry)[:80]}", wanted) from error
    return Run(name, tuple(predictions), notes=_NOTES)


def _prediction(path: Path, where: str, entry: Mapping[str, Any], categories: Mapping[int, str]) -> Prediction:
    image_id, category_id = entry["image_id"], entry["category_id"]
    x, y, width, height, score = finite(path, where, [*entry["bbox"], entry["score"]])
    if any(isinstance(number, bool) for number in (image_id, category_id)):  # for Python, True is the number 1
        raise ValueError(where)
    if not isinstance(image_id, int) or width < 0 or height < 0:
        raise ValueError(where)
    # infer.py writes the label's name beside its number: two numberings would mix up labels without a sound.
    if category_id not in categories or entry.get("label", categories[category_id]) != categories[category_id]:
        said = f", label {entry['label']!r}" if "label" in entry else ""
        known = ", ".join(f"{number} {label}" for number, label in categories.items())
        raise EvaluationError(
            "category ids are those of the pool's annotations.json",
            f"category_id {category_id!r}{said} in {where} of {path.name}; the pool has {known}",
            "map the detector's labels to the pool's categories, or leave those predictions out",
        )
    return Prediction(image_id, categories[category_id], (x, y, x + width, y + height), score)
