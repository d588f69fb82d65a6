"""XAD layout: bags with four kinds of blade, in the test set also with adversarial objects, as `text_boxes` has it.

The folders with adversarial objects of each strength show the bags of `test/test_image` again and share its
annotations: a bag is one group in all of them. Labels as published: `scissor`, `tszhediedao` (folding knife),
`tsbingdao` (straight knife), `yktsdaopian` (utility knife).

Source: Liu et al., "X-Adv", USENIX Security 2023; `data/config.py` in github.com/DIG-Beihang/X-adv.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from datasets.layouts.source import Dirt, SourceScan
from datasets.layouts.text_boxes import read_text_boxes


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds `train/` and `test/`; see `text_boxes`. The group is the part and the bag."""
    for scan in read_text_boxes(source, dirt):
        folders = Path(scan.name).parts
        yield replace(scan, group="/".join((*folders[:-2], folders[-1])))
