"""Which pixels of a batch are picture: what changes pictures leaves their padding as it is."""

from __future__ import annotations

import torch
from torch import Tensor

from gpu.batch import Batch


def inside_picture(batch: Batch, margin: int = 0) -> Tensor:
    """Bool (B, 1, H, W), True in the picture of each element, from `margin` pixels inside its border on."""
    within = []
    for axis in (0, 1):
        place_L = torch.arange(batch.image_BCHW.shape[axis + 2], device=batch.size_B2.device)
        within.append((place_L >= margin) & (place_L < batch.size_B2[:, axis, None] - margin))
    return within[0][:, None, :, None] & within[1][:, None, None, :]


def padding_kept(batch: Batch, changed_BCHW: Tensor, margin: int = 0) -> Tensor:
    """The changed image in the pictures and the old one around them, of the old one's dtype."""
    image_BCHW = batch.image_BCHW
    return torch.where(inside_picture(batch, margin), changed_BCHW.to(image_BCHW.dtype), image_BCHW)
