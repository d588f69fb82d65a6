"""Layouts of public data sets, one file each: a folder as it was published -> scans in the source's own words.

Every layout is a module here of the name that is its option, with `read(source, dirt) -> Iterator[SourceScan]`.
"""

from datasets.layouts.source import BBox, Dirt, SourceObject, SourceScan, SourceView, inside

__all__ = ["BBox", "Dirt", "SourceObject", "SourceScan", "SourceView", "inside"]
