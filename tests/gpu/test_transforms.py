"""One equivalence over all transforms: a batch is its elements, a closed gate keeps every bit, records replay."""

import json
from dataclasses import replace

import pytest
import torch

import gpu
from gpu import replayed
from gpu.projection.placing import Rules
from tests.gpu.batches import CHANNELS, TOLERANCE, batch_of, generator_of, parts
from tests.gpu.projection.scenes import library, projection

# Each transform with every other gate open, strong enough that its work shows; and with none open.
OPEN = {
    "flip": gpu.RandomFlip(0.5, 0.5),
    "affine": gpu.RandomAffine(0.5, 20.0, (0.7, 1.4), 0.2, shear_degrees=10.0, stretch=1.2),
    "warp": gpu.Warp((gpu.RandomFlip(0.5, 0.5), gpu.RandomAffine(0.5, 20.0))),
    "belt speed": gpu.RandomBeltSpeed(0.5, 0.3),
    "crop": gpu.RandomCrop((24, 40)),
    "resize": gpu.Resize(40),
    "mosaic": gpu.RandomMosaic(0.5),
    "projection": projection(
        library(rows=4, columns=6), probability=0.6, degrees=20.0, rules=Rules(inside=0.5, most_steel=1.0)
    ),
    "noise": gpu.RandomNoise(0.5, 0.05),
    "dose": gpu.RandomDose(0.5, (0.1, 0.5)),
    "electronic noise": gpu.RandomElectronicNoise(0.5, (5.0, 20.0)),
    "line noise": gpu.RandomLineNoise(0.5, (0.02, 0.1)),
    "gain drift": gpu.RandomGainDrift(0.5, (0.02, 0.1)),
    "blur": gpu.RandomBlur(0.5, (0.6, 1.5)),
    "scatter": gpu.RandomScatter(0.5, (0.02, 0.1), (20.0, 100.0)),
    "dead elements": gpu.RandomDeadElements(0.5, (0.1, 0.4)),
    "saturation": gpu.RandomSaturation(0.5, (0.6, 0.9)),
    "interlace": gpu.RandomInterlace(0.5, (0.3, 0.9)),
    "spectral shift": gpu.RandomSpectralShift(0.5, 0.2),
    "clutter": gpu.RandomClutter(0.5, (0.5, 1.0), (8.0, 16.0)),
    "gamma": gpu.RandomGamma(0.5, (0.5, 2.0)),
    "brightness": gpu.RandomBrightnessContrast(0.5, 0.3, (0.5, 2.0)),
    "colour": gpu.RandomColour(0.5, 40.0, (0.3, 2.0)),
    "sharpness": gpu.RandomSharpness(0.5),
}
CLOSED = {
    name: replace(transform, probability=0.0) for name, transform in OPEN.items() if hasattr(transform, "probability")
} | {
    "flip": gpu.RandomFlip(0, 0),
    "warp": gpu.Warp((gpu.RandomFlip(0, 0), gpu.RandomAffine(0.0))),
    "crop": gpu.RandomCrop((64, 64)),  # of pictures that are smaller
    "resize": gpu.Resize(64),
}
MIXING, GROWING, RESIZING = {"mosaic"}, {"mosaic", "projection"}, {"crop", "resize"}
# Everything that leaves sizes and elements as they are, one after the other.
_PLAIN = [name for name in OPEN if name not in MIXING | RESIZING]
OPEN["pipeline"] = gpu.Pipeline([OPEN[name] for name in _PLAIN])
CLOSED["pipeline"] = gpu.Pipeline([CLOSED[name] for name in _PLAIN])
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
        kept = after[part][:, : value.shape[1]] if name in GROWING | {"pipeline"} and value.ndim > 1 else after[part]
        torch.testing.assert_close(kept[..., : value.shape[-1]], value, rtol=0, atol=0, equal_nan=True)


@pytest.mark.parametrize("name", OPEN)
def test_elements_whose_gate_is_closed_keep_every_bit_beside_open_ones(name):
    batch = batch_of(8, channels=3 if name == "colour" else 2)
    after = OPEN[name].apply(batch, OPEN[name].sample(batch, generator_of(3))).image_BCHW
    if after.shape != batch.image_BCHW.shape:
        pytest.skip("a transform of the size changes every element")
    same = (after == batch.image_BCHW).flatten(1).all(1)
    assert same.any() or name in {"pipeline", "warp", "flip"}
    assert not same.all()


@pytest.mark.parametrize("name", OPEN)
def test_same_seed_same_bytes_and_another_seed_another_picture(name):
    batch = batch_of(6, channels=3 if name == "colour" else 2)
    runs = [OPEN[name].apply(batch, OPEN[name].sample(batch, generator_of(s))) for s in (1, 1, 2)]
    assert torch.equal(runs[0].image_BCHW, runs[1].image_BCHW)
    assert torch.equal(runs[0].image_BCHW, runs[2].image_BCHW) == (name == "resize")  # where nothing is drawn


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
    assert after.boxes_BN4.shape == (3, name in ("projection", "pipeline"), 4)


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
    there = OPEN[name].to(device) if hasattr(OPEN[name], "to") else OPEN[name]
    found = there.apply(batch.with_image(batch.image_BCHW.to(dtype)).to(device), params)
    assert found.image_BCHW.dtype is dtype
    of_found = parts(found)
    for part, value in parts(wanted).items():
        if part == "image":
            tolerance = TOLERANCE[dtype] * (5 if name == "pipeline" else 1)  # twenty steps round one after the other
            torch.testing.assert_close(of_found[part].float().cpu(), value, rtol=0, atol=tolerance)
        elif value.is_floating_point():
            seen_in_pixels = part == "detectability_BN" and dtype is torch.bfloat16
            relative = 0.1 if seen_in_pixels else 1e-4
            torch.testing.assert_close(of_found[part].cpu(), value, rtol=relative, atol=1e-4, equal_nan=True)
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


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("name", OPEN)
def test_nothing_waits_for_the_device(name):
    batch = batch_of(6).to("cuda")
    transform = OPEN[name].to("cuda") if hasattr(OPEN[name], "to") else OPEN[name]
    transform.apply(batch, transform.sample(batch, generator_of(0)))
    torch.cuda.set_sync_debug_mode("error")
    try:
        transform.apply(batch, transform.sample(batch, generator_of(1)))
    finally:
        torch.cuda.set_sync_debug_mode("default")
