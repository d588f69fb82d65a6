"""The batch engine: scans in, findings, checks, lanes, pictures and a report out; cut off at any moment, it goes on."""

from inference.device import settle
from inference.errors import InferenceError, OutOfResources, OutputRefused, PackageMisfit
from inference.findings import MOST_FINDINGS, SCORE_FLOOR, Finding
from inference.jobs import ScanJob, jobs_of_folder, jobs_of_records
from inference.linking import read_brought, with_declarations
from inference.outputs import refuse_inside
from inference.predict import Prediction, Request, predict
from inference.progress import progress_bar
from inference.whole_run import Ending, process

__all__ = [
    "MOST_FINDINGS",
    "SCORE_FLOOR",
    "Ending",
    "Finding",
    "InferenceError",
    "OutOfResources",
    "OutputRefused",
    "PackageMisfit",
    "Prediction",
    "Request",
    "ScanJob",
    "jobs_of_folder",
    "jobs_of_records",
    "predict",
    "process",
    "progress_bar",
    "read_brought",
    "refuse_inside",
    "settle",
    "with_declarations",
]
