import numpy as np
import pytest

from datasets.sandbox.labels import MASK_G_CM2, labelled, mask_bounds
from datasets.sandbox.parcels.fan import Section, chord_matrix
from datasets.sandbox.parcels.forbidden import FORBIDDEN
from datasets.sandbox.parcels.hidden import CANONICAL, LABELS
from datasets.sandbox.parcels.radiograph import Seen, areal_density, check_tunnel, label_hidden, place
from datasets.sandbox.parcels.scenes import Scene, pack
from datasets.sandbox.parcels.simulate import hidden_of, simulate_parcel
from datasets.sandbox.physics.detector import primary
from datasets.sandbox.physics.projection import Field
from datasets.sandbox.physics.scanner import Parallel, read_scanner
from datasets.sandbox.plan import Rates
from declarations.taxonomy import contraband_labels

SCANNER = read_scanner("tunnel_140_parcels").at_pitch(6.0)


@pytest.fixture(scope="module", params=["parcel", "bag"])
def packed(request):
    """A scene with a book, a tin and a hidden brick, and how it is seen."""
    rng = np.random.default_rng(2)
    scene = pack(request.param, ("book", "tinned_food"), ("narcotics", "firearm"), rng, widest_mm=480.0)
    return scene, place(scene, SCANNER, rng)


def test_an_empty_scene_is_air():
    seen = place(Scene((), (30.0, 20.0, 40.0)), SCANNER, np.random.default_rng(0))
    areal, masses = areal_density(Scene((), (30.0, 20.0, 40.0)), seen)
    assert (areal.materials, masses) == ((), ())
    assert areal.maps_MHW.shape == (0, seen.field.rows, seen.field.columns)


def test_a_parallel_beam_shows_the_whole_mass(packed):
    scene, seen = packed
    depth, rows, columns = seen.grid.shape_DHW
    section = Section(rows, columns, 6.0, 0.0, rows * 6.0)
    field = Field(6.0, rows + columns, depth, 0.0, rows * 6.0, Parallel(elevation_deg=15.0))
    areal, masses = areal_density(scene, Seen(seen.grid, field, chord_matrix(field, section), 0))
    assert areal.mass_kg(6.0) == pytest.approx(sum(masses), rel=1e-4)
    assert sum(masses) > 2


def test_pictures_hold_all_of_a_scene_and_air_around_it(packed):
    scene, seen = packed
    shown = areal_density(scene, seen)[0].maps_MHW.sum(axis=0) > 0
    x0, y0, x1, y1 = mask_bounds(shown)
    assert min(x0, y0, shown.shape[1] - x1, shown.shape[0] - y1) >= 2
    assert not shown[:, : seen.first_column].any()


def test_the_mask_is_the_thing_rendered_alone(packed):
    scene, seen = packed
    areal, _ = areal_density(scene, seen)
    assert {scene.things[number].category for number in hidden_of(scene)} == {"narcotics", "firearm"}
    for number in hidden_of(scene):
        label = label_hidden(scene, number, areal, seen, SCANNER)
        alone, masses = areal_density(Scene((scene.things[number],), scene.half_mm), seen)
        mask = alone.maps_MHW.sum(axis=0) > MASK_G_CM2
        assert np.array_equal(label.mask_HW, mask)
        assert label.box_xyxy == mask_bounds(mask)
        assert label.attributes["mass_kg"] == pytest.approx(masses[0], abs=6e-4)
        assert label.attributes["placement"] == "goods"


def test_what_stands_out_is_told_against_the_scene_without_the_thing(packed):
    scene, seen = packed
    areal, _ = areal_density(scene, seen)
    for number in hidden_of(scene):
        label = label_hidden(scene, number, areal, seen, SCANNER)
        without = tuple(thing for place, thing in enumerate(scene.things) if place != number)
        x0, y0, x1, y1 = label.box_xyxy
        shown, left = (
            primary(areal_density(Scene(things, scene.half_mm), seen)[0], SCANNER)[-1][y0:y1, x0:x1]
            for things in (scene.things, without)
        )
        dose_R = seen.field.dose_R(SCANNER.half_dose_deg.value)[y0:y1]
        expected = labelled(label.label, label.mask_HW, shown, left, SCANNER, {}, dose_R).attributes
        for name, value in expected.items():
            assert label.attributes[name] == pytest.approx(value, rel=0.02, abs=0.02), name


def test_a_slab_more_or_less_changes_nothing(packed, monkeypatch):
    scene, seen = packed
    whole, masses = areal_density(scene, seen)
    monkeypatch.setattr("datasets.sandbox.parcels.radiograph._SLAB", 3)
    other, others = areal_density(scene, seen)
    np.testing.assert_allclose(other.maps_MHW, whole.maps_MHW, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(others, masses, rtol=1e-6)


def test_a_thing_outside_of_its_voxels_has_no_label(packed):
    scene, seen = packed
    areal, _ = areal_density(scene, seen)
    number = hidden_of(scene)[0]
    away = [thing.moved((0.0, 5000.0, 0.0)) if k == number else thing for k, thing in enumerate(scene.things)]
    assert label_hidden(Scene(tuple(away), scene.half_mm), number, areal, seen, SCANNER) is None


def test_every_hidden_thing_has_a_canonical_label():
    assert set(CANONICAL) == set(FORBIDDEN)
    assert set(LABELS) <= {entry.label for entry in contraband_labels()}


@pytest.mark.parametrize("key", sorted(FORBIDDEN))
def test_everything_hidden_in_an_empty_bag_is_seen(key):
    scene = pack("bag", (), (key,), np.random.default_rng(4), widest_mm=480.0, bare=True)
    seen = place(scene, SCANNER, np.random.default_rng(5))
    label = label_hidden(scene, hidden_of(scene)[0], areal_density(scene, seen)[0], seen, SCANNER)
    assert label.label == CANONICAL[key]
    assert label.attributes["placement"] == "empty"
    assert label.visible_xyxy is not None


def test_another_scan_is_another_picture_and_the_same_is_the_same():
    rates = Rates(0.5, 0.0, 0.0)
    one, again, two = (simulate_parcel(3, index, rates, SCANNER, ("parcel",)).counts_CHW for index in (0, 0, 1))
    assert np.array_equal(one, again)
    assert one.shape != two.shape or (one != two).any()


def test_accelerators_are_refused():
    with pytest.raises(ValueError, match=r"tunnels with a tube; found sandbox_linac_6_4"):
        check_tunnel(read_scanner())
    flat = SCANNER.geometry.model_copy(update={"value": Parallel(elevation_deg=0.0)})
    with pytest.raises(ValueError, match="tunnels with a tube"):
        check_tunnel(SCANNER.model_copy(update={"geometry": flat}))


def test_a_parcel_is_taller_seen_from_nearer(packed):
    scene, _ = packed
    near = {"source_near_mm": 200.0, "source_detector_mm": 1200.0}  # of a tunnel as wide
    fan = SCANNER.geometry.model_copy(update={"value": check_tunnel(SCANNER).model_copy(update=near)})
    closer = SCANNER.model_copy(update={"geometry": fan})
    shown = [areal_density(scene, place(scene, scanner, np.random.default_rng(1)))[0] for scanner in (SCANNER, closer)]
    heights = [np.ptp(np.flatnonzero((areal.maps_MHW.sum(axis=0) > 0).any(axis=1))) for areal in shown]
    assert heights[1] > heights[0]
