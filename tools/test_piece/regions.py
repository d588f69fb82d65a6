"""Where the samples lie: marked by eye, as polygons in pixels of the stored picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

EDGE_PX = 3  # of a sample's shadow that is blurred with what lies beside it
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Region:
    """A polygon xy, less the polygons of other objects that lie on it; `kind` is a class, or millimetres of steel."""

    name: str
    kind: str
    polygon_xy: list[list[int]]
    lying_on_it: list[list[list[int]]]

    def shadow(self, shape_hw: tuple[int, int]) -> Mask:
        """The whole sample, with what lies on it."""
        canvas = np.zeros(shape_hw, np.uint8)
        return cv2.fillPoly(canvas, [np.array(self.polygon_xy, np.int32)], 1).astype(np.bool_)

    def face(self, shape_hw: tuple[int, int]) -> Mask:
        """The sample less its edge and less what lies on it."""
        side = 2 * EDGE_PX + 1
        canvas = cv2.erode(self.shadow(shape_hw).astype(np.uint8), np.ones((side, side), np.uint8))
        for polygon in self.lying_on_it:
            cv2.fillPoly(canvas, [np.array(polygon, np.int32)], 0)
        return canvas.astype(np.bool_)


@dataclass(frozen=True, slots=True)
class TestPiece:
    """The regions of one scan."""

    scan: str
    samples: list[Region]
    behind_steel: list[Region]
    steps: list[Region]
    wires: list[Region]


def read_regions() -> list[TestPiece]:
    """The marked scans."""
    marked = json.loads((Path(__file__).parent / "regions.json").read_text(encoding="utf-8"))
    return [
        TestPiece(
            scan,
            [_region(entry) for entry in entries["samples"]],
            [_region(entry) for entry in entries["behind_steel"]],
            [
                Region(f"{e['steel_mm']} mm", str(e["steel_mm"]), e["polygon_xy"], e["numerals"])
                for e in entries["steps"]
            ],
            [Region(entry["name"], "wire", entry["polygon_xy"], []) for entry in entries["wires"]],
        )
        for scan, entries in marked["scans"].items()
    ]


def _region(entry: dict[str, Any]) -> Region:
    return Region(entry["name"], entry["class"], entry["polygon_xy"], entry["lying_on_it"])
