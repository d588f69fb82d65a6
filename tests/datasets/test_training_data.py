"""From a pool to training batches: levels kept, boxes scaled, weak labels from declarations alone."""

import numpy as np
import pytest
import torch

from datasets.crop import CropAtLoad
from datasets.datamodule import PoolDataModule
from datasets.import_source import Given, import_source
from datasets.layouts import Dirt, coco
from datasets.pool import PoolError, read_pool
from datasets.pool.records import Operation, Rights
from datasets.targets import Target, detector_targets, goods_targets
from datasets.verbs.outcome import quietly
from imaging import Channel, Quantity, View


@pytest.fixture
def pool(coco_source, tmp_path):
    own = {"Gun": "Gun", "Knife": "Knife"}
    given = Given("s", Rights(licence="test", may_train=True, may_redistribute=False), own.__getitem__)
    dirt = Dirt()
    scans = coco.read(coco_source, dirt, scanner_key="scene")
    history = Operation(verb="import")
    import_source(scans, dirt, tmp_path / "p", source=coco_source, given=given, history=history, track=quietly)
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
def test_crop_holds_an_object_and_keeps_every_value(dtype):
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, np.iinfo(dtype).max, (2, 60, 80)).astype(dtype)
    view = View("v", pixels, (Channel("low"), Channel("high")), Quantity.COUNTS, air=(60000.0, 60000.0))
    target = Target("s", np.array([[30, 20, 50, 44], [0, 0, 6, 6]], np.float32), np.array([3, 1]))
    crop = CropAtLoad(32, 40, seed=0)
    places = set()
    for _ in range(30):
        cropped, moved = crop(view, target)
        assert cropped.pixels.shape == (2, 32, 40)
        assert cropped.pixels.dtype == dtype
        assert len(moved.labels_N) >= 1
        places.add(found := place_of(cropped.pixels, pixels))
        for box, label in zip(moved.boxes_N4, moved.labels_N, strict=True):
            whole = target.boxes_N4[target.labels_N.tolist().index(label)] - np.array([*found, *found])
            np.testing.assert_allclose(box, whole.clip(0, [40, 32, 40, 32]), atol=1e-3)
    assert len(places) > 10


def place_of(part: np.ndarray, whole: np.ndarray) -> tuple[int, int]:
    """Column and row at which a part was cut from a whole, found by comparing every value."""
    for row in range(whole.shape[1] - part.shape[1] + 1):
        for column in range(whole.shape[2] - part.shape[2] + 1):
            if np.array_equal(whole[:, row : row + part.shape[1], column : column + part.shape[2]], part):
                return column, row
    raise AssertionError("the crop is no part of the image")


def test_crop_of_a_clean_scan_has_no_box_and_a_small_scan_stays_whole():
    view = View("v", np.ones((1, 40, 40), np.uint16), (Channel("single"),), Quantity.UNKNOWN)
    empty = Target("s", np.zeros((0, 4), np.float32), np.zeros(0, np.int64))
    for size, expected in ((16, (16, 16)), (64, (40, 40))):
        cropped, moved = CropAtLoad(size, size, seed=0)(view, empty)
        assert cropped.size_hw == expected
        assert moved.boxes_N4.shape == (0, 4)
