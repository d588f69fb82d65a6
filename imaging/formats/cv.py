"""The one call to OpenCV's decoders."""

from __future__ import annotations

import cv2
import numpy as np

from imaging.errors import UnreadableScan
from imaging.scan import Pixels

# Its log lines say less than our errors and land on the operator's terminal.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def imdecode(content: bytes) -> Pixels:
    """Pixels HW or HWC (blue first) in the file's own depth; orientation tags are not applied, nothing is clipped.

    Raises:
        UnreadableScan: when OpenCV gives nothing back.
    """
    pixels = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None:
        raise UnreadableScan("a picture file decodes", "damaged content", "copy or export the file again")
    decoded: Pixels = pixels
    return decoded[:, :, 0] if decoded.ndim == 3 and decoded.shape[2] == 1 else decoded
