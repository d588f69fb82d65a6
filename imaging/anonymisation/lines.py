"""Lines of text, at any angle: found in a map of probability, cut out of a picture, and bounded."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.contrast import Picture

_CORE = 77  # of 255: pixels at the core of a line, as the network was trained
_LEAST_MEAN = 128  # of 255, over the core
_LEAST_CORE_PX = 2.5
_GROWTH = 1.7  # the network marks a line shrunk; area / perimeter times this brings it back
CUT_PX = 48  # height that the reader works at
_LONGEST, _OVERLAP = 60.0, 6.0  # heights: what the reader costs grows with the square of the length


@dataclass(frozen=True)
class Line:
    """A rectangle about a line of text: its middle, length and height in pixels, and angle in degrees, clockwise."""

    x: float
    y: float
    length: float
    height: float
    angle: float

    def box(self, along: float = 0.0, across: float = 0.0) -> NDArray[np.float64]:
        """Bounds x0, y0, x1, y1 with margins at its ends and at its sides, in heights of the line."""
        half_u, half_v = self.length / 2 + along * self.height, self.height / 2 + across * self.height
        cos, sin = abs(math.cos(math.radians(self.angle))), abs(math.sin(math.radians(self.angle)))
        half_x, half_y = half_u * cos + half_v * sin, half_u * sin + half_v * cos
        return np.array([self.x - half_x, self.y - half_y, self.x + half_x, self.y + half_y])

    def reaches(self, x: float, y: float, along: float, across: float) -> bool:
        """Whether a place lies in the line, with margins at its ends and at its sides, in heights of the line."""
        u, v = self.along_and_across(np.array([x]), np.array([y]))
        return bool(abs(u[0]) <= self.length / 2 + along * self.height and abs(v[0]) <= (0.5 + across) * self.height)

    def along_and_across(
        self, x_N: NDArray[np.float64 | np.int64], y_N: NDArray[np.float64 | np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """How far places lie from the middle of the line, in its direction and across it, in pixels."""
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        right_N, down_N = x_N - self.x, y_N - self.y
        return right_N * cos + down_N * sin, down_N * cos - right_N * sin

    def stretched(self, before: float, behind: float) -> Line:
        """The same line, longer by so many pixels at either end."""
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        shift = (behind - before) / 2
        x, y = self.x + cos * shift, self.y + sin * shift
        return replace(self, x=x, y=y, length=self.length + before + behind)

    def grown(self, by: float) -> Line:
        """The same line with this many times its height, and as much more at its ends."""
        return replace(self, length=self.length + (by - 1) * self.height, height=by * self.height)

    def pieces(self) -> list[Line]:
        """The line in parts that overlap, each short enough for the reader; itself where it is."""
        count = math.ceil((self.length / self.height - _OVERLAP) / (_LONGEST - _OVERLAP))
        if count <= 1:
            return [self]
        length = _LONGEST * self.height
        cos, sin = math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))
        steps = np.linspace(-0.5, 0.5, count) * (self.length - length)
        return [replace(self, x=self.x + cos * step, y=self.y + sin * step, length=length) for step in steps.tolist()]


def lines_in(probability_HW: NDArray[np.uint8], scale: float) -> list[Line]:
    """Lines in a map of `scale` times the size of the picture, in pixels of the picture, of any angle.

    Source: the post-processing of Liao et al., Real-time Scene Text Detection with Differentiable Binarization, AAAI
    2020, with rectangles for polygons.
    """
    cores, _ = cv2.findContours((probability_HW > _CORE).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    lines = (_line(np.asarray(core, np.int32), probability_HW, scale) for core in cores)
    return [line for line in lines if line is not None]


def cut_out(picture_HW3: Picture, line: Line, turns: int = 0) -> Picture:
    """A line alone, 48 pixels high, turned by so many quarters anticlockwise; the picture's edge goes on outside."""
    high = max(CUT_PX, round(line.height / 2))  # the reader shrinks what is larger
    wide = max(CUT_PX // 3, round(high * line.length / line.height))
    cos, sin = math.cos(math.radians(line.angle)), math.sin(math.radians(line.angle))
    along, down = line.length / wide, line.height / high
    x0 = line.x - cos * along * (wide - 1) / 2 + sin * down * (high - 1) / 2
    y0 = line.y - sin * along * (wide - 1) / 2 - cos * down * (high - 1) / 2
    source = np.array([[cos * along, -sin * down, x0], [sin * along, cos * down, y0]])
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_CUBIC
    cut = cv2.warpAffine(picture_HW3, source, (wide, high), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.ascontiguousarray(np.rot90(np.asarray(cut, np.uint8), turns))


def _line(core: NDArray[np.int32], probability_HW: NDArray[np.uint8], scale: float) -> Line | None:
    (x, y), (width, height), angle = cv2.minAreaRect(core)
    if min(width, height) < _LEAST_CORE_PX or _mean_inside(core, probability_HW) < _LEAST_MEAN:
        return None
    more = _GROWTH * width * height / (width + height)
    if width < height:
        width, height, angle = height, width, angle + 90  # OpenCV's lies between -90 and 0
    to_picture = 1 / scale
    middle = ((x + 0.5) * to_picture - 0.5, (y + 0.5) * to_picture - 0.5)
    return Line(*middle, (width + more) * to_picture, (height + more) * to_picture, angle)


def _mean_inside(core: NDArray[np.int32], probability_HW: NDArray[np.uint8]) -> float:
    x, y, wide, high = cv2.boundingRect(core)
    inside = np.zeros((high, wide), np.uint8)
    cv2.fillPoly(inside, [core - np.array([x, y], np.int32)], 1)
    return float(cv2.mean(probability_HW[y : y + high, x : x + wide], mask=inside)[0])
