"""A cleaned DICOM file with areas blanked: the same header, the new samples uncompressed."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread, dcmwrite
from pydicom.uid import ExplicitVRLittleEndian

from imaging.formats.content import read_content
from imaging.formats.dicom.decode import stated
from imaging.formats.dicom.header import PIXEL_TAGS, quiet
from imaging.formats.dicom.layout import GREY
from imaging.formats.picture import DEFAULT_LIMITS
from imaging.writing.whole import write_whole

_VR = {"integer": "OW", "float32": "OF", "float64": "OD"}


def holds_grey_plane(path: Path) -> bool:
    """Whether a cleaned DICOM file holds one grey frame, so that `write_blanked_dicom` can write it again."""
    layout = stated(read_content(path, DEFAULT_LIMITS.max_bytes), DEFAULT_LIMITS).layout
    return layout.frames == 1 and layout.photometric in GREY


def write_blanked_dicom(path: Path, plane_HW: NDArray[np.generic]) -> None:
    """Write other samples into a cleaned file of one grey frame, whole or not at all; all that its header says stays.

    Args:
        path: The cleaned file: one that `scrub` wrote.
        plane_HW: Samples as they were read from it, of the same type and shape.

    Raises:
        OSError: when the file cannot be written to.
    """
    samples = np.ascontiguousarray(plane_HW, plane_HW.dtype.newbyteorder("<")).tobytes()
    tags = {kind: tag for tag, kind in PIXEL_TAGS.items()}
    kind = plane_HW.dtype.name if plane_HW.dtype.kind == "f" else "integer"
    with quiet():
        dataset = dcmread(path, force=True)
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        dataset.add_new(tags[kind], _VR[kind], samples + bytes(len(samples) % 2))
        buffer = io.BytesIO()
        dcmwrite(buffer, dataset, implicit_vr=False, little_endian=True, enforce_file_format=False)
    write_whole(path, buffer.getvalue())
