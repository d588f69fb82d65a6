"""Layouts of public data sets, one file each: a folder as it was published -> pool records."""

from datasets.layouts.coco import read_coco
from datasets.layouts.source import SourceBox, SourceImage, SourceSet

__all__ = ["SourceBox", "SourceImage", "SourceSet", "read_coco"]
