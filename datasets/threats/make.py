"""Make a threat library from the simulator, or from a folder of scans of single items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.pool.contact_sheet import sheet_of
from datasets.pool.errors import PoolError
from datasets.pool.records import Operation, Rights
from datasets.sandbox.threats import simulated_threats
from datasets.threats.from_scans import MATERIALS, threat_of_scan
from datasets.threats.store import Threat, ThreatLibrary, write_library
from imaging import ScanError, draw_marks, read_profile, read_scan

Picture = NDArray[np.uint8]
_SHOWN = 24


def library_of_sandbox(out: Path, *, count: int, seed: int) -> ThreatLibrary:
    """Simulated threats, as they are hidden in cargo."""
    threats, materials = simulated_threats(seed, count)
    done = Operation(verb="threats", arguments={"source": "sandbox", "count": count, "seed": seed})
    return write_library(out, threats, name=f"sandbox-{seed}", materials=materials, history=[done])


def library_of_scans(
    source: Path, out: Path, *, profile: Path, labels: Mapping[str, str], pitch_mm: float | None, licence: str
) -> tuple[ThreatLibrary, dict[str, str]]:
    """Scans of single items, a folder for each kind; each pair of files a threat.

    Returns:
        The library, and what could not be used with the reason.

    Raises:
        PoolError: when a folder is missing, the pixel pitch is not known, or nothing could be used.
    """
    scanner = read_profile(profile)
    pitch = pitch_mm or (scanner.spacing_mm[-1] if scanner.spacing_mm else None)
    missing = [folder for folder in labels if not (source / folder).is_dir()]
    if pitch is None or not labels or missing:
        raise PoolError(
            "scans of single items need a pixel pitch and a label for each of their folders",
            f"pitch {pitch}, labels {dict(labels)}, no folder {missing}",
            "give --pitch_mm and --labels FOLDER=LABEL",
        )
    rights = Rights(licence=licence, may_train=True, may_redistribute=False)
    threats, left_out = [], {}
    for folder, label in sorted(labels.items()):
        for high in sorted((source / folder).glob("*_high.*")):
            name = f"{folder}-{high.stem.removesuffix('_high')}"
            low = high.with_name(high.name.replace("_high.", "_low."))
            try:
                view = read_scan([low, high], scanner, scan_id=name).view
                about = {"name": name, "label": label, "item": folder}
                threats.append(threat_of_scan(view, scanner, **about, pitch_mm=pitch, rights=rights))
            except ScanError as error:
                left_out[high.name] = str(error)
    if not threats:
        raise PoolError("a library holds a threat or more", f"none in {source}", "look at --labels and --profile")
    done = Operation(verb="threats", arguments={"source": "scans", "profile": scanner.name, "pitch_mm": pitch})
    library = write_library(out, threats, name=out.name, materials=MATERIALS, history=[done])
    return library, left_out


def library_sheet(threats: Sequence[Threat]) -> Picture:
    """The first of a library's threats as an RGB picture, uint8 HW3: areal density in grey, with what they are."""
    step = max(1, len(threats) // _SHOWN)
    return sheet_of([_picture(threat) for threat in threats[::step][:_SHOWN]], columns=6)


def write_sheet(path: Path, threats: Sequence[Threat]) -> None:
    """Write `library_sheet` as PNG."""
    cv2.imwrite(str(path), library_sheet(threats)[..., ::-1])


def _picture(threat: Threat) -> Picture:
    total_HW = threat.areal_LHW.sum(axis=0)
    transmission = np.exp(-2 * total_HW / max(float(total_HW.max()), 1e-6)).astype(np.float32)
    padded = np.pad(transmission, 6, constant_values=1.0)
    grown = cv2.resize(padded, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    record = threat.record
    grey = np.repeat((255 * grown).astype(np.uint8)[..., None], 3, axis=2)
    return draw_marks(grey, [], f"{record.label}: {record.item}, {record.mass_kg:.3g} kg")
