"""Files to `Scan` and back, calibration, material, views and drawing. Numpy only; no torch.

Folders of their own: `calibration` (air, flat field, bad elements, line noise), `discrimination` (materials from two
energies), `display` (views by name), `dicos` (writing DICOM and DICOS, threat reports), `conformance` (for adapters).
"""

from imaging.adapter import FormatAdapter
from imaging.colour import pseudo_colour
from imaging.density import areal_density
from imaging.display import VIEWS, show
from imaging.draw import Mark, draw_marks
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
from imaging.export import write_scan
from imaging.files import FoundScan, find_scans
from imaging.formats import ReadLimits
from imaging.material import MassEstimate, estimate_mass, fill_share
from imaging.profile import ScannerProfile, read_profile
from imaging.quality import QualityReport, check_usable, scan_quality
from imaging.read import read_scan
from imaging.scan import Channel, Geometry, Quantity, Rescale, Scan, Source, View
from imaging.write import write_png, write_tiff

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
