"""How deep the records of a DICOM file stand in one another."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.datadict import dictionary_VR
from pydicom.tag import BaseTag


def nests_deeper(dataset: Dataset, levels: int) -> bool:
    """Whether sequences stand more than `levels` deep; each level is parsed only after the one above was counted."""
    sequences = [tag for tag in list(dataset.keys()) if _is_sequence(dataset, tag)]
    if not sequences or levels == 0:
        return bool(sequences)
    return any(nests_deeper(item, levels - 1) for tag in sequences for item in dataset[tag].value or ())


def _is_sequence(dataset: Dataset, tag: BaseTag) -> bool:
    vr = dataset.get_item(tag).VR  # of the raw element: nothing is converted
    if vr in (None, "UN"):
        try:
            vr = dictionary_VR(tag)
        except KeyError:
            return False
    return vr == "SQ"
