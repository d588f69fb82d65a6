"""One equivalence over all transforms: a batch is its elements, a closed gate keeps every bit, records replay."""

import json

import pytest
import torch

import gpu
from gpu import Pipeline, RandomAffine, RandomFlip, RandomGamma, RandomNoise, Warp, replayed
from tests.gpu.batches import CHANNELS, TOLERANCE, batch_of, generator_of, parts

# Each transform with every other gate open, and with none. Strong enough that its work shows.
OPEN = {
    "flip": RandomFlip(0.5, 0.5),
    "affine": RandomAffine(0.5, 20.0, (0.7, 1.4), 0.2, shear_degrees=10.0, stretch=1.2),
    "warp": Warp((RandomFlip(0.5, 0.5), RandomAffine(0.5, 20.0))),
    "noise": RandomNoise(0.5, 0.05),
    "gamma": RandomGamma(0.5, (0.5, 2.0)),
}
CLOSED = {
    "flip": RandomFlip(0, 0),
    "affine": RandomAffine(0.0),
    "warp": Warp((RandomFlip(0, 0), RandomAffine(0.0))),
    "noise": RandomNoise(0.0),
    "gamma": RandomGamma(0.0),
}
OPEN["pipeline"] = Pipeline(tuple(OPEN.values()))
CLOSED["pipeline"] = Pipeline(tuple(CLOSED.values()))
MIXING = {name for name in OPEN if name == "mosaic"}
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU"))]


def test_every_transform_is_in_the_table():
    exported = {value for value in vars(gpu).values() if isinstance(value, type) and hasattr(value, "params_type")}
    assert {type(transform) for transform in OPEN.values()} == exported
    assert OPEN.keys() == CLOSED.keys()


@pytest.mark.parametrize("name", [name for name in OPEN if name not in MIXING])
@pytest.mark.parametrize("channels", CHANNELS)
def test_batch_equals_element_by_element(name, channels):
    batch = batch_of(6, channels)
    params = OPEN[name].sample(batch, generator_of(3))
    whole = OPEN[name].apply(batch, params)
    for index in range(6):
        alone = OPEN[name].apply(batch.element(index), params.element(index))
        of_batch = parts(whole.element(index))
        for part, value in parts(alone).items():
            tolerance = 1e-5 if value.is_floating_point() else 0
            torch.testing.assert_close(of_batch[part], value, rtol=0, atol=tolerance, equal_nan=True)


@pytest.mark.parametrize("name", CLOSED)
def test_closed_gate_is_bit_identical(name):
    batch = batch_of(4)
    after = parts(CLOSED[name].apply(batch, CLOSED[name].sample(batch, generator_of(0))))
    for part, value in parts(batch).items():
        assert after[part].equal(value) or after[part].isnan().equal(value.isnan()), part


@pytest.mark.parametrize("name", OPEN)
def test_elements_whose_gate_is_closed_keep_every_bit_beside_open_ones(name):
    batch = batch_of(8)
    after = OPEN[name].apply(batch, OPEN[name].sample(batch, generator_of(3))).image_BCHW
    if after.shape != batch.image_BCHW.shape:
        pytest.skip("a transform of the size changes every element")
    same = (after == batch.image_BCHW).flatten(1).all(1)
    assert same.any() or name in {"pipeline", "warp", "flip"}
    assert not same.all()


@pytest.mark.parametrize("name", OPEN)
def test_same_seed_same_bytes_and_another_seed_another_picture(name):
    batch = batch_of(6)
    runs = [OPEN[name].apply(batch, OPEN[name].sample(batch, generator_of(s))) for s in (1, 1, 2)]
    assert torch.equal(runs[0].image_BCHW, runs[1].image_BCHW)
    assert not torch.equal(runs[0].image_BCHW, runs[2].image_BCHW)


@pytest.mark.parametrize("name", OPEN)
def test_record_replays_to_the_same_bytes(name):
    batch = batch_of(5)
    transform = OPEN[name]
    params = transform.sample(batch, generator_of(4))
    record = json.loads(json.dumps(params.record()))
    again = transform.apply(batch, replayed(transform, record))
    for part, value in parts(transform.apply(batch, params)).items():
        torch.testing.assert_close(parts(again)[part], value, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("name", OPEN)
def test_no_boxes_is_ordinary(name):
    batch = batch_of(3, boxes=0)
    after = OPEN[name].apply(batch, OPEN[name].sample(batch, generator_of(0)))
    assert after.boxes_BN4.shape == (3, 0, 4)


@pytest.mark.parametrize("name", OPEN)
def test_input_is_not_changed(name):
    batch = batch_of(4)
    before = {part: value.clone() for part, value in parts(batch).items()}
    OPEN[name].apply(batch, OPEN[name].sample(batch, generator_of(5)))
    for part, value in parts(batch).items():
        torch.testing.assert_close(before[part], value, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("name", OPEN)
def test_boxes_lie_in_their_picture_and_bound_their_masks(name):
    batch = batch_of(8, seed=1)
    after = OPEN[name].apply(batch, OPEN[name].sample(batch, generator_of(6)))
    objects, extent_B4 = after.objects, after.size_B2.flip(-1).repeat(1, 2)
    assert (objects.boxes_BN4 >= 0).all()
    assert (objects.boxes_BN4 <= extent_B4[:, None]).all()
    assert (objects.visible_BN[objects.is_box_BN] > 0).all()
    assert not objects.masks_BNHW[~objects.is_box_BN].any()
    for mask, box in zip(objects.masks_BNHW[objects.is_box_BN], objects.boxes_BN4[objects.is_box_BN], strict=True):
        rows, columns = mask.any(1).nonzero(), mask.any(0).nonzero()
        if not len(rows):  # less than half of any pixel
            continue
        bounds = torch.tensor([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        # The corner of a turned rectangle covers less than half of its last pixels.
        torch.testing.assert_close(bounds.float(), box, rtol=0, atol=3.0)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", OPEN)
def test_devices_and_dtypes_agree(name, dtype, device):
    batch = batch_of(6)
    params = OPEN[name].sample(batch, generator_of(7))
    wanted = OPEN[name].apply(batch, params)
    found = OPEN[name].apply(batch.with_image(batch.image_BCHW.to(dtype)).to(device), params)
    assert found.image_BCHW.dtype is dtype
    of_found = parts(found)
    for part, value in parts(wanted).items():
        if part == "image":
            torch.testing.assert_close(of_found[part].float().cpu(), value, rtol=0, atol=TOLERANCE[dtype])
        elif value.is_floating_point():
            torch.testing.assert_close(of_found[part].cpu(), value, rtol=1e-4, atol=1e-4, equal_nan=True)
        elif part != "masks_BNHW":
            assert of_found[part].cpu().equal(value), part


@pytest.mark.parametrize("name", OPEN)
def test_compiled_agrees_with_eager(name):
    batch = batch_of(4)
    params = OPEN[name].sample(batch, generator_of(8))
    # What a compiler does with the traced graph is its own matter; that the graph says the same is ours.
    torch.compiler.reset()
    compiled = torch.compile(OPEN[name].apply, backend="aot_eager")
    of_compiled = parts(compiled(batch, params))
    for part, value in parts(OPEN[name].apply(batch, params)).items():
        tolerance = 1e-4 if value.is_floating_point() else 0
        torch.testing.assert_close(of_compiled[part], value, rtol=0, atol=tolerance, equal_nan=True)
