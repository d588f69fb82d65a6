"""What is in a threat library, to be looked at: areal density, with the hue of the material."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.pool.contact_sheet import sheet_of
from datasets.threats.store import Threat, ThreatLibrary
from imaging import draw_marks
from imaging.palettes import PALETTES

Picture = NDArray[np.uint8]
_TILE_PX, _EDGE_PX = 420, 6
_MIXED_FROM, _METAL_FROM = 10.0, 20.0  # mean atomic number
_STEEPNESS, _THICKEST = 2.0, 0.7  # how fast the colour comes with matter, and its lightness at the thickest place


def library_sheet(library: ThreatLibrary, count: int = 24, columns: int = 6) -> Picture:
    """`count` threats from all over a library as an RGB picture, uint8 HW3: darker where there is more matter.

    Darkness runs to the thickest place of each threat, which its caption states. Orange is organic, green mixed, blue
    metal by the mean atomic number, as screeners know them.
    """
    step = max(1, len(library.threats) // count)
    shown = library.threats[::step][:count]
    return sheet_of([_captioned(threat, library) for threat in shown], columns=columns)


def _captioned(threat: Threat, library: ThreatLibrary) -> Picture:
    picture = np.pad(
        _coloured(threat, library), ((_EDGE_PX,) * 2, (_EDGE_PX,) * 2, (0, 0)), constant_values=1.0
    )  # fmt: skip
    scale = min(_TILE_PX / picture.shape[1], _TILE_PX / picture.shape[0])
    width, height = (max(1, round(scale * edge)) for edge in (picture.shape[1], picture.shape[0]))
    grown = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST)
    paper = np.ones((_TILE_PX, _TILE_PX, 3), np.float32)
    top, left = (_TILE_PX - height) // 2, (_TILE_PX - width) // 2
    paper[top : top + height, left : left + width] = grown
    record = threat.record
    caption = (
        f"{record.label}: {record.item}, {record.mass_kg:.3g} kg, up to {threat.areal_LHW.sum(axis=0).max():.3g} g/cm2"
    )
    stored = (255 * np.clip(paper, 0, 1)).astype(np.uint8)
    return draw_marks(stored, [], caption, (record.pitch_mm / scale, record.pitch_mm / scale))


def _coloured(threat: Threat, library: ThreatLibrary) -> NDArray[np.float32]:
    """RGB from 0 to 1, float32 HW3: white is air."""
    total_HW = threat.areal_LHW.sum(axis=0)
    light_HW1 = np.exp(-_STEEPNESS * total_HW / max(float(total_HW.max()), 1e-6))[..., None]
    hue_L3 = np.array([_hue(library.info.materials[name]) for name in threat.record.layers], np.float32) / 255
    mixed_HW3 = np.tensordot(threat.areal_LHW, hue_L3, (0, 0)) / np.maximum(total_HW, 1e-6)[..., None]
    return np.asarray(light_HW1 + (1 - light_HW1) * _THICKEST * mixed_HW3, np.float32)


def _hue(shares: dict[int, float]) -> tuple[int, int, int]:
    palette, number = PALETTES["screener"], sum(z * share for z, share in shares.items())
    if number < _MIXED_FROM:
        return palette.organic
    return palette.mixed if number < _METAL_FROM else palette.metal
