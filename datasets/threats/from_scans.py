"""Single items scanned against air -> threats: the two channels say how much organic matter and steel each pixel holds.

That pair is not what the item is made of, but it attenuates as the item does, in this scanner's beams and nearly so in
others of its kind.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.pool.records import Rights
from datasets.threats.pair import PAIR, pair_of
from datasets.threats.records import ThreatRecord
from datasets.threats.store import LEAST_G_CM2, Image, Threat
from imaging import UnsupportedScan, View
from imaging.material import Beam

_DENSITY_G_CM3 = np.array([1.0, 7.87])  # of the pair, for the depth that an item takes along the beam
_BORDER_SHARE, _BORDER_PERCENTILE = 0.05, 75  # the brighter part of a frame around the item is air
_NOISE_SIGMAS, _SIGMAS_OF_MEDIAN = 4.0, 1.48  # the latter of a Gaussian
_LEAST_DARKNESS = 0.02  # of transmission: fringes of the point spread
_FEWEST_PX = 30
_AIR_PX = 2
_LEAST_TRANSMISSION = 1e-4


def threat_of_scan(
    view: View, beam: Beam, *, name: str, group: str, label: str, item: str, pitch_mm: float, rights: Rights
) -> Threat:
    """One item, cut out of a scan in which nothing else stands.

    Args:
        view: `low` and `high`, counts or transmission.
        beam: Of its scanner.
        name: The threat's id.
        group: What else may show the same item.
        label: Canonical label.
        item: In words.
        pitch_mm: Pixel pitch.
        rights: What the owner of the scan allows.

    Raises:
        UnsupportedScan: when the view is not of two channels, or nothing stands out of the air.
        NoPhysics: when it holds no transmission.
    """
    relative_2HW = _against_air(view)
    noise = _noise(relative_2HW[0])
    rows, columns, own_HW = _item(relative_2HW[0], noise)
    areal_2HW = np.zeros((2, *own_HW.shape), np.float32)
    seen_2P = np.maximum(relative_2HW[:, rows, columns][:, own_HW], _LEAST_TRANSMISSION).astype(np.float64)
    areal_2P = pair_of(beam, -np.log(seen_2P))
    # What is dark in one channel alone is noise: matter takes light from both.
    is_air_P = (areal_2P.sum(axis=0) < LEAST_G_CM2) | (seen_2P > 1 - noise).any(axis=0)
    areal_2HW[:, own_HW] = np.where(is_air_P, 0.0, areal_2P)
    mass_kg = float(areal_2HW.sum(dtype=np.float64)) * (pitch_mm / 10) ** 2 / 1000
    record = ThreatRecord(
        threat_id=name,
        group=group,
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


def _against_air(view: View) -> Image:
    """Transmission of `low` and `high` over the air of this very scan, float32 (2, H, W)."""
    if set(view.channel_names) != {"low", "high"} or view.pixels.ndim != 3:
        raise UnsupportedScan(
            "an item is known by a radiograph in `low` and `high`",
            f"{view.channel_names}, shape {view.pixels.shape}",
            "use a dual-energy scan",
        )
    planes = dict(zip(view.channel_names, view.transmission(), strict=True))
    return np.stack([planes[name] / _air_level(planes[name]) for name in ("low", "high")])


def _air_level(plane_HW: Image) -> float:
    edge = max(1, round(_BORDER_SHARE * min(plane_HW.shape)))
    frame = np.concatenate(
        [plane_HW[:edge].ravel(), plane_HW[-edge:].ravel(), plane_HW[:, :edge].ravel(), plane_HW[:, -edge:].ravel()]
    )
    level = float(np.percentile(frame, _BORDER_PERCENTILE))
    if not level > 0:
        raise UnsupportedScan("there is air around an item", f"a border that reads {level:g}", "scan it alone")
    return level


def _noise(low_HW: Image) -> float:
    """How far under 1 noise takes the transmission of air."""
    smooth_HW = cv2.blur(low_HW, (3, 3), borderType=cv2.BORDER_REPLICATE)
    return max(_NOISE_SIGMAS * _SIGMAS_OF_MEDIAN * float(np.median(np.abs(low_HW - smooth_HW))), _LEAST_DARKNESS)


def _item(low_HW: Image, noise: float) -> tuple[slice, slice, NDArray[np.bool_]]:
    """Rows and columns of what stands together and is not air, a little air around it, and its pixels there.

    The low channel shows it best.
    """
    dark = (cv2.blur(low_HW, (3, 3), borderType=cv2.BORDER_REPLICATE) < 1 - noise).astype(np.uint8)
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
