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
from imaging import ScanError, ScannerProfile, draw_marks, read_profile, read_scan

Picture = NDArray[np.uint8]
_SHOWN = 24
_TILE_PX = 420


def make_library(
    source: str,
    out: Path,
    *,
    count: int,
    seed: int,
    profile: Path | None,
    labels: Sequence[str],
    pitch_mm: float | None,
    licence: str,
) -> tuple[ThreatLibrary, dict[str, str]]:
    """Write a library of simulated threats, or of scans of single items: a folder for each kind, a pair for each item.

    Args:
        source: `sandbox`, or the folder of scans.
        out: Folder of the library.
        count: How many to simulate.
        seed: Of those.
        profile: Of the scanner of the scans.
        labels: FOLDER=LABEL for each folder of scans.
        pitch_mm: Pixel pitch of the scans, where the profile does not say it.
        licence: Of the scans.

    Returns:
        The library, and what could not be used with the reason.

    Raises:
        PoolError: when a folder, the profile or the pixel pitch is missing, or nothing could be used.
        ProfileError: when the profile is no profile, or has no material curves.
    """
    if source == "sandbox":
        threats, materials = simulated_threats(seed, count)
        done = Operation(verb="threats", arguments={"source": source, "count": count, "seed": seed})
        return write_library(out, threats, name=f"sandbox-{seed}", materials=materials, history=[done]), {}
    named = dict(entry.split("=", 1) for entry in labels if "=" in entry)
    missing = [folder for folder in named if not Path(source, folder).is_dir()]
    scanner = None if profile is None else read_profile(profile)
    spacing_mm = scanner.spacing_mm if scanner is not None else None
    pitch = pitch_mm or (spacing_mm[-1] if spacing_mm else None)
    if scanner is None or pitch is None or not named or missing:
        raise PoolError(
            "scans of single items need a profile, a pixel pitch, and a label for each of their folders",
            f"profile {profile}, pitch {pitch}, labels {named}, no folder {missing}",
            "give --profile, --pitch_mm and --labels FOLDER=LABEL",
        )
    rights = Rights(licence=licence, may_train=True, may_redistribute=False)
    threats_found, left_out = _of_scans(Path(source), named, scanner, pitch, rights)
    if not threats_found:
        raise PoolError("a library holds a threat or more", f"none in {source}", "look at --labels and --profile")
    done = Operation(verb="threats", arguments={"source": "scans", "profile": scanner.name, "pitch_mm": pitch})
    return write_library(out, threats_found, name=out.name, materials=MATERIALS, history=[done]), left_out


def _of_scans(
    source: Path, labels: Mapping[str, str], scanner: ScannerProfile, pitch_mm: float, rights: Rights
) -> tuple[list[Threat], dict[str, str]]:
    threats, left_out = [], {}
    for folder, label in sorted(labels.items()):
        for high in sorted((source / folder).glob("*_high.*")):
            name = f"{folder}-{high.stem.removesuffix('_high')}"
            low = high.with_name(high.name.replace("_high.", "_low."))
            about = {"name": name, "label": label, "item": folder}
            try:
                view = read_scan([low, high], scanner, scan_id=name).view
                threats.append(threat_of_scan(view, scanner, **about, pitch_mm=pitch_mm, rights=rights))
            except ScanError as error:
                left_out[high.name] = str(error)
    return threats, left_out


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
    scale = min(_TILE_PX / padded.shape[1], _TILE_PX / padded.shape[0])
    grown = cv2.resize(
        padded, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    paper = np.ones((_TILE_PX, _TILE_PX), np.float32)
    paper[: len(grown), : grown.shape[1]] = grown[:_TILE_PX, :_TILE_PX]
    grey = np.repeat((255 * np.clip(paper, 0, 1)).astype(np.uint8)[..., None], 3, axis=2)
    return draw_marks(grey, [], f"{threat.record.label}: {threat.record.item}, {threat.record.mass_kg:.3g} kg")
