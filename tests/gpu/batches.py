"""Batches for the tests of gpu/: pictures of different sizes, boxes with masks, some of the physics known."""

import numpy as np
import torch

from gpu import Batch, Sample, collate

CHANNELS = (1, 2, 3)
# Largest difference of a value between devices, and between bf16 and float32 of the same picture (values 0 to 1).
TOLERANCE = {torch.float32: 2e-4, torch.bfloat16: 2e-2}


def batch_of(count: int, channels: int = 2, *, seed: int = 0, boxes: int = 3, known: bool = True) -> Batch:
    """Smooth pictures of 20 to 63 pixels a side with boxes, whose masks fill them."""
    generator = np.random.default_rng(seed)
    samples = []
    for number in range(count):
        height, width = generator.integers(20, 64, 2)
        low = np.floor(generator.uniform(0, 0.5, (boxes, 2)) * [width, height])
        size = np.ceil(generator.uniform(0.1, 0.5, (boxes, 2)) * [width, height])
        boxes_N4 = np.concatenate([low, low + size], 1).astype(np.float32)
        rows, columns = np.mgrid[:height, :width] + 0.5
        masks = [(columns > x0) & (columns < x1) & (rows > y0) & (rows < y1) for x0, y0, x1, y1 in boxes_N4]
        waves = [0.5 + 0.45 * np.sin(rows / a + columns / b) for a, b in generator.uniform(3, 9, (channels, 2))]
        samples.append(
            Sample(
                np.array(waves, np.float32),
                boxes_N4,
                generator.integers(0, 4, boxes),
                masks_NHW=np.array(masks).reshape(boxes, height, width).astype(bool),
                pitch_mm=6.0,
                scanner=0,
                quanta_C=(1e4,) * channels if known and number != 1 else (),
                electronic_C=(1e-3,) * channels if known and number != 1 else (),
            )
        )
    return collate(samples, fill=1.0)


def parts(batch: Batch) -> dict[str, torch.Tensor]:
    """Every tensor of a batch by its name."""
    found = {"image": batch.image_BCHW, "size": batch.size_B2, **vars(batch.objects), **vars(batch.acquisition)}
    return {name: value for name, value in found.items() if value is not None}


def generator_of(seed: int) -> torch.Generator:
    """A seeded generator."""
    return torch.Generator().manual_seed(seed)
