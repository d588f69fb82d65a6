"""Scans of a pool as samples for a torch loader: read, cut out, cropped if asked, scaled by the one resize there is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch.utils.data

from datasets.crop import CropAtLoad
from datasets.pool import Pool
from datasets.pool.records import ScanRecord
from datasets.targets import Region, Target
from gpu import Sample, fit_signal
from imaging import ScannerProfile, View


class ScanDataset(torch.utils.data.Dataset[Sample]):
    """One sample for each target.

    Args:
        pool: the pool.
        records: its scans of one split.
        targets: what is asked of them.
        long_side: longest side in pixels; None keeps every pixel.
        cache: keep decoded views in memory (native dtype).
        crop: random crop at load; None keeps scans whole.
    """

    def __init__(
        self,
        pool: Pool,
        records: Sequence[ScanRecord],
        targets: Sequence[Target],
        *,
        long_side: int | None,
        cache: bool = True,
        crop: CropAtLoad | None = None,
    ) -> None:
        self._pool, self._targets = pool, targets
        self._record = {record.scan_id: record for record in records}
        self._long_side, self._crop = long_side, crop
        self._views: dict[str, View] | None = {} if cache else None

    def __len__(self) -> int:
        return len(self._targets)

    def __getitem__(self, index: int) -> Sample:
        """Signal and boxes of one target, in pixels of the scaled image."""
        target = self._targets[index]
        view = self._view(target.scan_id)
        if target.region_xyxy is not None:
            view = _cut_out(view, target.region_xyxy)
        if self._crop is not None:
            view, target = self._crop(view, target)
        signal_CHW, scale = fit_signal(view.signal(), self._long_side)
        taken = acquired(view, self._pool.info.scanners, self._record[target.scan_id].scanner, scale)
        return Sample(signal_CHW, target.boxes_N4 * scale, target.labels_N, **taken)

    def _view(self, scan_id: str) -> View:
        if self._views is None:
            return self._pool.read_scan(self._record[scan_id]).view
        if scan_id not in self._views:
            self._views[scan_id] = self._pool.read_scan(self._record[scan_id]).view
        return self._views[scan_id]


def acquired(view: View, profiles: Sequence[ScannerProfile], scanner: str, scale: float) -> dict[str, Any]:
    """What is known of how a view was taken, as `Sample` wants it, of the view scaled by `scale` (at most 1)."""
    if not view.quantity.physical or view.spacing_mm is None:
        return {}
    names = [profile.name for profile in profiles]
    known: dict[str, Any] = {"pitch_mm": view.spacing_mm[-1] / scale}
    if scanner not in names or profiles[names.index(scanner)].detector is None:
        return known
    detector = profiles[names.index(scanner)].detector
    assert detector is not None
    return known | {
        "scanner": names.index(scanner),
        "quanta_C": tuple(quanta / scale**2 for quanta in detector.quanta),
        "electronic_C": tuple(noise * scale for noise in detector.electronic),
    }


def _cut_out(view: View, region_xyxy: Region) -> View:
    """The pixels that a region touches, as inference cuts them."""
    (left, top), (right, bottom) = map(math.floor, region_xyxy[:2]), map(math.ceil, region_xyxy[2:])
    return replace(view, pixels=np.ascontiguousarray(view.pixels[:, top:bottom, left:right]), valid=None)
