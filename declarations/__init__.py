"""What was declared of a unit, and how well an image agrees with it. No torch."""

from declarations.calibration import CalibrationTable, calibration_tables, conformal_p_value, fine_p_value, units_needed
from declarations.checks import check_unit
from declarations.errors import DeclarationError
from declarations.evidence import Evidence, MassEvidence
from declarations.flat_csv import FlatEntry, FlatFile, read_flat_csv
from declarations.hs import chapter, heading, normalise_code
from declarations.jsonl import read_declarations, write_declarations
from declarations.link import Declared, claim_for_scan, read_link_csv
from declarations.schema import Check, Declaration, DeclaredPart, Line, Observed, Package, UnitClaim, Verdict
from declarations.scores import CHECK_NAMES, score_checks
from declarations.taxonomy import ContrabandLabel, GoodsGroup, contraband_labels, goods_group_of, goods_groups
from declarations.verdict import mismatch_score, unit_p_value, unit_verdict

__all__ = [
    "CHECK_NAMES",
    "CalibrationTable",
    "Check",
    "ContrabandLabel",
    "Declaration",
    "DeclarationError",
    "Declared",
    "DeclaredPart",
    "Evidence",
    "FlatEntry",
    "FlatFile",
    "GoodsGroup",
    "Line",
    "MassEvidence",
    "Observed",
    "Package",
    "UnitClaim",
    "Verdict",
    "calibration_tables",
    "chapter",
    "check_unit",
    "claim_for_scan",
    "conformal_p_value",
    "contraband_labels",
    "fine_p_value",
    "goods_group_of",
    "goods_groups",
    "heading",
    "mismatch_score",
    "normalise_code",
    "read_declarations",
    "read_flat_csv",
    "read_link_csv",
    "score_checks",
    "unit_p_value",
    "unit_verdict",
    "units_needed",
    "write_declarations",
]
