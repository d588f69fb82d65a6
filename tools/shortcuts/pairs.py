"""One scene twice: with what was hidden in it, and with a carton of harmless goods in the same place."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.carriers.container import chassis, container, field_of_view
from datasets.sandbox.contraband.hiding import hide_contraband
from datasets.sandbox.labels import label_insert
from datasets.sandbox.physics.detector import detect, displaced, expected
from datasets.sandbox.physics.materials import ORGANIC, PLASTIC, WOOD, Material
from datasets.sandbox.physics.projection import Field, footprint, project
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.plan import Rates, plan_scan, scan_rng
from datasets.sandbox.scene import Insert, Load, Scene, hide, load_goods
from datasets.sandbox.shapes import Box, bounds
from imaging import write_tiff

Image = NDArray[np.float32]
_HARMLESS: tuple[Material, ...] = (ORGANIC, PLASTIC, WOOD, (("water", 1.0),), (("polyester", 1.0),))
_DENSITY = (0.15, 0.9)
_CROP, _SEEN = 128, 64  # pixels cut out around the object, and what they are reduced to
_MARGIN_PX = 6  # around the bounds of the object: the point spread ends before
_RING_PX = 12
_LEAST_SEEN = 0.5  # of the object's pixels that stand out of their noise
_DECOY_STREAM, _NOISE_STREAM = 90, 91  # after the purposes of `scan_rng`
_RATES = Rates(1.0, 0.0, 0.1)


@dataclass(frozen=True, eq=False, slots=True)
class Pair:
    """Crops of -ln T, (2: with the object, with the decoy; channels; 64; 64), and the pixels that are masked (64, 64).

    `ring` is True in the band just outside of the mask; `file_bytes` are those of the two scans as files.
    """

    crops: Image
    mask: NDArray[np.bool_]
    ring: NDArray[np.bool_]
    file_bytes: tuple[int, int]


def pair(seed: int, index: int, scanner: Scanner) -> Pair | None:
    """The pair of one scene; None where nothing found room, or half of it does not stand out of its own noise."""
    plan = plan_scan(seed, index, _RATES)
    rng = scan_rng(seed, index, 2)
    loads = load_goods(plan.goods, rng) if plan.goods else ()
    under = chassis(rng)
    hidden = hide_contraband(loads, scan_rng(seed, index, 5))[:1]
    if not hidden:
        return None
    field = field_of_view(scanner)
    if not _is_seen(Scene(container(), under, loads, hidden), hidden[0], field, scanner):
        return None
    x0, y0, x1, y1 = footprint(bounds(hidden[0].boxes), field)
    decoy = _decoy(hidden[0], loads, scan_rng(seed, index, _DECOY_STREAM))
    pictures, sizes = [], []
    for number, insert in enumerate((hidden[0], decoy)):
        scene = Scene(container(), under, loads, (insert,))
        seen = displaced(expected(project(scene.boxes, field), scanner), scanner)
        counts = detect(seen, scanner, scan_rng(seed, index, _NOISE_STREAM + number))
        sizes.append(_file_bytes(counts))
        pictures.append(-np.log(np.maximum(counts, 1) / np.float32(scanner.air_counts)))
    mask, ring = (_around((x0, y0, x1, y1), (field.rows, field.columns), reach) for reach in (0, _RING_PX))
    left, top = round((x0 + x1 - _CROP) / 2), round((y0 + y1 - _CROP) / 2)
    covered = _cut(mask[None], left, top)[0] > 0
    return Pair(
        np.stack([_cut(picture, left, top) for picture in pictures]),
        covered,
        (_cut(ring[None], left, top)[0] > 0) & ~covered,
        (sizes[0], sizes[1]),
    )


def _is_seen(scene: Scene, insert: Insert, field: Field, scanner: Scanner) -> bool:
    label = label_insert(insert, project(scene.boxes, field), field, scanner)
    return label is not None and float(label.attributes["visible_share"] or 0) >= _LEAST_SEEN


def _file_bytes(counts_CHW: NDArray[np.uint16]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scan.tiff")
        write_tiff(path, counts_CHW)
        return path.stat().st_size


def _decoy(insert: Insert, loads: tuple[Load, ...], rng: np.random.Generator) -> Insert:
    """A carton of the bounds of the object; the goods make room for it as they did for the object."""
    around = bounds(insert.boxes)
    carton = Box(
        around.x0, around.x1, around.y0, around.y1, around.z0, around.z1,
        _HARMLESS[int(rng.integers(len(_HARMLESS)))], float(rng.uniform(*_DENSITY)),
    )  # fmt: skip
    return hide(replace(insert, label="harmless", boxes=(carton,), cavities=()), loads)


def _around(box: tuple[float, float, float, float], size_hw: tuple[int, int], reach: int) -> Image:
    grown = _MARGIN_PX + reach
    x0, y0, x1, y1 = box
    canvas = np.zeros(size_hw, np.float32)
    canvas[max(0, int(y0) - grown) : int(y1) + 1 + grown, max(0, int(x0) - grown) : int(x1) + 1 + grown] = 1
    return canvas


def _cut(picture_CHW: Image, left: int, top: int) -> Image:
    """A square of the picture, what lies outside of it 0, at half its size."""
    padded = np.pad(picture_CHW, ((0, 0), (_CROP, _CROP), (_CROP, _CROP)))
    square = padded[:, top + _CROP : top + 2 * _CROP, left + _CROP : left + 2 * _CROP]
    small = [cv2.resize(plane, (_SEEN, _SEEN), interpolation=cv2.INTER_AREA) for plane in square.astype(np.float32)]
    return np.stack(small).astype(np.float32)
