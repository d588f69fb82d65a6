import numpy as np
import pytest

from datasets.sandbox.parcels.fan import Section, chord_matrix
from datasets.sandbox.parcels.solids import Grid, Solid, coverage
from datasets.sandbox.physics.materials import STEEL
from datasets.sandbox.physics.projection import Field
from datasets.sandbox.physics.scanner import Fan, Parallel

FAN = Fan(source_detector_mm=1300.0, source_near_mm=350.0, source_height_mm=-250.0)
INSIDE = Fan(source_detector_mm=1300.0, source_near_mm=350.0, source_height_mm=60.0)  # rays rise and fall
SECTION = Section(rows=40, columns=50, cell_mm=4.0, near_mm=180.0, top_mm=170.0)
GEOMETRIES = [FAN, INSIDE, Parallel(elevation_deg=0.0), Parallel(elevation_deg=20.0)]


def field_for(geometry, pitch_mm=3.0, margin=4, section=SECTION):
    """A field that shows all of the section and some air."""
    field = Field(pitch_mm, 0, 1, 0.0, 0.0, geometry, middle_mm=300.0)
    y0, y1, z0, z1 = section.edges_mm()
    heights = field.heights(np.stack([y0, y0, y1, y1]), np.stack([z0, z1, z0, z1]))
    top, rows = heights.max() + margin * pitch_mm, int(np.ceil((np.ptp(heights)) / pitch_mm)) + 2 * margin
    return Field(pitch_mm, rows, 1, 0.0, float(top), geometry, 300.0)


def rays(field, per_row=600):
    """Starts and unit directions (depth, height) of many rays a row, shape (rows, per_row, 2)."""
    edges = np.arange(field.rows)[:, None] + (np.arange(per_row) + 0.5) / per_row
    heights = field.top - edges * field.pitch_mm
    if isinstance(field.geometry, Parallel):
        angle = np.radians(field.geometry.elevation_deg)
        across = np.stack([-np.sin(angle) * np.ones_like(heights), np.cos(angle) * np.ones_like(heights)], axis=-1)
        along = np.broadcast_to([np.cos(angle), np.sin(angle)], across.shape)
        return heights[..., None] * across - 2000 * along, along
    source = np.array([-field.geometry.source_near_mm, field.geometry.source_height_mm])
    ends = np.stack([np.full_like(heights, field.middle_mm), heights], axis=-1)
    along = (ends - source) / np.linalg.norm(ends - source, axis=-1, keepdims=True)
    return np.broadcast_to(source, ends.shape), along


def chord_of_box(starts, along, low, high):
    """Slab method: where a ray is inside of both slabs."""
    with np.errstate(divide="ignore"):
        a, b = (np.array(low) - starts) / along, (np.array(high) - starts) / along
    enter, leave = np.minimum(a, b).max(axis=-1), np.maximum(a, b).min(axis=-1)
    return np.maximum(leave - enter, 0.0)


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_cells_of_a_box_have_its_chords(geometry):
    field = field_for(geometry)
    filled = np.zeros((SECTION.rows, SECTION.columns), np.float32)
    filled[5:31, 12:44] = 1.0
    low = (SECTION.near_mm + 12 * 4.0, SECTION.top_mm - 31 * 4.0)
    high = (SECTION.near_mm + 44 * 4.0, SECTION.top_mm - 5 * 4.0)
    expected = chord_of_box(*rays(field), low, high).mean(axis=1)
    assert expected.max() > 80
    np.testing.assert_allclose(chord_matrix(field, SECTION) @ filled.ravel(), expected, rtol=2e-3, atol=0.1)


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
def test_a_round_bar_has_the_chords_of_a_circle(geometry):
    section = Section(rows=80, columns=80, cell_mm=2.0, near_mm=200.0, top_mm=160.0)
    field = field_for(geometry, section=section)
    grid = Grid((1, 80, 80), (2.0, 2.0, 2.0))
    bar = Solid("cylinder", (0.0, 0.0, 0.0), (10.0, 50.0, 50.0), STEEL, 7.85)
    share = np.zeros(grid.shape_DHW, np.float32)
    window = grid.window(bar, grid.slab(0, 1))
    share[window] = coverage(bar, grid, window)
    starts, along = rays(field)
    to_middle = np.array([280.0, 80.0]) - starts
    distance = np.abs(along[..., 0] * to_middle[..., 1] - along[..., 1] * to_middle[..., 0])
    expected = (2 * np.sqrt(np.maximum(50.0**2 - distance**2, 0))).mean(axis=1)
    found = chord_matrix(field, section) @ share.ravel()
    assert expected.max() == pytest.approx(100, abs=0.5)
    np.testing.assert_allclose(found[expected > 60], expected[expected > 60], rtol=0.01)
    assert abs(found - expected).max() < 3.0  # at the edge, where a cell is a step


@pytest.mark.parametrize("elevation", [0.0, 20.0, 44.0])
def test_a_parallel_beam_keeps_areas(elevation):
    field = field_for(Parallel(elevation_deg=elevation))
    areas = np.asarray(chord_matrix(field, SECTION).sum(axis=0)) * field.pitch_mm
    np.testing.assert_allclose(areas, SECTION.cell_mm**2, rtol=1e-5)


def test_what_leaves_the_field_is_cut_off():
    whole = field_for(FAN)
    part = Field(whole.pitch_mm, 20, 1, 0.0, whole.top - 30 * whole.pitch_mm, FAN, whole.middle_mm)
    cut = chord_matrix(part, SECTION).toarray()
    np.testing.assert_allclose(cut, chord_matrix(whole, SECTION).toarray()[30:50], atol=1e-4)
    away = Field(whole.pitch_mm, 5, 1, 0.0, whole.top + 500.0, FAN, whole.middle_mm)
    assert chord_matrix(away, SECTION).nnz == 0


def test_no_cells_are_no_chords():
    assert chord_matrix(field_for(FAN), Section(0, 0, 4.0, 180.0, 170.0)).shape[1] == 0
