"""What `imaging.estimate_mass` makes of simulated pictures."""

import numpy as np
import pytest

from datasets.pool import read_pool
from datasets.sandbox import Rates, generate
from datasets.sandbox.physics.projection import project
from datasets.sandbox.physics.scanner import read_scanner
from imaging import estimate_mass
from tests.datasets.sandbox.ordering import field_of, order_of

SEED, RATES, SCANS = 11, Rates(0, 0, 0.1), 12


@pytest.fixture(scope="module")
def measured(tmp_path_factory, scene_of):
    """(estimate, mass of the whole scene in the region, tare + laid mass) of every scan, kg."""
    folder = tmp_path_factory.mktemp("mass") / "pool"
    generate(folder, order_of(SEED, RATES), scans=SCANS)
    pool, found = read_pool(folder), []
    for index, record in enumerate(pool.scans):
        (view,), (unit,) = pool.read_scan(record).views, record.units
        _, scene = scene_of(SEED, index, RATES)
        x0, y0, x1, y1 = (round(edge) for edge in unit.region_xyxy)
        maps_MHW = project(scene.boxes, field_of(read_scanner())).maps_MHW[:, y0:y1, x0:x1]
        laid = unit.tare_kg + sum(load.mass_kg for load in scene.units[0].loads)
        estimate = estimate_mass(view, pool.profile(record), unit.region_xyxy)
        found.append((estimate, maps_MHW.sum() * 1.2**2 / 1000, laid))
    return found


def test_the_region_holds_the_unit_and_little_else(measured):
    """What the region has beyond tare and goods is a strip of the chassis under the tilted floor: some kilograms."""
    for _, in_region, laid in measured:
        assert laid - 10 < in_region < laid + 25


def test_units_that_are_not_opaque_are_weighed_within_ten_percent(measured):
    """Everything in the region in the beam, against tare + laid mass; units whose estimate has an upper bound."""
    clear = [(estimate.mass_kg, laid) for estimate, _, laid in measured if estimate.upper_kg is not None]
    assert len(clear) >= 5
    errors = np.array([seen / laid - 1 for seen, laid in clear])
    assert np.abs(errors).max() < 0.10


def test_opaque_units_are_weighed_too_light_and_say_so(measured):
    opaque = [(estimate, in_region) for estimate, in_region, _ in measured if estimate.upper_kg is None]
    assert opaque
    for estimate, in_region in opaque:
        assert estimate.lower_kg < in_region
        assert estimate.opaque_share > 1e-3
