"""What a scanner makes visible: wires behind steel, small changes of thickness, fine lines.

After the manner of ANSI N42.46 and IEC 62523, whose texts were not at hand: figures of one kind for all scanners here,
not to be laid beside those of a type test.
"""

from __future__ import annotations

import numpy as np

from datasets.sandbox.physics.detector import expected, noise_of
from datasets.sandbox.physics.materials import STEEL
from datasets.sandbox.physics.projection import ArealDensity
from datasets.sandbox.physics.scanner import Scanner

_ROSE = 5.0
_WIRE_MM, _PLATE_MM = 100.0, 100.0  # length of the wire, side of the plate
_STEEL_G_CM3 = 7.87
_COLUMNS = 15
_MODULATION = 0.1


def wire_mm(scanner: Scanner, steel_mm: float) -> float:
    """Diameter of the thinnest steel wire of 10 cm, upright, that is seen behind steel; nan where none of 5 cm is.

    Seen: its contrast over the noise of all pixels that it changes, each weighed as it should be, is 5 (Rose).
    """
    diameters = np.geomspace(0.05, 50.0, 120)
    ratios = [_wire_ratio(scanner, steel_mm, float(diameter)) for diameter in diameters]
    seen = np.flatnonzero(np.array(ratios) >= _ROSE)
    return float(diameters[seen[0]]) if seen.size else float("nan")


def contrast_percent(scanner: Scanner, steel_mm: float) -> float:
    """Least change of thickness of a steel plate of 10 cm that is seen on top of steel, in per cent of it."""
    changes = np.geomspace(1e-4, 1.0, 150)
    pixels = (_PLATE_MM / scanner.pitch_mm.value) ** 2
    behind = _level(scanner, steel_mm)
    for change in changes:
        thicker = _level(scanner, steel_mm * (1 + change))
        noise = np.hypot(*noise_of(np.array([behind, thicker], np.float32), scanner)) / np.sqrt(pixels)
        if behind - thicker >= _ROSE * noise:
            return float(100 * change)
    return float("nan")


def resolution_mm(scanner: Scanner) -> float:
    """Width of the finest line of a bar pattern that keeps a tenth of its modulation: pixel and point spread."""
    sigma_mm = scanner.point_spread_px.value * scanner.pitch_mm.value
    per_mm = np.linspace(0, 1 / scanner.pitch_mm.value, 2000)
    passed = np.abs(np.sinc(per_mm * scanner.pitch_mm.value)) * np.exp(-2 * (np.pi * sigma_mm * per_mm) ** 2)
    return float(0.5 / per_mm[np.flatnonzero(passed >= _MODULATION)[-1]])


def _wire_ratio(scanner: Scanner, steel_mm: float, diameter_mm: float) -> float:
    """Contrast over noise of a wire whose middle lies on the middle of a pixel."""
    pitch = scanner.pitch_mm.value
    edges = (np.arange(_COLUMNS + 1) - _COLUMNS / 2) * pitch
    part = np.clip(edges / (diameter_mm / 2), -1, 1)
    area_mm2 = np.diff((diameter_mm / 2) ** 2 * (part * np.sqrt(1 - part**2) + np.arcsin(part)))
    slab = np.full((1, 9, _COLUMNS), _STEEL_G_CM3 * steel_mm / 10)
    wired = slab + (_STEEL_G_CM3 / 10 * area_mm2 / pitch)[None, None, :]
    without, there = (expected(ArealDensity((STEEL,), maps), scanner)[-1, 4] for maps in (slab, wired))
    each = (without - there) / noise_of(without, scanner)
    return float(np.sqrt((each**2).sum() * max(_WIRE_MM / pitch, 1.0)))


def _level(scanner: Scanner, steel_mm: float) -> float:
    areal = ArealDensity((STEEL,), np.full((1, 9, 1), _STEEL_G_CM3 * steel_mm / 10))
    return float(expected(areal, scanner)[-1, 4, 0])
