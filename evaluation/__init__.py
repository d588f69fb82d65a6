"""Numbers that an evaluator can sign: matching, rates, intervals, comparison, report. Knows no pool and no torch."""

from evaluation.auroc import auroc, auroc_interval
from evaluation.average_precision import average_precision
from evaluation.comparison import mcnemar_p_value, paired_difference
from evaluation.errors import EvaluationError
from evaluation.matching import located
from evaluation.metrics import evaluate
from evaluation.operating_point import clean_scans_needed, frozen_threshold
from evaluation.rates import pd_loc, pd_scan, pfa_scan
from evaluation.records import OperatingPoint, PoolTruth, Prediction, Run, ScanTruth, Truth, UnitResult, UnitTruth
from evaluation.report import write_report
from evaluation.resampled_ap import average_precision_interval
from evaluation.run_files import read_run
from evaluation.statistics import Interval, binomial_interval, cluster_bootstrap, rate_interval
from evaluation.summary import print_summary

__all__ = [
    "EvaluationError",
    "Interval",
    "OperatingPoint",
    "PoolTruth",
    "Prediction",
    "Run",
    "ScanTruth",
    "Truth",
    "UnitResult",
    "UnitTruth",
    "auroc",
    "auroc_interval",
    "average_precision",
    "average_precision_interval",
    "binomial_interval",
    "clean_scans_needed",
    "cluster_bootstrap",
    "evaluate",
    "frozen_threshold",
    "located",
    "mcnemar_p_value",
    "paired_difference",
    "pd_loc",
    "pd_scan",
    "pfa_scan",
    "print_summary",
    "rate_interval",
    "read_run",
    "write_report",
]
