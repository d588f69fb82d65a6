"""One scene twice: with what was hidden in it, and with a carton of harmless goods in the same place."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.carriers.field import field_of_view
from datasets.sandbox.labels import label_insert
from datasets.sandbox.physics.detector import detect, displaced, expected
from datasets.sandbox.physics.materials import ORGANIC, PLASTIC, WOOD, Material
from datasets.sandbox.physics.projection import ArealDensity, Field, footprint
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.pixels import write_counts
from datasets.sandbox.plan import Rates, plan_scan, scan_rng
from datasets.sandbox.scene import Insert, LadenUnit, Load, Scene, hide
from datasets.sandbox.shapes import Box, bounds, mass_kg
from datasets.sandbox.simulate import areal_density, lay
from tools.shortcuts.numbers import CARRIERS

Image = NDArray[np.float32]
_HARMLESS: tuple[Material, ...] = (ORGANIC, PLASTIC, WOOD, (("water", 1.0),), (("polyester", 1.0),))
_DENSITY = (0.15, 0.9)
_LEAST_TAKEN_G_CM3 = 0.03
CROP_MM, _SEEN = 1536.0, 128  # what is cut out around the object, and the pixels that it is given
_MARGIN_PX = 6  # around the bounds of the object: the point spread ends before
RING_PX = 12
_LEAST_SEEN = 0.5  # of the object's pixels that stand out of their noise
_DECOY_STREAM, _NOISE_STREAM = 90, 91  # after the purposes of `scan_rng`
HIDDEN = Rates(1.0, 0.0, 0.1)


@dataclass(frozen=True, eq=False, slots=True)
class Pair:
    """Crops of -ln T, (2: with the object, with the decoy; channels; 128; 128), and the pixels that are masked.

    `ring` is True in the band just outside of the mask; `file_bytes` are those of the two scans as files.
    """

    crops: Image
    mask: NDArray[np.bool_]
    ring: NDArray[np.bool_]
    file_bytes: tuple[int, int]


def pair(seed: int, index: int, scanner: Scanner) -> Pair | None:
    """The pair of one scene; None where nothing found room, or half of it does not stand out of its own noise."""
    plan = plan_scan(seed, index, HIDDEN, CARRIERS)
    whole, _ = lay(seed, plan)
    (laden,) = whole.units
    if not laden.inserts:
        return None
    hidden, field = laden.inserts[0], field_of_view(scanner, whole.carrier.seen)
    decoy = _decoy(hidden, laden.loads, scan_rng(seed, index, _DECOY_STREAM))
    shown = [areal_density(with_insert(whole, laden, insert), field, seed, index) for insert in (hidden, decoy)]
    if not is_seen(hidden, shown[0], field, scanner):
        return None
    x0, y0, x1, y1 = footprint(bounds(hidden.extent), field)
    pictures, sizes = [], []
    for number, areal in enumerate(shown):
        seen = displaced(expected(areal, scanner), scanner)
        counts = detect(
            seen, scanner, scan_rng(seed, index, _NOISE_STREAM + number), field.dose_R(scanner.half_dose_deg.value)
        )
        sizes.append(_file_bytes(counts))
        pictures.append(-np.log(np.maximum(counts, 1) / np.float32(scanner.air_counts)))
    mask, ring = (around((x0, y0, x1, y1), (field.rows, field.columns), reach) for reach in (0, RING_PX))
    side = round(CROP_MM / field.pitch_mm)
    left, top = round((x0 + x1 - side) / 2), round((y0 + y1 - side) / 2)
    covered = cut(mask[None], left, top, side)[0] > 0
    return Pair(
        np.stack([cut(picture, left, top, side) for picture in pictures]),
        covered,
        (cut(ring[None], left, top, side)[0] > 0) & ~covered,
        (sizes[0], sizes[1]),
    )


def with_insert(whole: Scene, laden: LadenUnit, *inserts: Insert) -> Scene:
    """The scene with these objects in it alone."""
    return replace(whole, units=(replace(laden, inserts=inserts),))


def is_seen(insert: Insert, scene: ArealDensity, field: Field, scanner: Scanner) -> bool:
    """Whether half of its pixels stand out of their noise."""
    label = label_insert(insert, scene, field, scanner)
    return label is not None and float(label.attributes["visible_share"] or 0) >= _LEAST_SEEN


def _file_bytes(counts_CHW: NDArray[np.uint16]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "scan.tiff")
        write_counts(path, counts_CHW)
        return path.stat().st_size


def _decoy(insert: Insert, loads: tuple[Load, ...], rng: np.random.Generator) -> Insert:
    """A carton of the bounds of the object; the goods make room for it as they did for the object.

    It holds what was taken out for the object, a little more or less of it, or some harmless matter where that was air.
    """
    around = bounds(insert.extent)
    volume = (around.x1 - around.x0) * (around.y1 - around.y0) * (around.z1 - around.z0)
    taken_kg = -mass_kg(insert.cavities)
    if taken_kg > _LEAST_TAKEN_G_CM3 * volume * 1e-6:
        material = min(insert.cavities, key=lambda cut: cut.mass_kg).material
        density = taken_kg / (volume * 1e-6) * float(rng.uniform(0.9, 1.1))
    else:
        material, density = _HARMLESS[int(rng.integers(len(_HARMLESS)))], float(rng.uniform(*_DENSITY))
    carton = Box(around.x0, around.x1, around.y0, around.y1, around.z0, around.z1, material, density)
    return hide(replace(insert, label="harmless", boxes=(carton,), cavities=(), outline=()), loads)


def around(box: tuple[float, float, float, float], size_hw: tuple[int, int], reach: int) -> Image:
    """1 on a box and what its blur reaches, and `reach` pixels more; 0 elsewhere."""
    grown = _MARGIN_PX + reach
    x0, y0, x1, y1 = box
    canvas = np.zeros(size_hw, np.float32)
    canvas[max(0, int(y0) - grown) : int(y1) + 1 + grown, max(0, int(x0) - grown) : int(x1) + 1 + grown] = 1
    return canvas


def cut(picture_CHW: Image, left: int, top: int, side: int) -> Image:
    """A square of the picture, what lies outside of it 0, scaled to what is seen."""
    padded = np.pad(picture_CHW, ((0, 0), (side, side), (side, side)))
    square = padded[:, top + side : top + 2 * side, left + side : left + 2 * side]
    small = [cv2.resize(plane, (_SEEN, _SEEN), interpolation=cv2.INTER_AREA) for plane in square.astype(np.float32)]
    return np.stack(small).astype(np.float32)
