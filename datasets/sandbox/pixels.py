"""How simulated counts are stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from imaging import write_tiff


def write_counts(path: Path, counts_CHW: NDArray[np.uint16]) -> None:
    """Write counts as a TIFF without compression: its size must say nothing of what is in the picture.

    Noise keeps compression from gaining more than a fifth anyway.
    """
    write_tiff(path, counts_CHW, compression=None)
