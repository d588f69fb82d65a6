"""Single items scanned against air -> threats: the two channels say how much organic matter and steel each pixel holds.

That pair is not what the item is made of, but it attenuates as the item does, in this scanner's beams and nearly so in
others of its kind.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from datasets.pool.records import Rights
from datasets.threats.records import ThreatRecord
from datasets.threats.stack import PAIR, device_beams
from datasets.threats.store import LEAST_G_CM2, Image, Threat
from gpu.projection.beams import equivalent_pair
from imaging import ScannerProfile, UnsupportedScan, View
from imaging.material import COMPOSITIONS, Beam, beam_of_profile

MATERIALS = {name: COMPOSITIONS[name] for name in PAIR}
_DENSITY_G_CM3 = np.array([1.0, 7.87])  # of the pair, for the depth that an item takes along the beam
_BORDER_SHARE, _BORDER_PERCENTILE = 0.05, 75  # the brighter part of a frame around the item is air
_NOISE_SIGMAS = 4.0
_FEWEST_PX = 30
_AIR_PX = 2
_MOST_G_CM2 = 60.0


def threat_of_scan(
    view: View, profile: ScannerProfile, *, name: str, label: str, item: str, pitch_mm: float, rights: Rights
) -> Threat:
    """One item, cut out of a scan in which nothing else stands.

    Args:
        view: `low` and `high`, counts or transmission.
        profile: Of its scanner, with the curves of an organic material and steel.
        name: The threat's id, and its group.
        label: Canonical label.
        item: In words.
        pitch_mm: Pixel pitch.
        rights: What the owner of the scan allows.

    Raises:
        UnsupportedScan: when nothing stands out of the air.
        ProfileError: when the profile has no two curves.
    """
    transmission_CHW = view.transmission()
    air_C = [_air_level(plane) for plane in transmission_CHW]
    relative_CHW = np.stack([plane / level for plane, level in zip(transmission_CHW, air_C, strict=True)])
    rows, columns, own_HW = _item(relative_CHW[-1])
    areal_2HW = _areal(relative_CHW[:, rows, columns], profile) * own_HW
    mass_kg = float(areal_2HW.sum()) * (pitch_mm / 10) ** 2 / 1000
    record = ThreatRecord(
        threat_id=name,
        group=name,
        label=label,
        item=item,
        basis="scan",
        layers=PAIR,
        pitch_mm=pitch_mm,
        mass_kg=round(max(mass_kg, 1e-6), 6),
        rights=rights,
    )
    depth_mm_HW = 10 * np.tensordot(1 / _DENSITY_G_CM3, areal_2HW, 1)
    return Threat(record, areal_2HW, depth_mm_HW.astype(np.float32))


def _air_level(plane: Image) -> float:
    edge = max(1, round(_BORDER_SHARE * min(plane.shape)))
    frame = np.concatenate(
        [plane[:edge].ravel(), plane[-edge:].ravel(), plane[:, :edge].ravel(), plane[:, -edge:].ravel()]
    )
    return float(np.percentile(frame, _BORDER_PERCENTILE))


def _item(high_HW: Image) -> tuple[slice, slice, NDArray[np.bool_]]:
    """Rows and columns of what stands together and is not air, a little air around it, and its pixels there."""
    smooth = cv2.blur(high_HW, (3, 3), borderType=cv2.BORDER_REPLICATE)
    noise = float(np.median(np.abs(high_HW - smooth))) * 1.48
    dark = (smooth < 1 - max(_NOISE_SIGMAS * noise, 0.02)).astype(np.uint8)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(closed)
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if len(stats) > 1 else 0
    if not largest or stats[largest, cv2.CC_STAT_AREA] < _FEWEST_PX:
        raise UnsupportedScan("one item stands out of the air", "nothing that does", "scan it alone, nearer or longer")
    left, top, width, height, _ = stats[largest].tolist()
    rows = slice(max(top - _AIR_PX, 0), top + height + _AIR_PX)
    columns = slice(max(left - _AIR_PX, 0), left + width + _AIR_PX)
    own = cv2.dilate((labels == largest).astype(np.uint8), np.ones((3, 3), np.uint8))
    return rows, columns, own[rows, columns] > 0


def _areal(relative_CHW: Image, profile: ScannerProfile) -> NDArray[np.float32]:
    """Organic matter and steel in g/cm2, neither below zero: where the pair has no other sum, one of them alone."""
    shape = relative_CHW.shape[1:]
    pixels = torch.tensor(relative_CHW.reshape(1, len(relative_CHW), -1), dtype=torch.float32)
    areal_2P = equivalent_pair(device_beams([profile]), torch.zeros(1, dtype=torch.int64), pixels)[0].numpy()
    beam, attenuation_P = beam_of_profile(profile), -np.log(np.maximum(relative_CHW[-1].ravel(), 1e-4))
    organic_P, steel_P = (_alone(beam, material, attenuation_P) for material in PAIR)
    areal_2P = np.where(areal_2P[1] < 0, np.stack([organic_P, np.zeros_like(organic_P)]), areal_2P)
    areal_2P = np.where(areal_2P[0] < 0, np.stack([np.zeros_like(steel_P), steel_P]), areal_2P)
    areal_2P = np.where(areal_2P.sum(axis=0) < LEAST_G_CM2, 0.0, np.clip(areal_2P, 0, _MOST_G_CM2))
    return np.asarray(areal_2P.reshape(2, *shape), np.float32)


def _alone(beam: Beam, material: str, attenuation_P: NDArray[np.float64]) -> NDArray[np.float64]:
    """Areal density of one material that gives the attenuation of the high channel."""
    known = np.concatenate([[0.0], np.geomspace(0.01, _MOST_G_CM2, 200)])
    return np.interp(attenuation_P, beam.of_slab(material, known)[-1], known)
