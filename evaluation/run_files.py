"""What a detector wrote -> a Run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from evaluation.coco_file import read_coco_file
from evaluation.output_folder import ViewKey, read_output_folder
from evaluation.records import Run


def read_run(name: str, path: Path, categories: Mapping[int, str], image_of_view: Mapping[ViewKey, int]) -> Run:
    """Read a run: an output folder of infer.py, or a bare file of COCO results.

    Args:
        name: Name of the run in the report.
        path: The folder or file.
        categories: Label of each category id, for bare files.
        image_of_view: Image id of each (scan_id, view_id), for folders.

    Raises:
        EvaluationError: when a file is missing, broken, or speaks of other scans.
    """
    return read_output_folder(name, path, image_of_view) if path.is_dir() else read_coco_file(name, path, categories)
