"""A packed scene -> areal density along the rays of a fan: voxels, a slab of slices at a time.

Every column of the picture is one slice across the belt. The belt itself belongs to the beam: its matter stands in the
filter of the scanner, since air is calibrated with the belt in place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from datasets.sandbox.labels import MASK_G_CM2, Labelled, labelled, mask_bounds
from datasets.sandbox.parcels.fan import Section, chord_matrix
from datasets.sandbox.parcels.hidden import about, label_of
from datasets.sandbox.parcels.scenes import Scene
from datasets.sandbox.parcels.solids import Grid, Window
from datasets.sandbox.parcels.voxels import Slab, voxelise, window_of
from datasets.sandbox.physics.detector import primary
from datasets.sandbox.physics.materials import Material
from datasets.sandbox.physics.projection import ArealDensity, Field
from datasets.sandbox.physics.scanner import Fan, Scanner
from datasets.sandbox.physics.spectrum import Floats

_SLAB = 8  # slices at once: memory, not results, depends on it
_MARGIN_MM = (15.0, 60.0)  # of air before and behind, above and below


@dataclass(frozen=True, eq=False)
class Seen:
    """Where a scene lies in the picture: its voxels, the rays through a slice, the column of the first slice."""

    grid: Grid
    field: Field
    rays: csr_array
    first_column: int


def place(scene: Scene, scanner: Scanner, rng: np.random.Generator) -> Seen:
    """Put a scene somewhere on the belt of a tunnel, with air around it.

    The detector stands as far behind the tunnel as the source before it; belt and pitch are measured in the middle.

    Raises:
        ValueError: see `check_tunnel`.
    """
    fan = check_tunnel(scanner)
    pitch_mm = scanner.pitch_mm.value
    depth, rows, columns = (max(1, int(np.ceil(2 * half / pitch_mm))) for half in scene.half_mm)
    grid = Grid((depth, rows, columns), (pitch_mm, pitch_mm, pitch_mm))
    tunnel_mm = fan.source_detector_mm - 2 * fan.source_near_mm
    free_mm = max(0.0, tunnel_mm - columns * pitch_mm) / 2
    section = Section(
        rows=rows,
        columns=columns,
        cell_mm=pitch_mm,
        near_mm=(tunnel_mm - columns * pitch_mm) / 2 + float(rng.uniform(-0.7, 0.7)) * free_mm,
        top_mm=rows * pitch_mm / 2 + max((thing.bounds_mm()[1][1] for thing in scene.things), default=0.0),
    )
    before, behind, above, below = (round(margin / pitch_mm) for margin in rng.uniform(*_MARGIN_MM, 4).tolist())
    field = _around(section, Field(pitch_mm, 0, before + depth + behind, 0.0, 0.0, fan, tunnel_mm / 2), above, below)
    return Seen(grid, field, chord_matrix(field, section), before)


def check_tunnel(scanner: Scanner) -> Fan:
    """The fan of a tunnel scanner.

    Raises:
        ValueError: when parcels and bags do not go through it.
    """
    fan = scanner.geometry.value
    if scanner.channels[0].source.kind != "tube" or not isinstance(fan, Fan):
        raise ValueError(f"parcels and bags go through tunnels with a tube; found {scanner.name}: {scanner.what}")
    return fan


def areal_density(scene: Scene, seen: Seen) -> tuple[ArealDensity, tuple[float, ...]]:
    """Areal density of a scene, and the mass of each thing in kg after what was pushed out of it."""
    order = _materials(scene)
    maps_MHW = np.zeros((len(order), seen.field.rows, seen.field.columns))
    masses = np.zeros(len(scene.things))
    depth = seen.grid.shape_DHW[0]
    for start in range(0, depth, _SLAB):
        stop = min(start + _SLAB, depth)
        slab = voxelise(scene.things, seen.grid, seen.grid.slab(start, stop))
        maps_MHW[:, :, seen.first_column + start : seen.first_column + stop] = _summed(slab, seen.rays, order)
        masses += slab.masses_kg
    return ArealDensity(order, maps_MHW), tuple(masses.tolist())


def label_hidden(scene: Scene, number: int, areal: ArealDensity, seen: Seen, scanner: Scanner) -> Labelled | None:
    """Label of a hidden thing of a scene by its number; None where no pixel shows it.

    Attributes are those of `labelled`, and `mass_kg`, `material`, `placement`.
    """
    thing, depth = scene.things[number], seen.grid.shape_DHW[0]
    window = window_of(thing, seen.grid, seen.grid.slab(0, depth))
    if window is None:
        return None
    rays, columns = (
        _rays_of(window, seen),
        slice(*(seen.first_column + edge for edge in (window[0].start, window[0].stop))),
    )
    others = tuple(other for place, other in enumerate(scene.things) if place != number)
    alone, without, whole = (voxelise(things, seen.grid, window) for things in ((thing,), others, scene.things))
    mask_HW = np.zeros(areal.maps_MHW.shape[1:], np.bool_)
    mask_HW[:, columns] = _summed(alone, rays, areal.materials).sum(axis=0) > MASK_G_CM2
    if not mask_HW.any():
        return None
    change_MHW = np.zeros(areal.maps_MHW.shape)
    change_MHW[:, :, columns] = _summed(whole, rays, areal.materials) - _summed(without, rays, areal.materials)
    x0, y0, x1, y1 = mask_bounds(mask_HW)
    there = areal.maps_MHW[:, y0:y1, x0:x1]
    missing = np.maximum(there - change_MHW[:, y0:y1, x0:x1], 0.0)
    shown, left = (primary(ArealDensity(areal.materials, maps_MHW), scanner)[-1] for maps_MHW in (there, missing))
    dose_R = seen.field.dose_R(scanner.half_dose_deg.value)[y0:y1]
    return labelled(label_of(thing), mask_HW, shown, left, scanner, about(scene, thing, alone.masses_kg[0]), dose_R)


def _around(section: Section, field: Field, above: int, below: int) -> Field:
    """The field that shows a section, with some rows of air on both sides."""
    y0, y1, z0, z1 = section.edges_mm()
    heights = field.heights(np.stack([y0, y0, y1, y1]), np.stack([z0, z1, z0, z1]))
    top, bottom = float(heights.max()) + above * field.pitch_mm, float(heights.min()) - below * field.pitch_mm
    rows = int(np.ceil((top - bottom) / field.pitch_mm))
    return Field(field.pitch_mm, rows, field.columns, field.x0, top, field.geometry, field.middle_mm)


def _materials(scene: Scene) -> tuple[Material, ...]:
    found = (solid.material for thing in scene.things for solid in thing.solids if solid.density_g_cm3 > 0)
    return tuple(dict.fromkeys(found))


def _summed(slab: Slab, rays: csr_array, order: tuple[Material, ...]) -> Floats:
    """Areal density in g/cm2 of the voxels along the rays, materials of `order` x rows x slices."""
    count, depth = slab.density_MDHW.shape[:2]
    maps = np.zeros((len(order), rays.shape[0], depth))
    if count:
        cells = np.ascontiguousarray(slab.density_MDHW.reshape(count * depth, -1).T)
        sums = (rays @ cells).reshape(rays.shape[0], count, depth).transpose(1, 0, 2)
        maps[[order.index(material) for material in slab.materials]] = sums / 10  # chords are in mm
    return maps


def _rays_of(window: Window, seen: Seen) -> csr_array:
    _, rows, columns = window
    cells = np.arange(seen.grid.shape_DHW[1] * seen.grid.shape_DHW[2]).reshape(seen.grid.shape_DHW[1:])
    return seen.rays[:, cells[rows, columns].ravel()]
