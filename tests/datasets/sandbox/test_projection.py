import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.sandbox.carriers.container import container
from datasets.sandbox.physics.materials import ORGANIC, STEEL
from datasets.sandbox.physics.projection import Field, footprint, project
from datasets.sandbox.physics.scanner import Fan, Parallel, read_scanner, scanner_names
from datasets.sandbox.shapes import Box, Space, bounds, leaning, lying_cylinder, mass_kg, upright_cylinder
from tests.datasets.sandbox.ordering import field_of

ELEVATION_DEG = 4.0
FIELD = Field(pitch_mm=20.0, rows=60, columns=50, x0=-100.0, top=800.0, geometry=Parallel(elevation_deg=ELEVATION_DEG))
lengths = st.floats(1.0, 250.0)


@st.composite
def boxes_in_field(draw):
    """A box that lies wholly in the field: x from 0 to 800, and no corner above 800 or below -400 mm as seen."""
    x, y, z = (draw(st.floats(0.0, most)) for most in (600.0, 900.0, 450.0))
    dx, dy, dz = draw(lengths), draw(lengths), draw(lengths)
    return Box(x, x + dx, y, y + dy, z, z + dz, draw(st.sampled_from([ORGANIC, STEEL])), draw(st.floats(0.01, 11.0)))


def chord_map(box, field, fine):
    """Areal density by tracing fine x fine rays through every pixel: the slab method, nothing shared with `project`."""
    sin, cos = np.sin(np.radians(ELEVATION_DEG)), np.cos(np.radians(ELEVATION_DEG))
    step = (np.arange(field.rows * fine) + 0.5) / fine
    height = field.top - step * field.pitch_mm  # of a ray on the detector plane, z cos - y sin
    # A point of the ray: height * (-sin, cos) + s * (cos, sin) in (y, z); s where it enters and leaves the box.
    in_y, out_y = (box.y0 + height * sin) / cos, (box.y1 + height * sin) / cos
    in_z, out_z = (box.z0 - height * cos) / sin, (box.z1 - height * cos) / sin
    chord = np.maximum(np.minimum(out_y, out_z) - np.maximum(in_y, in_z), 0.0)
    x = field.x0 + (np.arange(field.columns * fine) + 0.5) / fine * field.pitch_mm
    inside = ((x >= box.x0) & (x <= box.x1)).astype(float)
    rows = chord.reshape(field.rows, fine).mean(axis=1) / 10 * box.density_g_cm3
    return rows[:, None] * inside.reshape(field.columns, fine).mean(axis=1)


def test_nothing_in_the_beam_is_no_map():
    areal = project((), FIELD)
    assert areal.materials == ()
    assert areal.maps_MHW.shape == (0, FIELD.rows, FIELD.columns)
    assert areal.mass_kg(FIELD.pitch_mm) == 0


@pytest.mark.parametrize("shift", [{"dx": 2000.0}, {"dx": -2000.0}, {"dz": 3000.0}, {"dz": -3000.0}])
def test_a_box_outside_the_field_leaves_no_trace(shift):
    away = Box(0, 100, 0, 100, 0, 100, STEEL, 7.85).moved(**shift)
    assert not project([away], FIELD).maps_MHW.any()


def test_a_box_of_no_volume_has_no_mass():
    flat = Box(0, 0, 0, 100, 0, 100, STEEL, 7.85)
    assert project([flat], FIELD).mass_kg(FIELD.pitch_mm) == 0


def test_half_a_box_outside_the_field_is_cut_off():
    box = Box(FIELD.x0 - 50, FIELD.x0 + 50, 0, 100, 0, 100, STEEL, 7.85)
    assert project([box], FIELD).mass_kg(FIELD.pitch_mm) == pytest.approx(box.mass_kg / 2, rel=1e-9)


@given(st.lists(boxes_in_field(), min_size=1, max_size=6))
@settings(max_examples=50)
def test_the_maps_hold_the_mass_that_was_laid(boxes):
    assert project(boxes, FIELD).mass_kg(FIELD.pitch_mm) == pytest.approx(mass_kg(boxes), rel=1e-9)


@given(boxes_in_field())
@settings(max_examples=60)
def test_a_map_is_that_of_traced_rays(box):
    (found,) = project([box], FIELD).maps_MHW
    fine = 40
    traced = chord_map(box, FIELD, fine)
    # A ray too many or too few at each of two edges, across rows and across columns.
    peak = min(box.y1 - box.y0, (box.z1 - box.z0) / np.sin(np.radians(ELEVATION_DEG))) * 1.01
    assert np.abs(found - traced).max() <= 4 / fine * peak / 10 * box.density_g_cm3


@given(boxes_in_field(), st.integers(0, 5), st.integers(0, 3))
@settings(max_examples=50)
def test_a_shift_by_whole_pixels_shifts_the_map(box, columns, rows):
    cos = np.cos(np.radians(ELEVATION_DEG))
    moved = box.moved(dx=columns * FIELD.pitch_mm, dz=-rows * FIELD.pitch_mm / cos)
    here, there = (project([b], FIELD).maps_MHW[0] for b in (box, moved))
    rolled = np.roll(here, (rows, columns), axis=(0, 1))
    inner = (slice(rows, None), slice(columns, None))
    np.testing.assert_allclose(there[inner], rolled[inner], atol=1e-9 * max(here.max(), 1.0) + 1e-9)


@given(boxes_in_field(), boxes_in_field())
@settings(max_examples=50)
def test_a_cavity_takes_out_what_it_fills(box, other):
    gone = Box(box.x0, box.x1, box.y0, box.y1, box.z0, box.z1, box.material, -box.density_g_cm3)
    materials = (ORGANIC, STEEL)
    left = project([box, other, gone], FIELD, materials).maps_MHW
    np.testing.assert_allclose(left, project([other], FIELD, materials).maps_MHW, atol=1e-9)


@given(boxes_in_field())
@settings(max_examples=50)
def test_the_footprint_is_where_the_map_is_not_zero(box):
    (seen,) = project([box], FIELD).maps_MHW
    rows, columns = np.nonzero(seen.any(axis=1))[0], np.nonzero(seen.any(axis=0))[0]
    x0, y0, x1, y1 = footprint(bounds([box]), FIELD)
    assert (columns[0] - 1e-9, columns[-1]) <= (x0, x1)
    assert columns[0] <= x0 + 1e-9 < columns[0] + 1 + 1e-6
    assert columns[-1] - 1e-6 < x1 <= columns[-1] + 1 + 1e-6
    assert rows[0] - 1e-6 <= y0 <= rows[0] + 1 + 1e-6
    assert rows[-1] - 1e-6 <= y1 <= rows[-1] + 1 + 1e-6


def test_materials_keep_their_own_maps_in_the_order_asked_for():
    one, two = Box(0, 100, 0, 100, 0, 100, ORGANIC, 1.0), Box(0, 100, 200, 300, 0, 100, STEEL, 7.0)
    areal = project([one, two], FIELD, (STEEL, ORGANIC))
    masses = areal.maps_MHW.sum(axis=(1, 2)) * 4.0 / 1000
    np.testing.assert_allclose(masses, [two.mass_kg, one.mass_kg])


@given(st.floats(50, 1200), st.floats(0, 0.95), st.floats(10, 900), st.integers(1, 40))
@settings(max_examples=50)
def test_cylinders_have_the_mass_of_cylinders(diameter, hollow, length, strips):
    wanted = np.pi / 4 * diameter**2 * (1 - hollow**2) * length * 0.9 * 1e-6
    bore = hollow * diameter
    upright = upright_cylinder(700, 700, 0, length, diameter, STEEL, 0.9, bore=bore, strips=strips)
    lying = lying_cylinder(700, 700, 0, length, diameter, STEEL, 0.9, bore=bore, strips=strips)
    assert mass_kg(upright) == pytest.approx(wanted, rel=1e-6)
    assert mass_kg(lying) == pytest.approx(wanted, rel=1e-6)


@given(boxes_in_field(), st.floats(-80, 80))
@settings(max_examples=50)
def test_leaning_keeps_mass(box, shift):
    assert mass_kg(leaning(box, shift)) == pytest.approx(box.mass_kg, rel=1e-9)


@pytest.mark.parametrize("pitch_mm", [12.0, 48.0])
def test_the_container_is_in_the_field_whole_and_weighs_about_what_its_type_weighs(pitch_mm):
    empty = project(container().shell, field_of(read_scanner().at_pitch(pitch_mm)))
    assert empty.mass_kg(pitch_mm) == pytest.approx(mass_kg(container().shell), rel=1e-9)
    assert 1900 < mass_kg(container().shell) < 2400  # 22G1: 1.9 to 2.4 t on the plates of many


@pytest.mark.parametrize("pitch_mm", [0.0, 1.9, 61.0, float("nan")])
def test_a_pitch_that_no_scanner_has_is_refused(pitch_mm):
    with pytest.raises(ValueError, match="to 60 mm"):
        field_of(read_scanner().at_pitch(pitch_mm))


def test_bounds_are_those_of_all_boxes():
    boxes = [Box(0, 10, 0, 10, 0, 10, STEEL, 1.0), Box(5, 30, -5, 2, 3, 4, STEEL, 1.0)]
    assert bounds(boxes) == Space(0, 30, -5, 10, 0, 10)


# The fan

FAN = Fan(source_detector_mm=5000.0, source_near_mm=2000.0, source_height_mm=300.0)
FAN_FIELD = Field(pitch_mm=20.0, rows=90, columns=50, x0=-100.0, top=1300.0, geometry=FAN, middle_mm=500.0)


def slopes_of_rows(fine):
    """Slopes of `fine` rays through every row of pixels."""
    height = FAN_FIELD.top - (np.arange(FAN_FIELD.rows * fine) + 0.5) / fine * FAN_FIELD.pitch_mm
    return (height - FAN.source_height_mm) / (FAN.source_near_mm + FAN_FIELD.middle_mm)


def fan_map(box, fine):
    """Areal density by tracing rays: the slab method, nothing shared with `project`."""
    slope = slopes_of_rows(fine)
    y0, y1 = FAN.source_near_mm + box.y0, FAN.source_near_mm + box.y1
    z0, z1 = (box.z0 - FAN.source_height_mm) / slope, (box.z1 - FAN.source_height_mm) / slope
    deep = np.maximum(np.minimum(y1, np.maximum(z0, z1)) - np.maximum(y0, np.minimum(z0, z1)), 0)
    x = FAN_FIELD.x0 + (np.arange(FAN_FIELD.columns * fine) + 0.5) / fine * FAN_FIELD.pitch_mm
    inside = ((x >= box.x0) & (x <= box.x1)).astype(float)
    rows = (deep * np.sqrt(1 + slope**2)).reshape(FAN_FIELD.rows, fine).mean(axis=1) / 10 * box.density_g_cm3
    return rows[:, None] * inside.reshape(FAN_FIELD.columns, fine).mean(axis=1)


@settings(max_examples=60, deadline=None)
@given(box=boxes_in_field())
def test_chords_of_the_fan_are_those_of_rays(box):
    whole = box.density_g_cm3 / 10 * np.hypot(box.y1 - box.y0, box.z1 - box.z0)
    np.testing.assert_allclose(project([box], FAN_FIELD).maps_MHW[0], fan_map(box, 200), atol=0.02 * whole)


def test_the_near_wall_is_larger_than_the_far_one_as_similar_triangles_are():
    thin = [Box(0, 500, y, y + 1, 350, 850, STEEL, 7.85) for y in (0.0, 999.0)]
    near, far = (np.flatnonzero(project([box], FAN_FIELD).maps_MHW[0].any(axis=1)).size for box in thin)
    assert near * FAN_FIELD.pitch_mm == pytest.approx(500 * 2500 / 2000, abs=2 * FAN_FIELD.pitch_mm)
    assert far * FAN_FIELD.pitch_mm == pytest.approx(500 * 2500 / 3000, abs=2 * FAN_FIELD.pitch_mm)


@pytest.mark.parametrize("depth_mm", [0.0, 250.0, 500.0, 900.0])
def test_mass_in_a_fan_closes_at_the_depth_where_it_lies(depth_mm):
    """The integral of areal density over the pixel's size at that depth; a thin box, so that one size holds."""
    box = Box(10, 210, depth_mm, depth_mm + 2, 250, 650, STEEL, 7.85)
    deep_HW = project([box], FAN_FIELD).maps_MHW[0] / np.sqrt(1 + slopes_of_rows(1) ** 2)[:, None]  # not along rays
    scale = (2000 + depth_mm + 1) / 2500
    assert deep_HW.sum() * 2.0 * 2.0 * scale / 1000 == pytest.approx(box.mass_kg, rel=2e-3)


def test_a_box_on_both_sides_of_the_source_height_has_no_seam():
    box = Box(0, 500, 100, 900, 200, 400, STEEL, 1.0)
    rows = project([box], FAN_FIELD).maps_MHW[0][:, 10]
    middle = rows[rows > 0.98 * rows.max()]
    assert middle.size >= 5
    np.testing.assert_allclose(middle, 80.0, rtol=2e-3)


@pytest.mark.parametrize("name", [name for name in scanner_names() if "linac" in name])
def test_the_container_is_whole_in_every_cargo_scanner(name):
    field = field_of(read_scanner(name))
    x0, y0, x1, y1 = footprint(bounds(container().shell), field)
    assert 0 < y0 < y1 < field.rows
    assert 0 < x0 < x1 < field.columns
