"""DICOS files that a DICOS toolkit still reads: what it insists on beside the pixels, with values that say nothing."""

from __future__ import annotations

from pydicom import Dataset

from imaging.dicos.elements import OBJECT_TYPES, add_dicos, add_dicos_ct, add_dicos_dx, add_dicos_image, common
from imaging.dicos.uids import DICOS_CT, DICOS_DX_PRESENTATION, DICOS_DX_PROCESSING

_CLASSES = {
    DICOS_CT: add_dicos_ct,
    DICOS_DX_PRESENTATION: add_dicos_dx,
    DICOS_DX_PROCESSING: add_dicos_dx,
}


def filled(clean: Dataset) -> Dataset:
    """A cleaned DICOS image with `unknown`, 0 or the first second of 1900 wherever its toolkit wants something.

    Other data sets stay as they are.
    """
    sop_class = str(clean.get("SOPClassUID", ""))
    if sop_class not in _CLASSES:
        return clean
    said = str(clean.get("OOIType", ""))
    neutral = common(sop_class, "", "", None)
    add_dicos(neutral, said if said in OBJECT_TYPES else "OTHER", None)
    add_dicos_image(neutral)
    _CLASSES[sop_class](neutral)
    neutral.AcquisitionContextSequence = []
    if sop_class == DICOS_CT:
        neutral.PositionReferenceIndicator = ""
    for element in clean:
        if not element.is_empty:
            neutral.add(element)
    if "PixelSpacingCalibrationType" in neutral:  # its toolkit reads none without the other
        neutral.PixelSpacingCalibrationDescription = neutral.Manufacturer
    return neutral
