"""HiXray layout: bags with eight kinds of everyday item, in the format of `text_boxes`.

Labels as published: `Portable_Charger_1`, `Portable_Charger_2`, `Water`, `Laptop`, `Mobile_Phone`, `Tablet`,
`Cosmetic`, `Nonmetallic_Lighter`.

Source: Tao et al., "Towards Real-world X-ray Security Inspection", ICCV 2021; github.com/HiXray-author/HiXray.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from datasets.layouts.source import Dirt, SourceScan
from datasets.layouts.text_boxes import read_text_boxes


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds `train/` and `test/`; see `text_boxes`."""
    return read_text_boxes(source, dirt)
