"""Single items in air: known plates come back; real items are found whole."""

import numpy as np
import pytest

from datasets.pool.records import Rights
from datasets.threats.from_scans import threat_of_scan
from datasets.threats.make import make_library
from imaging import Channel, Quantity, UnsupportedScan, View
from tests.gpu.projection.scenes import beam

RIGHTS = Rights(licence="x", may_train=True, may_redistribute=False)
ABOUT = {"name": "a", "group": "g", "label": "firearm", "item": "plate", "pitch_mm": 2.0, "rights": RIGHTS}


def scan_of(attenuation_C, *, air=(1.0, 1.0), noise=1e-3, seed=0) -> View:
    """A plate of 20 x 30 pixels in a picture of 60 x 80."""
    pixels = np.ones((2, 60, 80))
    pixels[:, 15:35, 25:55] *= np.exp(-np.asarray(attenuation_C))[:, None, None]
    pixels += noise * np.random.default_rng(seed).standard_normal(pixels.shape)
    pixels *= np.asarray(air)[:, None, None]
    channels = (Channel("low"), Channel("high"))
    return View("side", pixels.astype(np.float32), channels, Quantity.TRANSMISSION)


@pytest.mark.parametrize(("material", "layer"), [("steel", 1), ("organic", 0)])
@pytest.mark.parametrize("air", [(1.0, 1.0), (0.9, 0.95)], ids=["air of 1", "air as it was that day"])
def test_a_plate_is_found_and_weighed(material, layer, air):
    attenuation = beam().of_slab(material, np.array([12.0]))[:, 0]
    threat = threat_of_scan(scan_of(attenuation, air=air), beam(), **ABOUT)
    assert threat.mask_HW.sum() == pytest.approx(600, rel=0.02)
    inside = threat.areal_LHW[:, threat.mask_HW]
    assert np.median(inside.sum(0)) == pytest.approx(12.0, rel=0.1)
    assert inside[layer].sum() > 0.8 * inside.sum()
    assert threat.record.mass_kg == pytest.approx(12 * 24 / 1000, rel=0.1)
    assert (threat.areal_LHW >= 0).all()


def test_lead_that_no_pair_explains_keeps_its_attenuation():
    attenuation = beam().of_slab("lead", np.array([20.0]))[:, 0]
    threat = threat_of_scan(scan_of(attenuation), beam(), **ABOUT)
    middle = np.median(threat.areal_LHW[:, threat.mask_HW], axis=1)
    again = beam().of_slab("organic", middle[:1])[1, 0] + beam().of_slab("steel", middle[1:])[1, 0]
    assert again == pytest.approx(attenuation[1], rel=0.05)


@pytest.mark.parametrize("attenuation", [(0.0, 0.0), (0.004, 0.003)])
def test_an_empty_scan_is_refused(attenuation):
    with pytest.raises(UnsupportedScan, match="one item stands out of the air"):
        threat_of_scan(scan_of(attenuation), beam(), **ABOUT)


def test_the_order_of_the_channels_does_not_matter():
    view = scan_of(beam().of_slab("steel", np.array([12.0]))[:, 0])
    turned = View("side", view.pixels[::-1].copy(), view.channels[::-1], Quantity.TRANSMISSION)
    one, other = (threat_of_scan(each, beam(), **ABOUT) for each in (view, turned))
    np.testing.assert_array_equal(one.areal_LHW, other.areal_LHW)


def test_noise_beside_the_item_is_air():
    view = scan_of((1.0, 0.6), noise=0.0)
    view.pixels[1, 12:15, 25:55] = 0.96  # within its outline, and in the high channel alone
    threat = threat_of_scan(view, beam(), **ABOUT)
    assert threat.mask_HW.sum() == 600


def test_one_channel_and_a_dark_border_are_refused():
    pixels = np.ones((1, 60, 80), np.float32)
    with pytest.raises(UnsupportedScan, match="`low` and `high`"):
        threat_of_scan(View("side", pixels, (Channel("single"),), Quantity.TRANSMISSION), beam(), **ABOUT)
    dark = scan_of((1.0, 0.6), air=(0.0, 1.0))
    with pytest.raises(UnsupportedScan, match="there is air around an item"):
        threat_of_scan(dark, beam(), **ABOUT)


@pytest.mark.real
def test_real_items_come_out_whole(tmp_path, root, real_data):
    library, left_out = make_library(
        str(real_data / "dual_energy_threats"),
        tmp_path / "lib",
        count=0,
        seed=0,
        profile=root / "configs/scanners/dual_energy_bags.yaml",
        labels=["gun=firearm", "knife=blade", "rifle=firearm"],
        pitch_mm=1.6,
        licence="none stated",
    )
    assert left_out == {}
    assert len(library.threats) == 93
    for threat in library.threats:
        assert 0.02 < threat.mask_HW.mean() < 0.95
        assert threat.record.mass_kg > 0.01
