"""Scans and pictures to files, whole or not at all."""

from imaging.writing.export import write_scan
from imaging.writing.write import write_png, write_tiff

__all__ = ["write_png", "write_scan", "write_tiff"]
