"""A threat that is projected against the same one rendered before the same cargo, by the simulator's own physics."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from datasets.sandbox.carriers.field import field_of_view
from datasets.sandbox.physics.detector import displaced, expected, noise_of_log
from datasets.sandbox.physics.projection import ArealDensity, project
from datasets.sandbox.plan import plan_scan
from datasets.sandbox.simulate import areal_density, lay
from tools.projection.pairs import device_of, matter_of, noiseless, projected_pair, set_in
from tools.shortcuts.numbers import CARRIERS
from tools.shortcuts.pairs import HIDDEN, with_insert

_SEEN_THROUGH = 0.01  # transmission over which scatter, that projection leaves as it is, is small beside it


def rendered_and_projected(device, index, seed=8):
    """Both without noise, the background, and where the object is seen; goods do not give way, in either."""
    scanner, plan = device.scanner, plan_scan(seed, index, HIDDEN, CARRIERS)
    whole, _ = lay(seed, plan)
    (laden,) = whole.units
    insert, field = laden.inserts[0], field_of_view(scanner, whole.carrier.seen)
    cargo, own = areal_density(with_insert(whole, laden), field, seed, index), project(insert.boxes, field)
    materials = tuple(dict.fromkeys((*cargo.materials, *own.materials)))
    maps = np.zeros((len(materials), field.rows, field.columns))
    for areal in (cargo, own):
        for material, plane in zip(areal.materials, areal.maps_MHW, strict=True):
            maps[materials.index(material)] += plane
    both, background = (
        displaced(expected(areal, scanner), scanner) for areal in (ArealDensity(materials, maps), cargo)
    )
    mask = own.maps_MHW.sum(axis=0) > 0.05
    rows, columns = np.nonzero(mask)
    middle = (rows.min() + rows.max() + 1) // 2, (columns.min() + columns.max() + 1) // 2
    matter = matter_of(insert, field, device, middle, side=int(max(np.ptp(rows), np.ptp(columns))) + 24)
    matter = replace(matter, taken_BP=torch.zeros_like(matter.taken_BP))
    projected = set_in(background, matter, middle, noiseless(device), 0)
    alone = set_in(np.ones_like(background), matter, middle, noiseless(device), 0)
    return both, projected, background * alone, background, mask & (both[-1] > _SEEN_THROUGH)


@pytest.mark.parametrize("scanner", ["linac_6_4_gantry", "linac_9_6_portal"])
@pytest.mark.parametrize("index", [6, 9])
def test_projection_differs_from_rendering_by_less_than_the_noise(scanner, index):
    device = device_of(scanner)
    rendered, projected, multiplied, background, seen = rendered_and_projected(device, index)
    assert seen.sum() > 100
    sigma = noise_of_log(rendered[-1], device.scanner)[seen]
    error = np.log(projected[-1] / rendered[-1])[seen]
    assert np.median(np.abs(error) / sigma) < 1
    contrasts = [-np.log(shown[-1] / background[-1])[seen].mean() for shown in (rendered, projected, multiplied)]
    assert contrasts[1] == pytest.approx(contrasts[0], rel=0.02)
    assert contrasts[2] > 1.1 * contrasts[0]


def test_a_pair_shows_one_object_twice():
    device = device_of("linac_6_4_gantry")
    found = [one for index in range(9, 12) if (one := projected_pair(8, index, device))]
    assert found
    for one in found:
        rendered, projected = one.pair.crops
        assert one.pair.mask.any()
        assert not (one.pair.ring & one.pair.mask).any()
        outside = ~one.pair.mask
        assert np.abs(np.median((rendered - projected)[:, outside])) < 0.01
        assert np.isfinite([one.contrast_rendered, one.contrast_projected, one.contrast_multiplied]).all()
