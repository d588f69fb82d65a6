"""EDS layout: the same kinds of things scanned by three machines, a folder `domain1` to `domain3` for each.

`<domain>/images/<name>.jpg`, `<domain>/labels/<name>.xml` as PASCAL VOC has it, and lists of names `train.txt`,
`val.txt`, `test.txt` beside them. The folder's name is that of the scanner. Labels as published, with their spelling:
`smallelectronicequipmen`.

Source: Tao et al., "Exploring Endogenous Shift for Cross-domain Detection", CVPR 2022; `lib/datasets/domain1.py` in
github.com/DIG-Beihang/PSN, which takes one off every corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from datasets.layouts.objects import plain
from datasets.layouts.source import Dirt, SourceScan
from datasets.layouts.voc import VocFolder, read_folder
from datasets.pool.errors import PoolError


def read(source: Path, dirt: Dirt) -> Iterator[SourceScan]:
    """Scans of the folder that holds the domains, domain by domain, by name.

    Raises:
        PoolError: when it holds no domain.
    """
    domains = sorted(path for path in source.glob("domain*") if (path / "images").is_dir())
    if not domains:
        raise PoolError(
            "the eds layout is folders domain1, domain2, domain3 with images and labels in each",
            f"none in {source}",
            "name the folder above them as --source",
        )
    for domain in domains:
        folder = VocFolder(domain / "images", domain / "labels", domain, scanner=plain(domain.name))
        yield from read_folder(source, folder, dirt)
