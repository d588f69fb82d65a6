"""Text burnt into the pixels of a scan: what scanners and operators write there names people, firms, places, times.

Looked for in pictures of the scan that show it as it is and with all contrast drawn out, at several sizes, at any
angle. What reads like words is text; what nearly does is a doubt, for a person to look at. Two limits stay: one or two
letters alone look like many a thing in a bag, and scripts that the reader never learnt read as nonsense, which is
still text where there is enough of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from imaging.anonymisation.blank import blank, whole_pixels
from imaging.anonymisation.codes import find_codes
from imaging.anonymisation.contrast import Picture, greyness_of, pictures_of
from imaging.anonymisation.lines import CUT_PX, Line, cut_out, lines_in
from imaging.anonymisation.ocr import Reading, read_lines, text_probability
from imaging.anonymisation.plateaus import plateaus_of, strokes_of, whole_line
from imaging.profile import RegionEntry
from imaging.scan import Pixels

_SCALES = (1.0, 2.0)  # letters of 8 px are too small for the network
_CLOSEST, _SMALL_PX = 3.0, 1_500_000  # letters are small in small pictures; in large ones this would cost a minute
_PASSES = 4
_LEAST_HEIGHT_PX = 5.0  # with its margins: less holds no letters
_LONG = 1.5  # times as long as high: which way up it stands is one of two, else one of four
_ALONG, _ACROSS = 2.0, 0.25  # margins blanked with a line, in heights: the network cuts letters off at its ends
_REACH = 3.0  # heights from a line within which what is barely read belongs to it
_SAME_HEIGHT = 2.5

# (different letters and digits, letters and digits, confidence) that are enough, each row for itself. Drawn between
# 342 looks at clean scans and 212 at scans with text planted: rows of `_TEXT` met none of the clean ones.
_TEXT = ((4, 4, 0.55), (3, 3, 0.80), (2, 3, 0.90))
_WEAK = ((5, 5, 0.30),)  # letters of 8 pixels are read or not by how tightly they were cut out
_GROWN = 1.15
_DOUBT = ((6, 6, 0.40), (5, 5, 0.45), (4, 4, 0.50), (3, 3, 0.75))
_PLAIN_HEIGHT_PX = CUT_PX / 2  # with its margins: letters this large are not misread for want of pixels


_Found = tuple[Line, Reading]


@dataclass(frozen=True, eq=False)
class FoundText:
    """Areas to blank, so that nothing is found when one looks again, and what stays in doubt.

    Attributes:
        boxes_N4: x0, y0, x1, y1 in whole pixels, ends not included, float64.
        doubts: Why a person should look, each a clause that quotes nothing of the picture; empty where all is clear.
    """

    boxes_N4: NDArray[np.float64]
    doubts: tuple[str, ...]


@dataclass(eq=False)
class _Look:
    """What one look at a picture found: certain boxes and the lines in them, and places that are in doubt."""

    lines: list[Line] = field(default_factory=list)
    boxes: list[NDArray[np.float64]] = field(default_factory=list)
    doubtful: list[NDArray[np.float64]] = field(default_factory=list)


def find_text(image_CHW: Pixels, templates: Iterable[RegionEntry] = ()) -> FoundText:
    """Find text and codes, blank them in a copy, and look again, until nothing is found there.

    Args:
        image_CHW: channels of any real type; 16 bits are looked at whole.
        templates: where the scanner burns text in; always blanked, and not looked at.

    Raises:
        ScanError: when the extra `ocr` is not installed.
    """
    size_hw = image_CHW.shape[1], image_CHW.shape[2]
    boxes = list(stated_text(templates, size_hw))
    lines: list[Line] = []
    for _ in range(_PASSES):
        look = _look(image_CHW, whole_pixels(boxes, size_hw), lines)
        boxes += look.boxes
        lines += look.lines
        if not look.boxes:
            break
    else:
        look.doubtful += look.boxes
    doubts = {f"what may be text, {_place(box, size_hw)} of the picture" for box in look.doubtful}
    return FoundText(_outermost(whole_pixels(boxes, size_hw)), tuple(sorted(doubts)))


def stated_text(templates: Iterable[RegionEntry], size_hw: tuple[int, int]) -> NDArray[np.float64]:
    """Where a scanner burns text into pictures of this size: boxes N4 as those of `FoundText`."""
    return whole_pixels([region.box_px(size_hw) for region in templates], size_hw)


def _outermost(boxes_N4: NDArray[np.float64]) -> NDArray[np.float64]:
    """The boxes that lie in no other: every look finds a line at several sizes and contrasts."""
    boxes_N4 = np.unique(boxes_N4, axis=0)
    starts_N2, ends_N2 = boxes_N4[:, :2], boxes_N4[:, 2:]
    holds_NN = (starts_N2[:, None] <= starts_N2).all(axis=2) & (ends_N2[:, None] >= ends_N2).all(axis=2)
    return np.asarray(boxes_N4[holds_NN.sum(axis=0) == 1], np.float64)


def _look(image_CHW: Pixels, boxes_N4: NDArray[np.float64], known: Sequence[Line]) -> _Look:
    """Look at a picture without what is in boxes; what is near lines that were found in them belongs to these."""
    look, image_CHW = _Look(), blank(image_CHW, boxes_N4)
    plain: list[_Found] = []
    closer: list[_Found] = []
    for start in range(0, len(image_CHW), 3):
        channels_CHW = image_CHW[start : start + 3]
        pictures = pictures_of(channels_CHW)
        look.boxes += list(find_codes(pictures[0]))
        plain += [found for picture in pictures for scale in _SCALES for found in _read(picture, scale)]
        for picture, scale in _looked_closer(channels_CHW, pictures[0]):
            closer += _read(picture, scale)
    plain, closer = ([found for found in read if not _within(found[0], boxes_N4)] for read in (plain, closer))
    read = plain + closer
    certain = [line for line, reading in read if _enough(reading, _TEXT)]
    certain += [line for line, _ in read if any(_belongs(line, other) for other in (*known, *certain))]
    if certain:
        strokes_HW = strokes_of(image_CHW)
        certain = [whole_line(line, image_CHW, strokes_HW) for line in certain]
    look.lines += certain
    look.boxes += [line.box(_ALONG, _ACROSS) for line in certain]
    look.doubtful += [
        line.box() for line, reading in plain
        if _in_doubt(line, reading) and not any(_belongs(line, other) for other in certain)
    ]  # fmt: skip
    return look


def _looked_closer(image_CHW: Pixels, shown_HW3: Picture) -> Iterator[tuple[Picture, float]]:
    """Pictures that show what is drawn into a scan, and the sizes at which they are read.

    What nearly reads like words in them is no doubt: seams and edges do, and of 150 hard texts doubts saved one.
    """
    if image_CHW[0].size <= _SMALL_PX:
        yield shown_HW3, _CLOSEST
    grey, one_value = greyness_of(image_CHW), plateaus_of(image_CHW)
    if grey is not None:
        yield grey, _SCALES[-1]
    if one_value is not None:
        yield one_value, _SCALES[0]  # smaller letters are all edge


def _read(picture_HW3: Picture, scale: float) -> Iterator[_Found]:
    """Lines of a picture with the best of what they say, whichever way up; what is barely read, read a second time."""
    found = [line for line in lines_in(text_probability(picture_HW3, scale), scale) if line.height >= _LEAST_HEIGHT_PX]
    lines = [piece for line in found for piece in line.pieces()]
    readings = _readings(picture_HW3, lines)
    weak = [number for number, one in enumerate(readings) if _enough(one, _WEAK) and not _enough(one, _TEXT)]
    again = _readings(picture_HW3, [lines[number].grown(_GROWN) for number in weak])
    for number, reading in zip(weak, again, strict=True):
        readings[number] = max(readings[number], reading, key=_weight)
    yield from zip(lines, readings, strict=True)


def _readings(picture_HW3: Picture, lines: Sequence[Line]) -> list[Reading]:
    """What each line says, the way up in which it says most."""
    turns = [(0, 2) if line.length >= _LONG * line.height else (0, 1, 2, 3) for line in lines]
    cuts = [cut_out(picture_HW3, line, turn) for line, ways in zip(lines, turns, strict=True) for turn in ways]
    readings = iter(read_lines(cuts))
    return [max((next(readings) for _ in ways), key=_weight) for ways in turns]


def _weight(reading: Reading) -> float:
    """How much a reading says that it is one."""
    return reading.confidence * min(_different(reading.text), 4)


def _enough(reading: Reading, rows: Iterable[tuple[int, int, float]]) -> bool:
    letters = sum(letter.isalnum() for letter in reading.text)
    different = _different(reading.text)
    return any(
        different >= least and letters >= length and reading.confidence >= confidence
        for least, length, confidence in rows
    )


def _in_doubt(line: Line, reading: Reading) -> bool:
    """Whether a line nearly reads like words, of letters so small that this may be why they are not read."""
    return line.height < _PLAIN_HEIGHT_PX and _enough(reading, _DOUBT) and not _enough(reading, _TEXT)


def _different(text: str) -> int:
    """Different letters and digits: rails and combs read as 1111 or mmm."""
    return len({letter.casefold() for letter in text if letter.isalnum()})


def _belongs(line: Line, other: Line) -> bool:
    """Whether a line lies within reach of another and is as high: the torn-off end of a word, a second look at it."""
    if not 1 / _SAME_HEIGHT <= line.height / other.height <= _SAME_HEIGHT:
        return False
    return other.reaches(line.x, line.y, _REACH, _ACROSS)


def _within(line: Line, boxes_N4: NDArray[np.float64]) -> bool:
    """Whether a line lies in a box: a fill that differs from what is around it is long, but holds no letter."""
    x0, y0, x1, y1 = line.box()
    return bool(((boxes_N4[:, :2] <= (x0, y0)) & (boxes_N4[:, 2:] >= (x1, y1))).all(axis=1).any())


def _place(box: NDArray[np.float64], size_hw: tuple[int, int]) -> str:
    row, column = (box[1] + box[3]) / 2 / size_hw[0], (box[0] + box[2]) / 2 / size_hw[1]
    rows, columns = ("upper", "middle", "lower"), ("left", "centre", "right")
    return f"{rows[min(int(3 * row), 2)]} {columns[min(int(3 * column), 2)]}"
