"""A line scanner's own faults, found, taken out and reported: levels, bad elements, line noise, ends of the scale."""

from imaging.calibration.air_region import AirRegion, find_air
from imaging.calibration.bad_elements import BadElement, ElementReport, find_bad_elements
from imaging.calibration.flat_field import FlatField, flat_field
from imaging.calibration.line_noise import LineNoise, correct_line_noise
from imaging.calibration.masks import no_penetration_mask, saturation_mask
from imaging.calibration.reference import AirDark, air_dark
from imaging.calibration.repair import Repair, repair
from imaging.calibration.self_air import self_air
from imaging.lines import DetectorAxis

__all__ = [
    "AirDark",
    "AirRegion",
    "BadElement",
    "DetectorAxis",
    "ElementReport",
    "FlatField",
    "LineNoise",
    "Repair",
    "air_dark",
    "correct_line_noise",
    "find_air",
    "find_bad_elements",
    "flat_field",
    "no_penetration_mask",
    "repair",
    "saturation_mask",
    "self_air",
]
