"""Verdicts of scan quality: on every real scan that can be read, and on scans that were damaged on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from imaging import ScanError, ScannerProfile, View, find_scans, read_scan, scan_quality
from imaging.reading import FoundScan
from tools.calibration.damage import SLIPS, TORN, noise, page, sample_tear, tear
from tools.calibration.figures import Figure, Outcome, share
from tools.calibration.scans import BAGS, bag_profile

_TEARS_PER_SCAN = 3
_NOISES, _PAGES = 20, 200
_PHOTOGRAPHS = (("matplotlib", "mpl-data/sample_data"), ("ultralytics", "assets"))


def real_verdicts(data: Path) -> list[Figure]:
    """Scans called fit to be judged, of all that are read, in each folder that holds any; and how many are refused."""
    figures = []
    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        profile = bag_profile() if folder.name == BAGS else None
        found = [scan for scan in find_scans(folder, profile) if scan.skip_reason is None]
        verdicts = [verdict for scan in found if (verdict := _verdict(scan, profile)) is not None]
        refused = f" ({len(found) - len(verdicts)} refused)" if len(verdicts) < len(found) else ""
        if verdicts:
            figures.append(share("real scans called fit to be judged", folder.name + refused, verdicts))
    return figures


def _verdict(scan: FoundScan, profile: ScannerProfile | None) -> Outcome | None:
    """Whether every view of a scan is fit to be judged; None where the file is refused before."""
    try:
        views = read_scan(scan.files, profile).views
        return scan.scan_id, not any(is_unusable(view, profile) for view in views)
    except ScanError:
        return None


def clean_verdicts(views: Sequence[View], scans: str) -> list[Figure]:
    """Scans as they are called fit to be judged."""
    return [share("scans called fit to be judged", scans, [(view.view_id, not is_unusable(view)) for view in views])]


def torn_verdicts(views: Sequence[View], scans: str, *, seed: int) -> list[Figure]:
    """Scans with planted tears called unusable: lost lines of all kinds together, and each slip."""
    rows = (("torn", TORN), *((kind, (kind,)) for kind in SLIPS))
    return [share(f"{name}, called unusable", scans, [*_torn(views, kinds, seed)]) for name, kinds in rows]


def _torn(views: Sequence[View], kinds: Sequence[str], seed: int) -> Iterable[Outcome]:
    for kind in kinds:
        for index, view in enumerate(views):
            rng = np.random.default_rng([seed, (*TORN, *SLIPS).index(kind), index])
            for _ in range(_TEARS_PER_SCAN):
                yield view.view_id, is_unusable(tear(view, sample_tear(kind, view.size_hw[1], rng)))


def stranger_verdicts(*, seed: int) -> list[Figure]:
    """Pictures that no scanner made called unusable: noise, pages of text, photographs that our libraries bring."""
    pictures = {
        "pure noise": [one for draw in range(_NOISES) for one in noise(np.random.default_rng([seed, 0, draw]))],
        "pages of text": [page(np.random.default_rng([seed, 1, draw])) for draw in range(_PAGES)],
        "photographs": [read_scan(path).view for path in _photographs()],
    }
    figures = []
    for name, views in pictures.items():
        # Each was drawn on its own: a name for each, so that the interval takes none for another's like.
        verdicts = [(str(number), is_unusable(view)) for number, view in enumerate(views)]
        figures.append(share(f"{name}, called unusable", "not scans", verdicts))
    return figures


def _photographs() -> list[Path]:
    found = [(find_spec(package), place) for package, place in _PHOTOGRAPHS]
    folders = [Path(spec.origin).parent / place for spec, place in found if spec is not None and spec.origin]
    return sorted(path for folder in folders for path in folder.glob("*.jpg"))


def is_unusable(view: View, profile: ScannerProfile | None = None) -> bool:
    """Whether `scan_quality` calls the view unusable.

    Raises:
        NoPhysics: for counts without an air level.
    """
    return scan_quality(view, profile).verdict == "unusable"
