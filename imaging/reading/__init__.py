"""Files to scans: which files are one scan, and what their numbers mean."""

from imaging.reading.files import FoundScan, each_scan, find_scans
from imaging.reading.read import read_scan

__all__ = ["FoundScan", "each_scan", "find_scans", "read_scan"]
