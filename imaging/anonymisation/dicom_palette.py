"""Palettes of a DICOM file: the colours that pixels have, and black for all others, which no reader shows."""

from __future__ import annotations

import numpy as np
from pydicom import Dataset

from imaging.anonymisation.cleaned import Tally
from imaging.formats.dicom.decode import Stated
from imaging.formats.dicom.frames import stored_samples

_NAMES = ("Red", "Green", "Blue")


def blank_unused_colours(clean: Dataset, said: Stated, tally: Tally) -> None:
    """Put zeros for the colours of a cleaned data set that no pixel has; a palette that no pixel looks at goes whole.

    Call it inside `quiet()`. Source: DICOM PS3.3 C.7.6.3.1.5 and C.7.6.3.1.6.

    Raises:
        UnreadableScan: when the pixels cannot be read.
    """
    if said.palette is None:
        for keyword in [element.keyword for element in clean if "PaletteColorLookupTable" in element.keyword]:
            del clean[keyword]
            tally["DICOM palette that no pixel looks at", "removed"] += 1
        return
    first, colours_3N = said.palette
    entries = colours_3N.shape[1]
    used = np.zeros(entries, bool)
    used[np.clip(stored_samples(said.header, said.layout).astype(np.int64) - first, 0, entries - 1)] = True
    for name in _NAMES:
        element = clean[f"{name}PaletteColorLookupTableData"]
        table = np.frombuffer(element.value, np.uint8)
        kept = _kept_bytes(used, len(table), narrow=colours_3N.itemsize == 1, little=said.header.little_endian)
        if table[~kept].any():
            tally["DICOM colours that no pixel has", "blanked"] += 1
            element.value = np.where(kept, table, 0).astype(np.uint8).tobytes()


def _kept_bytes(used_N: np.ndarray, size: int, *, narrow: bool, little: bool) -> np.ndarray:
    """Which bytes of a table are those of a used colour: 16 bits, 8 bits in a word of 16, or packed two in a word."""
    places = np.arange(size)
    if size < 2 * len(used_N):  # packed
        entries = places if little else places ^ 1
        return np.append(used_N, False)[np.minimum(entries, len(used_N))]
    of_colours: np.ndarray = np.repeat(used_N, 2)
    return of_colours & (places % 2 == (0 if little else 1)) if narrow else of_colours
