"""From a library and the profiles of scanners to what threat projection wants on the device."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from datasets.pool.errors import PoolError
from datasets.threats.pair import PAIR
from datasets.threats.store import Threat, ThreatLibrary, read_library
from gpu.projection.beams import Scanners
from gpu.projection.project import RandomProjection
from gpu.projection.threats import Threats
from imaging import ScannerProfile
from imaging.material import beam_of_profile, mass_attenuation

Image = NDArray[np.float32]


def projection_into(
    profiles: Sequence[ScannerProfile],
    labels: Sequence[str],
    *,
    library: Path | None,
    probability: float,
    in_the_open: float,
    largest_mm: float,
    cargo_depth_mm: float,
    long_side: int | None,
) -> tuple[RandomProjection | None, tuple[str, ...]]:
    """Threat projection with a library for the scans of a pool, and the threat_id of each of its threats.

    Nothing without a library.

    Raises:
        PoolError: when the library cannot be used, scans are scaled down on loading, or a scanner is not known well.
        ProfileError: when a profile has no dual-energy material curves.
    """
    if library is None:
        return None, ()
    if not profiles or long_side is not None:
        raise PoolError(
            "threats are projected into scans of known scanners, at their own pixel pitch",
            f"{len(profiles)} scanner profiles, long_side {long_side}",
            "use a pool with profiles, and train on crops instead of smaller scans",
        )
    scanners = device_scanners(profiles)
    pitch_mm = float(scanners.pitch_mm_S.median())
    threats, names = device_threats(read_library(library), profiles, labels, pitch_mm=pitch_mm, largest_mm=largest_mm)
    return RandomProjection(
        threats, scanners, probability=probability, in_the_open=in_the_open, cargo_depth_mm=cargo_depth_mm
    ), names


def device_scanners(profiles: Sequence[ScannerProfile]) -> Scanners:
    """What projection needs of each scanner, in the order of the profiles.

    Raises:
        ProfileError: when a profile has no dual-energy material curves.
        PoolError: when a profile says nothing of the detector or of the pixel pitch.
    """
    for profile in profiles:
        if profile.detector is None or profile.spacing_mm is None:
            raise PoolError(
                "threats are projected into scans whose sharpness and pixel pitch are known",
                f"profile {profile.name!r} without `detector` or `spacing_mm`",
                "add them to the scanner profile",
            )
    detectors = [profile.detector for profile in profiles if profile.detector is not None]
    beams = [beam_of_profile(profile) for profile in profiles]
    return Scanners(
        weights_SCK=_tensor([beam.weights_CK for beam in beams]),
        floor_SC=_tensor([beam.floor_C for beam in beams]),
        pair_SMK=_tensor([[mass_attenuation(name, beam.energies_kev) for name in PAIR] for beam in beams]),
        point_spread_px_S=_tensor([one.point_spread_px for one in detectors]),
        interlace_px_S=_tensor([one.interlace_px for one in detectors]),
        pitch_mm_S=_tensor([profile.spacing_mm[-1] for profile in profiles if profile.spacing_mm is not None]),
    )


def device_threats(
    library: ThreatLibrary,
    profiles: Sequence[ScannerProfile],
    labels: Sequence[str],
    *,
    pitch_mm: float,
    largest_mm: float = 1200.0,
) -> tuple[Threats, tuple[str, ...]]:
    """The threats of a library whose labels are asked for and whose longer side is at most `largest_mm`.

    Args:
        library: The library.
        profiles: Of the scanners, in the order in which `Acquisition.scanner_B` counts them.
        labels: In the order in which a network counts them.
        pitch_mm: Pixel pitch of the scans; planes are averaged to it.
        largest_mm: Larger things make larger windows for all.

    Returns:
        The stack, and the threat_id of each of its threats.

    Raises:
        PoolError: when no threat is left, or one may not be trained on.
    """
    chosen = [
        threat
        for threat in library.threats
        if threat.record.label in labels and _longer_mm(threat) <= largest_mm and threat.record.rights.may_train
    ]
    if not chosen:
        raise PoolError(
            f"a library holds threats of {sorted(labels)} up to {largest_mm:g} mm that may be trained on",
            f"none among {len(library.threats)} of {library.info.labels}",
            "use another library",
        )
    layers = max(len(threat.record.layers) for threat in chosen)
    planes = [_averaged(threat, pitch_mm) for threat in chosen]
    side = max(math.ceil(math.hypot(*plane.shape[1:])) for plane in planes) + 2
    windows_TNSS = np.stack([_framed(plane, layers, side) for plane in planes])
    energies = [beam_of_profile(profile).energies_kev for profile in profiles]
    attenuation_STLK = np.zeros((len(profiles), len(chosen), layers, len(energies[0])))
    for scanner, energies_kev in enumerate(energies):
        for number, threat in enumerate(chosen):
            of_layers = library.mass_attenuation_LK(threat.record.layers, energies_kev)
            attenuation_STLK[scanner, number, : len(of_layers)] = of_layers
    stack = Threats(
        areal_TLSS=_tensor(windows_TNSS[:, :-1]),
        mass_attenuation_STLK=_tensor(attenuation_STLK),
        depth_TSS=_tensor(windows_TNSS[:, -1]),
        size_T2=_tensor([plane.shape[1:] for plane in planes]),
        label_T=torch.tensor([labels.index(threat.record.label) for threat in chosen]),
        pitch_mm=pitch_mm,
    )
    return stack, tuple(threat.record.threat_id for threat in chosen)


def _longer_mm(threat: Threat) -> float:
    return max(threat.depth_mm_HW.shape) * threat.record.pitch_mm


def _averaged(threat: Threat, pitch_mm: float) -> Image:
    """Planes and depth, averaged over pixels of another pitch about the same middle: amounts stay."""
    planes_NHW = np.concatenate([threat.areal_LHW, threat.depth_mm_HW[None]]).astype(np.float64)
    rows, columns = (_shares(length, threat.record.pitch_mm / pitch_mm) for length in planes_NHW.shape[1:])
    return np.asarray(rows @ planes_NHW @ columns.T, np.float32)


def _shares(length: int, factor: float) -> NDArray[np.float64]:
    """The share of each new pixel that each of `length` old ones covers, an old one being `factor` new ones wide."""
    count = math.ceil(length * factor)
    edges = np.arange(length + 1) * factor + (count - length * factor) / 2
    new = np.arange(count)[:, None]
    return np.clip(np.minimum(edges[1:], new + 1) - np.maximum(edges[:-1], new), 0, None)


def _framed(planes_NHW: Image, layers: int, side: int) -> Image:
    """The planes in the middle of a window, empty planes between the last material and the depth."""
    rows, columns = planes_NHW.shape[1:]
    top, left = (side - rows) // 2, (side - columns) // 2
    window = np.zeros((layers + 1, side, side), np.float32)
    window[: len(planes_NHW) - 1, top : top + rows, left : left + columns] = planes_NHW[:-1]
    window[-1, top : top + rows, left : left + columns] = planes_NHW[-1]
    return window


def _tensor(values: object) -> torch.Tensor:
    return torch.tensor(np.asarray(values), dtype=torch.float32)
