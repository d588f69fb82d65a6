"""From a pool to training batches: levels kept, boxes scaled, weak labels from declarations alone."""

import numpy as np
import pytest
import torch

from datasets.crop import CropAtLoad
from datasets.datamodule import PoolDataModule
from datasets.import_source import import_source
from datasets.layouts import read_coco
from datasets.pool import PoolError, read_pool
from datasets.pool.records import Operation, Rights
from datasets.targets import Target, detector_targets, goods_targets
from imaging import Channel, Quantity, View


@pytest.fixture
def pool(coco_source, tmp_path):
    rights = Rights(licence="test", may_train=True, may_redistribute=False)
    source = read_coco(coco_source, scanner_key="scene")
    import_source(source, tmp_path / "p", site="s", rights=rights, mapping=None, history=Operation(verb="import"))
    return read_pool(tmp_path / "p")


def module(pool, **changes):
    arguments = {"role": "detector", "batch_size": 4, "long_side": None, "seed": 1} | changes
    return PoolDataModule(pool, **arguments)


def test_batches_hold_the_pool_s_boxes(pool):
    data = module(pool)
    batch = next(iter(data.val_dataloader()))
    targets = detector_targets(pool, data.records("val"), data.labels)
    for index in range(len(batch.labels_BN)):
        real = batch.is_box_BN[index]
        assert batch.boxes_BN4[index][real].tolist() == targets[index].boxes_N4.tolist()
    assert batch.image_BCHW.dtype == torch.float32
    assert batch.image_BCHW.shape[1:] == (3, 64, 64)


def test_boxes_shrink_with_the_image(pool):
    whole, half = (next(iter(module(pool, long_side=side).val_dataloader())) for side in (None, 32))
    torch.testing.assert_close(half.boxes_BN4, whole.boxes_BN4 / 2)
    assert half.size_B2.max() == 32


def test_a_held_out_scanner_is_in_neither_train_nor_val(pool):
    data = module(pool, hold_out_scanner="1")
    assert {record.scanner for split in ("train", "val") for record in data.records(split)} == {"0"}
    assert "1" in {record.scanner for record in pool.scans}


def test_same_seed_same_order(pool):
    one, other, third = (next(iter(module(pool, seed=seed).train_dataloader())) for seed in (1, 1, 2))
    assert torch.equal(one.image_BCHW, other.image_BCHW)
    assert not torch.equal(one.image_BCHW, third.image_BCHW)


def test_too_few_scans_are_refused(pool):
    with pytest.raises(PoolError, match="at least one batch"):
        module(pool, batch_size=64).train_dataloader()


def test_scans_without_declarations_teach_no_goods(pool):
    assert goods_targets(pool, pool.scans, ("steel",)) == []


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_crop_keeps_every_box_and_every_value(dtype):
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, np.iinfo(dtype).max, (2, 60, 80)).astype(dtype)
    channels = (Channel("low"), Channel("high"))
    view = View("v", pixels, channels, Quantity.COUNTS, air=(60000.0, 60000.0))
    target = Target("s", np.array([[30, 20, 50, 44]], np.float32), np.array([3]))
    inside = pixels[:, 20:44, 30:50]
    crop = CropAtLoad(1.0, seed=0)
    sizes = set()
    for _ in range(20):
        cropped, moved = crop(view, target)
        left, top, right, bottom = np.round(moved.boxes_N4[0]).astype(int)
        assert cropped.pixels.dtype == dtype
        np.testing.assert_array_equal(cropped.pixels[:, top:bottom, left:right], inside)
        assert moved.labels_N.tolist() == [3]
        sizes.add(cropped.pixels.shape)
    assert len(sizes) > 5


def test_crop_of_a_clean_scan_has_no_box():
    view = View("v", np.ones((1, 40, 40), np.uint16), (Channel("single"),), Quantity.UNKNOWN)
    _, moved = CropAtLoad(1.0, seed=0)(view, Target("s", np.zeros((0, 4), np.float32), np.zeros(0, np.int64)))
    assert moved.boxes_N4.shape == (0, 4)
