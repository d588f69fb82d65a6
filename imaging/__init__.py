"""Files to `Scan` and back, calibration, material, colour and drawing. Numpy only; no torch."""

from imaging.colour import pseudo_colour
from imaging.density import areal_density
from imaging.draw import Mark, draw_marks
from imaging.errors import (
    NoPhysics,
    ProfileError,
    ScanError,
    ScanTooLarge,
    UnreadableScan,
    UnsupportedScan,
    UnusableScan,
)
from imaging.files import FoundScan, find_scans
from imaging.formats import ReadLimits
from imaging.material import MassEstimate, estimate_mass, fill_share
from imaging.profile import ScannerProfile, read_profile
from imaging.quality import check_usable
from imaging.read import read_scan
from imaging.scan import Channel, Geometry, Quantity, Scan, Source, View
from imaging.write import write_png, write_tiff

__all__ = [
    "Channel",
    "FoundScan",
    "Geometry",
    "Mark",
    "MassEstimate",
    "NoPhysics",
    "ProfileError",
    "Quantity",
    "ReadLimits",
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
    "write_png",
    "write_tiff",
]
