"""Batches of pictures with known values, and what stands in them afterwards."""

import math

import numpy as np

from gpu import Batch, Sample, collate


def batch_of_pictures(*pictures_CHW, quanta=None, electronic=None, pitch_mm=math.nan) -> Batch:
    """Transmissions as a batch, padded with air; the same quanta and electronics in each channel."""
    return collate(
        [
            Sample(
                np.asarray(picture, np.float32),
                np.zeros((0, 4), np.float32),
                np.zeros(0, np.int64),
                pitch_mm=pitch_mm,
                quanta_C=() if quanta is None else (quanta,) * len(picture),
                electronic_C=() if electronic is None else (electronic,) * len(picture),
            )
            for picture in pictures_CHW
        ],
        fill=1.0,
    )


def pictures_of(batch: Batch) -> list[np.ndarray]:
    """The pictures without their padding, float32 (C, H, W) each."""
    sizes = batch.size_B2.tolist()
    return [image[:, :rows, :columns].numpy() for image, (rows, columns) in zip(batch.image_BCHW, sizes, strict=True)]


def padding_of(batch: Batch) -> np.ndarray:
    """All values of the padding."""
    image_BCHW = batch.image_BCHW.clone()
    for image, (rows, columns) in zip(image_BCHW, batch.size_B2.tolist(), strict=True):
        image[:, :rows, :columns] = math.nan
    return image_BCHW[~image_BCHW.isnan()].numpy()


def waves(*size, seed=0) -> np.ndarray:
    """A noisy picture of two channels with values from 0.05 to 0.95, float32 (2, H, W)."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[: size[0], : size[1]]
    smooth = [0.5 + 0.35 * np.sin(rows / a + columns / b) for a, b in rng.uniform(3, 9, (2, 2))]
    return (np.array(smooth) + rng.uniform(-0.1, 0.1, (2, *size))).astype(np.float32)
