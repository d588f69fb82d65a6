"""Threats in cargo: what is read there, its noise, its box, and all that must stay as it was."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from gpu import NO_BOX, NOT_PROJECTED, Objects
from gpu.projection.ledger import Ledger
from gpu.projection.placing import Rules
from imaging.material import mass_attenuation
from tests.gpu.batches import generator_of
from tests.gpu.projection.scenes import beam, flat, library, projection, sharp


def applied(transform, batch, seed=0):
    return transform.apply(batch, transform.sample(batch, generator_of(seed)))


def middle(batch, shrink=3):
    """The pixels well inside of the projected box, (C, n)."""
    left, top, right, bottom = (int(edge) for edge in batch.boxes_BN4[0, -1].tolist())
    return batch.image_BCHW[0, :, top + shrink : bottom - shrink, left + shrink : right - shrink].flatten(1)


@pytest.mark.parametrize("material", ["steel", "lead", "organic"])
@pytest.mark.parametrize("organic_g_cm2", [15.0, 60.0])
@pytest.mark.parametrize("depth_mm", [0.0, 100.0])
def test_cargo_and_threat_are_followed_by_one_beam(material, organic_g_cm2, depth_mm):
    transform = projection(library(material, 6.0, depth_mm=depth_mm), cargo_depth_mm=2000.0)
    after = applied(transform, flat(organic_g_cm2, quanta=1e7))
    thickness = 6.0 * (1 + int(after.objects.threat_BN[0, -1]))
    energies = beam().energies_kev
    left = organic_g_cm2 * (1 - depth_mm / 2000.0)
    depth = left * mass_attenuation("organic", energies) + thickness * mass_attenuation(material, energies)
    expected = np.exp(-beam().attenuation(depth[None]))[:, 0]
    np.testing.assert_allclose(middle(after).mean(1).numpy(), expected, rtol=5e-3)


def test_plain_multiplication_would_overstate_the_contrast():
    after = applied(projection(library("steel", 15.0)), flat(80.0, quanta=1e8))
    background = flat(80.0, quanta=1e8).image_BCHW[0].flatten(1).mean(1)
    alone = np.exp(-beam().of_slab("steel", np.array([15.0 * (1 + int(after.objects.threat_BN[0, -1]))]))[:, 0])
    contrast, multiplied = -np.log((middle(after).mean(1) / background).numpy()), -np.log(alone)
    assert (multiplied > 1.1 * contrast).all()


def test_noise_is_that_of_the_quanta_that_are_left():
    quanta, ratios = 2e4, []
    for seed in range(6):
        after = applied(sharp(projection(library("steel", 10.0, rows=40, columns=60))), flat(20.0, quanta=quanta), seed)
        pixels = middle(after)
        ratios.append((pixels.var(1) * quanta / pixels.mean(1)).numpy())
    np.testing.assert_allclose(np.mean(ratios, axis=0), 1.0, atol=0.05)


def test_nothing_changes_outside_of_the_threat():
    before = flat(30.0)
    after = applied(projection(), before)
    left, top, right, bottom = (int(edge) for edge in after.boxes_BN4[0, -1].tolist())
    changed = (after.image_BCHW != before.image_BCHW)[0].any(0)
    changed[max(top - 4, 0) : bottom + 4, max(left - 4, 0) : right + 4] = False
    assert not changed.any()


def test_box_and_mask_and_label_are_those_of_the_threat():
    before = flat(30.0)
    drawn = replace(before, objects=replace(before.objects, masks_BNHW=torch.zeros(1, 0, 96, 96, dtype=torch.bool)))
    after = applied(projection(library(rows=12, columns=20)), drawn, seed=4)
    left, top, right, bottom = after.boxes_BN4[0, -1].tolist()
    assert (right - left, bottom - top) == (20, 12)
    assert after.labels_BN[0, -1] == [3, 5][after.objects.threat_BN[0, -1]]
    mask = after.objects.masks_BNHW[0, -1]
    assert mask.sum() == 240
    assert mask[int(top) : int(bottom), int(left) : int(right)].all()


@pytest.mark.parametrize("cargo", [(0.0, 0.0), (0.0, 60.0), (400.0, 0.0)], ids=["air", "steel", "opaque"])
def test_no_place_no_projection_and_every_bit_kept(cargo):
    before = flat(*cargo)
    after = applied(projection(), before)
    assert torch.equal(after.image_BCHW, before.image_BCHW)
    assert after.labels_BN.tolist() == [[NO_BOX]]
    assert after.objects.threat_BN.tolist() == [[NOT_PROJECTED]]


def test_detectability_is_contrast_over_noise():
    quanta = 1e5
    before = flat(30.0, quanta=quanta)
    after = applied(sharp(projection(library("steel", 2.0, rows=30, columns=40))), before)
    level = before.image_BCHW[0, -1].mean()
    expected = (level - middle(after)[-1].mean()) / (level / quanta).sqrt()
    assert float(after.objects.detectability_BN[0, -1]) == pytest.approx(float(expected), rel=0.03)


def test_what_would_not_be_seen_is_not_projected():
    before = flat(60.0, quanta=300.0)
    after = applied(projection(library("organic", 0.1)), before)
    assert torch.equal(after.image_BCHW, before.image_BCHW)
    assert after.labels_BN.tolist() == [[NO_BOX]]


@pytest.mark.parametrize("unknown", ["scanner_B", "pitch_mm_B"])
def test_unknown_scanners_keep_every_bit(unknown):
    before = flat(30.0)
    value = torch.tensor([-1]) if unknown == "scanner_B" else torch.tensor([torch.nan])
    before = replace(before, acquisition=replace(before.acquisition, **{unknown: value}))
    assert torch.equal(applied(projection(), before).image_BCHW, before.image_BCHW)


def test_threats_keep_clear_of_what_is_marked():
    before = flat(30.0)
    marked = Objects(
        torch.tensor([[[0.0, 0.0, 96.0, 50.0]]]),
        torch.tensor([[1]]),
        torch.ones(1, 1),
        torch.full((1, 1), NOT_PROJECTED),
        torch.full((1, 1), torch.nan),
    )
    transform = projection(rules=Rules(inside=1.0))
    for seed in range(10):
        after = applied(transform, replace(before, objects=marked), seed)
        assert after.labels_BN[0, 0] == 1
        assert after.boxes_BN4[0, 1, 1] >= 48


def test_pitch_of_the_scan_sets_the_size():
    before = flat(30.0)
    finer = replace(before, acquisition=replace(before.acquisition, pitch_mm_B=torch.tensor([8.0])))
    left, top, right, bottom = applied(projection(library(rows=12, columns=20)), finer).boxes_BN4[0, -1].tolist()
    assert right - left == pytest.approx(15, abs=1)
    assert bottom - top == pytest.approx(9, abs=1)


def test_a_ledger_keeps_real_and_projected_apart():
    ledger = Ledger()
    assert (ledger.real, ledger.projected()) == (0, {})
    threats = torch.tensor([[NOT_PROJECTED, 4], [4, NOT_PROJECTED]])
    labels = torch.tensor([[1, 2], [3, NO_BOX]])
    for _ in range(2):
        ledger.count(Objects(torch.zeros(2, 2, 4), labels, torch.ones(2, 2), threats, torch.ones(2, 2)))
    assert ledger.real == 2
    assert ledger.projected() == {4: 4}


def test_in_an_empty_unit_a_threat_lies_on_the_floor_and_takes_no_place_of_goods():
    before = flat(1.0)
    floor = flat(60.0).image_BCHW
    image = before.image_BCHW.clone()
    image[:, :, 80:] = floor[:, :, 80:]
    unit = before.with_image(image)
    transform = projection(library("organic", 4.0, depth_mm=2000.0), in_the_open=1.0, degrees=20.0, turns=(0, 1, 2))
    for seed in range(8):
        after = applied(transform, unit, seed)
        left, top, right, bottom = after.boxes_BN4[0, -1].tolist()
        assert bottom == 80
        assert (right - left, bottom - top) == (20, 12)
        thickness = 4.0 * (1 + int(after.objects.threat_BN[0, -1]))
        expected = np.exp(-beam().of_slab("organic", np.array([1.0 + thickness])))[:, 0]
        np.testing.assert_allclose(middle(after).mean(1).numpy(), expected, rtol=5e-3)
    kept = applied(projection(in_the_open=0.0), unit)
    assert kept.labels_BN.tolist() == [[NO_BOX]]
