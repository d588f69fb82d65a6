"""Whether an adapter for a format that is not public keeps the rules of reading: for a service to run on its own.

    python -m imaging.conformance --adapter my_module:MyAdapter --samples FOLDER

Samples stay where they are; the report names them and no pixel of theirs beyond what a sidecar asked for.
"""

from imaging.conformance.check import Problem, check_adapter
from imaging.conformance.sample import Sample, read_samples

__all__ = ["Problem", "Sample", "check_adapter", "read_samples"]
