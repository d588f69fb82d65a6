"""OPIXray layout: bags with five kinds of blade, and backgrounds without one, in the format of `text_boxes`.

Images of the test set that its lists give a level of occlusion are the subsets `test-1` (none or slight) to `test-3`
(severe). Labels as published: `Folding_Knife`, `Straight_Knife`, `Scissor`, `Utility_Knife`, `Multi-tool_Knife`.

Source: Wei et al., "Occluded Prohibited Items Detection", ACM MM 2020; github.com/OPIXray-author/OPIXray.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from datasets.layouts.source import Dirt, SourceScan
from datasets.layouts.text_boxes import read_text_boxes


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds `train/` and `test/`; see `text_boxes`."""
    return read_text_boxes(source, dirt)
