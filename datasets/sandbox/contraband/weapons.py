"""Pistols, rifles and their parts as boxes, about the origin. Shapes and masses are estimates."""

from __future__ import annotations

from datasets.sandbox.physics.materials import PLASTIC, STEEL, WOOD
from datasets.sandbox.shapes import Box, leaning


def pistol() -> list[Box]:
    """About 1 kg: slide, frame, guard, slanted grip with a full magazine."""
    return [
        Box(0, 185, 0, 27, 105, 133, STEEL, 4.6),
        Box(20, 170, 3, 24, 85, 105, STEEL, 2.2),
        Box(65, 110, 8, 18, 60, 68, STEEL, 3.0),
        *leaning(Box(118, 165, 0, 30, 0, 90, STEEL, 2.4), -16.0, slices=6),
    ]


def rifle() -> list[Box]:
    """About 4 kg: barrel, gas tube, receiver, bent magazine, wooden furniture."""
    return [
        Box(0, 420, 14, 30, 150, 166, STEEL, 5.5),
        Box(120, 400, 14, 32, 172, 190, STEEL, 2.5),
        Box(380, 650, 4, 40, 130, 190, STEEL, 2.6),
        *leaning(Box(420, 480, 8, 36, 0, 140, STEEL, 3.0), 45.0, slices=6),
        Box(220, 390, 2, 42, 140, 176, WOOD, 0.7),
        *leaning(Box(590, 625, 8, 36, 60, 130, PLASTIC, 0.9), -20.0),
        Box(650, 880, 4, 40, 90, 185, WOOD, 0.6),
    ]


def magazine_and_barrel() -> list[Box]:
    """About 1.3 kg: a barrel with its bolt, a slide, and two magazines, lying flat."""
    return [
        Box(0, 260, 0, 16, 0, 16, STEEL, 5.5),
        Box(0, 110, 22, 46, 0, 22, STEEL, 4.8),
        Box(120, 260, 22, 50, 0, 24, STEEL, 3.0),
        Box(0, 130, 54, 78, 0, 30, STEEL, 2.2),
        Box(140, 270, 54, 78, 0, 30, STEEL, 2.2),
    ]
