"""Whether anything can be judged from a scan."""

from imaging.quality.verdict import QualityReport, check_usable, scan_quality

__all__ = ["QualityReport", "check_usable", "scan_quality"]
