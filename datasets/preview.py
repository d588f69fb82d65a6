"""What a network will see: an augmented batch as a sheet of pictures with its boxes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from datasets.datamodule import PoolDataModule
from datasets.pool.contact_sheet import sheet_of
from gpu import NOT_PROJECTED, Batch, Pipeline
from imaging import Channel, Mark, Quantity, ScannerProfile, View, draw_marks, pseudo_colour

Picture = NDArray[np.uint8]


def write_preview(out: Path, data: PoolDataModule, augment: Pipeline, seed: int) -> None:
    """Write `preview.png`, the first batch of training as a network would see it, and `preview.json`, what was drawn.

    The record replays: `gpu.replayed(augment, record)` gives the parameters back.
    """
    batch = next(iter(data.train_dataloader()))
    params = augment.sample(batch, torch.Generator().manual_seed(seed))
    sheet = preview_sheet(
        augment.apply(batch, params),
        channels=data.channels,
        physical=data.physical,
        labels=data.labels,
        profiles=data.scanners,
    )
    out.mkdir(parents=True, exist_ok=True)
    (out / "preview.json").write_text(json.dumps(params.record()) + "\n", encoding="utf-8")
    cv2.imwrite(str(out / "preview.png"), sheet[..., ::-1])


def preview_sheet(
    batch: Batch,
    *,
    channels: Sequence[str],
    physical: bool,
    labels: Sequence[str],
    profiles: Sequence[ScannerProfile],
) -> Picture:
    """The images of a batch as tiles, an RGB picture, uint8 HW3; projected threats are marked as such.

    Args:
        batch: On any device.
        channels: Names of its channels.
        physical: Whether values are transmissions, or parts of full scale.
        labels: In the order in which the batch counts them.
        profiles: Of the scanners, in the order in which the batch counts them.
    """
    return sheet_of([_picture(batch, index, channels, physical, labels, profiles) for index in range(len(batch))])


def _picture(
    batch: Batch,
    index: int,
    channels: Sequence[str],
    physical: bool,
    labels: Sequence[str],
    profiles: Sequence[ScannerProfile],
) -> Picture:
    rows, columns = batch.size_B2[index].tolist()
    pixels_CHW = batch.image_BCHW[index, :, :rows, :columns].float().cpu().numpy()
    quantity = Quantity.TRANSMISSION if physical else Quantity.DISPLAY
    if not physical:
        pixels_CHW = np.clip(np.rint(pixels_CHW * 255), 0, 255).astype(np.uint8)
    view = View("preview", np.ascontiguousarray(pixels_CHW), tuple(Channel(name) for name in channels), quantity)
    scanner = int(batch.acquisition.scanner_B[index])
    marks, objects = [], batch.objects
    for box, label, threat in zip(
        objects.boxes_BN4[index].tolist(),
        objects.labels_BN[index].tolist(),
        objects.threat_BN[index].tolist(),
        strict=True,
    ):
        if label >= 0:
            name = labels[label] if threat == NOT_PROJECTED else f"{labels[label]}, projected"
            marks.append(Mark(tuple(box), name, "finding"))
    caption = f"{rows} x {columns} pixels"
    if (pitch_mm := float(batch.acquisition.pitch_mm_B[index])) > 0:
        caption += f" of {pitch_mm:.3g} mm"
    return draw_marks(pseudo_colour(view, profiles[scanner] if scanner >= 0 else None), marks, caption)
