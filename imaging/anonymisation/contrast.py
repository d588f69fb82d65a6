"""A scan as pictures of eight bits in which a reader sees text of any contrast."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.scan import FloatImage, Pixels

Picture = NDArray[np.uint8]  # HW3

_ENDS_PERCENT = (0.1, 99.9)
_WINDOW_PX = 41  # a few letters: text differs from what is around it, not from the whole picture
_GAIN = 50.0  # grey levels for a standard deviation of the window
_NOISES = 2.0  # a window holds as much contrast as noise alone before its own counts
_LEAST_CONTRAST = 0.004  # of the brightest value: flat parts stay flat
_MAD_TO_SIGMA = 1.4826
_COLOURS = 3
_MOST = 1e30  # no scanner measures as much, and sums of it are still of float32


def pictures_of(image_CHW: Pixels) -> tuple[Picture, Picture]:
    """The picture as it is shown, and the same with the contrast of every neighbourhood drawn out, uint8 HW3.

    The first shows text as whoever burnt it in saw it. The second is (value - mean) / deviation about every pixel, on
    the square roots of the values, whose noise is the same in air and behind steel. Of 65,536 levels, text is read
    that differs by 200 from quiet air of 60,000, and by 10 from a quiet shadow of 300; in noise, by some four of its
    standard deviations. One or two channels become three.

    Args:
        image_CHW: one to three channels of any real type, values on any scale; more than three are left out.
    """
    values_CHW = _measured(image_CHW)
    return _linear(values_CHW), _local(values_CHW)


def greyness_of(image_CHW: Pixels) -> Picture | None:
    """How grey a picture in colour is, its contrast drawn out as in the second of `pictures_of`, uint8 HW3.

    Renderings of two energies are coloured by material, white and black at their ends: letters of one grey stand out
    from goods of any brightness. None where there are not three channels that differ somewhere.

    Args:
        image_CHW: channels of any real type, values on any scale.
    """
    if len(image_CHW) != _COLOURS:
        return None
    values_CHW = _measured(image_CHW)
    spread_HW = values_CHW.max(axis=0) - values_CHW.min(axis=0)
    if not spread_HW.any():
        return None
    floor = _LEAST_CONTRAST * float(spread_HW.max()) + float(np.finfo(np.float32).tiny)
    return _as_picture((127.5 + _GAIN * _standardised(spread_HW, floor))[None])


def _measured(image_CHW: Pixels) -> FloatImage:
    """At most three channels as float32; what is no number, or no scanner measures, is zero."""
    with np.errstate(over="ignore"):
        values_CHW = image_CHW[:3].astype(np.float32)
    values_CHW[~(np.abs(values_CHW) < _MOST)] = 0
    return values_CHW


def _linear(values_CHW: FloatImage) -> Picture:
    low, high = np.percentile(values_CHW, _ENDS_PERCENT).tolist()
    if high <= low:  # nearly all is one value: what differs decides
        low, high = float(values_CHW.min()), float(values_CHW.max())
    shares = (values_CHW - low) / max(high - low, float(np.finfo(np.float32).tiny))
    return _as_picture(255 * shares)


def _local(values_CHW: FloatImage) -> Picture:
    roots_CHW = np.sqrt(values_CHW - values_CHW.min())
    floor = _LEAST_CONTRAST * float(roots_CHW.max()) + float(np.finfo(np.float32).tiny)
    return _as_picture(np.stack([127.5 + _GAIN * _standardised(plane, floor) for plane in roots_CHW]))


def _standardised(plane_HW: FloatImage, floor: float) -> FloatImage:
    mean = cv2.blur(plane_HW, (_WINDOW_PX, _WINDOW_PX))
    deviation = np.sqrt(np.maximum(cv2.blur((plane_HW - mean) ** 2, (_WINDOW_PX, _WINDOW_PX)), 0))
    noise = _MAD_TO_SIGMA * float(np.median(np.abs(plane_HW - cv2.medianBlur(plane_HW, 3))))
    return np.asarray((plane_HW - mean) / (deviation + _NOISES * noise + floor), np.float32)


def _as_picture(levels_CHW: FloatImage) -> Picture:
    planes = list(np.clip(levels_CHW, 0, 255).astype(np.uint8))
    if len(planes) == 2:
        planes.insert(1, np.asarray(cv2.addWeighted(planes[0], 0.5, planes[1], 0.5, 0), np.uint8))
    return np.ascontiguousarray(np.stack((planes * 3)[:3], axis=-1))
