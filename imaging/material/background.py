"""What an object lies on or behind, estimated from what is seen around it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.errors import UnsupportedScan
from imaging.scan import FloatImage

_NEAR_PX, _FAR_PX = 3, 8  # the ring: clear of the object's blurred edge, and still its neighbourhood
_BELOW = 0.7  # what attenuates more than this share of the object beside it is another object, not its background
_REACH = 0.7  # of the object's radius: how far a piece of the ring speaks for the inside
_FEWEST = 20  # pixels of ring
_LIGHTEST = 20  # per cent of the ring that are background where all of it is dense
_SUPPORT = 2e-3


@dataclass(frozen=True, eq=False)
class Background:
    """Attenuation CHW that would be seen without the object, and the share of its surroundings that it rests on.

    A small share says that other objects stand around it, and that the estimate is worth little.
    """

    attenuation_CHW: FloatImage
    kept_share: float


def local_background(attenuation_CHW: FloatImage, mask_HW: NDArray[np.bool_]) -> Background:
    """Estimate what lies in front of and behind an object: the attenuation of its surroundings, carried inwards.

    Of the ring 3 to 8 pixels around the mask, what is nearly as dense as the object next to it (more than 0.7 of its
    attenuation in the last channel) belongs to other objects and is left out; where nothing is left, the lightest
    fifth speaks. Nearer pieces of the ring weigh more, so a frame or a shelf that crosses the object is followed.

    Args:
        attenuation_CHW: -ln T, float32, `high` last.
        mask_HW: the whole object, bool.

    Raises:
        UnsupportedScan: when the mask is empty, of another size, or leaves no ring.
    """
    if mask_HW.shape != attenuation_CHW.shape[1:] or not mask_HW.any():
        raise UnsupportedScan(
            "an object is a non-empty mask of the size of the view",
            f"{mask_HW.shape} with {int(mask_HW.sum())} pixels for {attenuation_CHW.shape}",
            "mark the object on this view",
        )
    mask = mask_HW.astype(np.uint8)
    ring = (_dilated(mask, _FAR_PX) & ~_dilated(mask, _NEAR_PX)).astype(np.bool_)
    if not ring.any():
        raise UnsupportedScan("something is seen around an object", "a mask that fills the view", "mark one object")
    main = attenuation_CHW[-1]
    radius = float(np.sqrt(mask_HW.sum() / np.pi))
    kept = ring & (main < _BELOW * _level_of(main, mask, radius))
    if kept.sum() < min(_FEWEST, ring.sum()):
        kept = ring & (main <= np.percentile(main[ring], _LIGHTEST))
    planes = [_carried(plane, kept, max(4.0, _REACH * radius)) for plane in attenuation_CHW]
    return Background(np.stack(planes), float(kept.sum() / ring.sum()))


def _level_of(main: FloatImage, mask: NDArray[np.uint8], radius: float) -> FloatImage:
    """The object's own attenuation, carried outwards to its ring."""
    inner = cv2.erode(mask, np.ones((5, 5), np.uint8))
    inside = inner.astype(np.bool_) if inner.any() else mask.astype(np.bool_)
    return _carried(main, inside, 4.0 + 0.25 * radius)


def _carried(plane: FloatImage, known: NDArray[np.bool_], sigma: float) -> FloatImage:
    """Known pixels averaged with Gaussian weights, wider where none is near (normalised convolution)."""
    weights = known.astype(np.float32)
    values = np.where(known, plane, np.float32(0)).astype(np.float32)
    result = np.full(plane.shape, values.sum() / weights.sum(), np.float32)
    for scale in (8, 4, 2, 1):
        support = _blurred(weights, sigma * scale)
        near = support > _SUPPORT
        result[near] = _blurred(values, sigma * scale)[near] / support[near]
    return result


def _blurred(plane: FloatImage, sigma: float) -> FloatImage:
    """A wide Gaussian average, taken on a smaller picture: its cost does not grow with its width."""
    height, width = plane.shape
    factor = max(1, int(sigma / 4))
    size = (max(1, round(width / factor)), max(1, round(height / factor)))
    small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
    blurred = cv2.GaussianBlur(small, (0, 0), sigma / factor, borderType=cv2.BORDER_CONSTANT)
    return cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32, copy=False)


def _dilated(mask: NDArray[np.uint8], by_px: int) -> NDArray[np.uint8]:
    side = 2 * by_px + 1
    return cv2.dilate(mask, np.ones((side, side), np.uint8)).astype(np.uint8)
