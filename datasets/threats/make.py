"""Make a threat library from the simulator, or from a folder of scans of single items."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from datasets.pool.errors import PoolError
from datasets.pool.records import Operation, Rights
from datasets.sandbox.threats import simulated_threats
from datasets.threats.from_scans import threat_of_scan
from datasets.threats.pair import PAIR_MATERIALS
from datasets.threats.store import Threat, ThreatLibrary, write_library
from declarations.taxonomy.contraband import contraband_labels
from imaging import ScanError, ScannerProfile, read_profile, read_scan
from imaging.material import Beam, beam_of_profile

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")


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
        PoolError: when a folder, its label, the profile or the pixel pitch is missing, or nothing could be used.
        ProfileError: when the profile is no profile, or has no material curves.
    """
    if source == "sandbox":
        if count < 1:
            raise PoolError("a library holds a threat or more", f"--count {count}", "give 1 or more")
        threats, materials = simulated_threats(seed, count)
        done = Operation(verb="threats", arguments={"source": source, "count": count, "seed": seed})
        return write_library(out, threats, name=f"sandbox-{seed}", materials=materials, history=[done]), {}
    kinds = _kinds(source, labels)
    scanner = None if profile is None else read_profile(profile)
    spacing_mm = scanner.spacing_mm if scanner is not None else None
    pitch = pitch_mm or (spacing_mm[-1] if spacing_mm else None)
    if scanner is None or pitch is None or not pitch > 0:
        raise PoolError(
            "scans of single items need a profile and a pixel pitch",
            f"profile {profile}, pitch {pitch}",
            "give --profile, and --pitch_mm where it states no spacing",
        )
    rights = Rights(licence=licence, may_train=True, may_redistribute=False)
    threats_found, left_out = _of_scans(Path(source), kinds, beam_of_profile(scanner), scanner, pitch, rights)
    if not threats_found:
        raise PoolError("a library holds a threat or more", f"none in {source}", "look at --labels and --profile")
    done = Operation(verb="threats", arguments={"source": "scans", "profile": scanner.name, "pitch_mm": pitch})
    return write_library(out, threats_found, name=out.name, materials=PAIR_MATERIALS, history=[done]), left_out


def _kinds(source: str, labels: Sequence[str]) -> dict[str, str]:
    """Label of each folder of scans."""
    kinds = dict(entry.partition("=")[::2] for entry in labels)
    known = [entry.label for entry in contraband_labels()]
    for folder, label in kinds.items():
        if label not in known:
            raise PoolError(f"a label is one of {', '.join(known)}", f"{folder}={label}", "mend --labels FOLDER=LABEL")
        if not Path(source, folder).is_dir():
            raise PoolError("a label is that of a folder of scans", f"no folder {folder} in {source}", "mend --labels")
    if not kinds:
        raise PoolError("scans of single items have a label for each folder", "none", "give --labels FOLDER=LABEL")
    return kinds


def _of_scans(
    source: Path, kinds: Mapping[str, str], beam: Beam, scanner: ScannerProfile, pitch_mm: float, rights: Rights
) -> tuple[list[Threat], dict[str, str]]:
    threats, left_out = [], {}
    for folder, label in sorted(kinds.items()):
        pairs = sorted((source / folder).glob("*_high.*"))
        if not pairs:
            left_out[folder] = "no file is named NAME_high"
        for high in pairs:
            # Nothing says which scans show one item, so that all of a folder stay together in a split.
            group = _NOT_IN_NAMES.sub("_", folder)
            name = f"{group}-{_NOT_IN_NAMES.sub('_', high.stem.removesuffix('_high'))}"
            about = {"name": name, "group": group, "label": label, "item": folder}
            try:
                view = read_scan([high.with_name(high.name.replace("_high.", "_low.")), high], scanner).view
                threats.append(threat_of_scan(view, beam, **about, pitch_mm=pitch_mm, rights=rights))
            except ScanError as error:
                left_out[f"{folder}/{high.name}"] = str(error)
    return threats, left_out
