"""Files to `Scan` and back, calibration, material, views and drawing. Numpy only; no torch.

`scan` holds the nouns, `profile` what a scanner's numbers mean. Folders: `formats` (the bytes of one file), `reading`,
`writing`, `dicos` (DICOM and DICOS images, threat reports), `calibration` (air, flat field, bad elements, line noise),
`quality` (can it be judged), `material` (what it is, and how much), `display` (views by name), `drawing`, `conformance`
(for adapters).
"""

from imaging.adapter import FormatAdapter
from imaging.display import VIEWS, show
from imaging.display.pseudo_colour import pseudo_colour
from imaging.drawing import Mark, draw_marks
from imaging.errors import (
    NoPhysics,
    ProfileError,
    ReportError,
    ScanError,
    ScanTooLarge,
    UnreadableScan,
    UnsupportedScan,
    UnusableScan,
)
from imaging.formats import ReadLimits
from imaging.material import MassEstimate, areal_density, estimate_mass, fill_share
from imaging.profile import ScannerProfile, read_profile
from imaging.quality import QualityReport, check_usable, scan_quality
from imaging.reading import FoundScan, each_scan, find_scans, read_scan
from imaging.scan import Channel, Geometry, Quantity, Rescale, Scan, Source, View
from imaging.writing import write_png, write_scan, write_tiff

__all__ = [
    "VIEWS",
    "Channel",
    "FormatAdapter",
    "FoundScan",
    "Geometry",
    "Mark",
    "MassEstimate",
    "NoPhysics",
    "ProfileError",
    "QualityReport",
    "Quantity",
    "ReadLimits",
    "ReportError",
    "Rescale",
    "Scan",
    "ScanError",
    "ScanTooLarge",
    "ScannerProfile",
    "Source",
    "UnreadableScan",
    "UnsupportedScan",
    "UnusableScan",
    "View",
    "areal_density",
    "check_usable",
    "draw_marks",
    "each_scan",
    "estimate_mass",
    "fill_share",
    "find_scans",
    "pseudo_colour",
    "read_profile",
    "read_scan",
    "scan_quality",
    "show",
    "write_png",
    "write_scan",
    "write_tiff",
]
