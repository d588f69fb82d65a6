"""What a run is made of: two runs of one fingerprint end in the same bytes."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version

import torch

from inference.canonical import canonical
from inference.jobs import ScanJob
from models import ModelPackage

_LIBRARIES = ("torch", "torchvision", "numpy", "opencv-python", "tifffile", "imagecodecs")


def fingerprint_of(
    jobs: Sequence[ScanJob], package: ModelPackage, *, batch_size: int, declarations_given: bool
) -> dict[str, str | int | float | None]:
    """Parts by name, so that a difference can be told. Files are known by name, size and time of change."""
    return {
        "model": package.spec.package_sha256,
        "files": sum(len(job.inputs) for job in jobs),
        "inputs": _digest(_stamps(jobs)),
        "declarations": _digest(claim.model_dump_json() for job in jobs for claim in job.claims),
        "declarations_given": declarations_given,
        "scanner_profiles": _digest("" if job.profile is None else job.profile.model_dump_json() for job in jobs),
        "batch_size": batch_size,
        "threads": torch.get_num_threads(),
        "device": device_name(package),
        "python": platform.python_version(),
        **{library: version(library) for library in _LIBRARIES},
    }


def device_name(package: ModelPackage) -> str:
    """The processor that the networks run on."""
    devices = {parameter.device.type for part in package.components.values() for parameter in part.module.parameters()}
    if "cuda" in devices:
        return torch.cuda.get_device_name()
    return f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}"


def _stamps(jobs: Iterable[ScanJob]) -> Iterable[str]:
    for job in jobs:
        for name, path in zip(job.inputs, job.files, strict=True):
            try:
                found = path.lstat()
                yield canonical([job.scan_id, name, found.st_size, found.st_mtime_ns, job.image_ids])
            except OSError:
                yield canonical([job.scan_id, name, "missing"])


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()
