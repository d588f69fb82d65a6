"""A rule on what a network that was trained on photographs sees: much is told from few pairs."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from evaluation.statistics import Interval
from models.backbones import MobileBackbone
from models.starting_weights import load_imagenet
from tools.shortcuts.classify import folds_of, interval_of_pairs, ridge_scores

Image = NDArray[np.float32]
_SIDE = 128
_GROWN = 1.4  # the square that is looked at, over the longer side of the mask
_LEAST_SIDE = 16
_ORGANIC_RATIO = 1.1  # of -ln T, low over high: what is left tells metal from organic matter
_PENALTY = 1000.0
_BATCH = 64


def told_by_features(crops_P2CHW: Image, masks_PHW: NDArray[np.bool_], seed: int = 0) -> Interval:
    """AUC of a linear rule on frozen ImageNet features over pairs, object first; five folds by scene.

    Each crop is looked at in a square around its mask: where the object is, is known in either case.
    """
    seen = np.stack([_planes(crop, mask) for crops, mask in zip(crops_P2CHW, masks_PHW, strict=True) for crop in crops])
    features_N = _features(seen).astype(np.float64)
    pairs = len(crops_P2CHW)
    fold = np.repeat(folds_of(pairs, seed), 2)
    scores = ridge_scores(features_N, np.tile([True, False], pairs), fold, _PENALTY)
    return interval_of_pairs(scores.reshape(pairs, 2))


def _planes(crop_CHW: Image, mask_HW: NDArray[np.bool_]) -> Image:
    """Contrast to what lies around the mask, what low energy sees more than high, and the level itself."""
    rows, columns = np.nonzero(mask_HW)
    side = max(_GROWN * (max(np.ptp(rows), np.ptp(columns)) + 1), _LEAST_SIDE)
    scale = _SIDE / side
    middle = (columns.min() + columns.max()) / 2, (rows.min() + rows.max()) / 2
    move = np.array([[scale, 0, _SIDE / 2 - middle[0] * scale], [0, scale, _SIDE / 2 - middle[1] * scale]])
    low, high, covered = (
        np.asarray(cv2.warpAffine(plane, move, (_SIDE, _SIDE)), np.float32)
        for plane in (crop_CHW[0], crop_CHW[-1], mask_HW.astype(np.float32))
    )
    around = covered < 0.5
    low, level = low - np.median(low[around]), high
    high = high - np.median(high[around])
    planes = np.stack([high, 5 * (low - _ORGANIC_RATIO * high), 0.3 * level])
    return np.clip(planes, -4, 4).astype(np.float32)


@torch.no_grad()
def _features(planes_NCHW: Image) -> Image:
    """Means and maxima of the maps at three strides."""
    backbone = MobileBackbone(planes_NCHW.shape[1]).eval()
    load_imagenet(backbone, planes_NCHW.shape[1])
    found = []
    for some in torch.split(torch.from_numpy(planes_NCHW), _BATCH):
        maps = backbone(some)
        found.append(torch.cat([part for one in maps for part in (one.mean((2, 3)), one.amax((2, 3)))], dim=1))
    return np.asarray(torch.cat(found).numpy(), np.float32)
