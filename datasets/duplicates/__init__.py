"""Scans that show the same thing: prints of their pixels, and the pairs among a million prints."""

from datasets.duplicates.alike import SAME, likeness
from datasets.duplicates.pairs import near_duplicate_pairs
from datasets.duplicates.prints import fingerprint, scan_prints, view_print

__all__ = ["SAME", "fingerprint", "likeness", "near_duplicate_pairs", "scan_prints", "view_print"]
