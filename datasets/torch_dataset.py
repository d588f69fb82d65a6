"""Scans of a pool as samples for a torch loader: read, optionally cropped, scaled by the one resize of the project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch.utils.data

from datasets.crop import CropAtLoad
from datasets.pool import Pool
from datasets.pool.records import ScanRecord
from datasets.targets import Target
from gpu import Sample, fit_signal
from imaging import View


class ScanDataset(torch.utils.data.Dataset[Sample]):
    """One sample for each scan that has a target.

    Args:
        pool: the pool.
        records: its scans of one split.
        targets: what is asked, by scan_id; scans without an entry are left out.
        long_side: longest side in pixels; None keeps every pixel.
        cache: keep decoded views in memory (native dtype).
        crop: random crop at load; None keeps scans whole.
    """

    def __init__(
        self,
        pool: Pool,
        records: Sequence[ScanRecord],
        targets: Mapping[str, Target],
        *,
        long_side: int | None,
        cache: bool = True,
        crop: CropAtLoad | None = None,
    ) -> None:
        self._pool, self._targets = pool, targets
        self.records = [record for record in records if record.scan_id in targets]
        self._long_side, self._crop = long_side, crop
        self._views: dict[str, View] | None = {} if cache else None

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, index: int) -> Sample:
        """Signal and boxes of one scan, in pixels of the scaled image."""
        record = self.records[index]
        view, target = self._view(record), self._targets[record.scan_id]
        if self._crop is not None:
            view, target = self._crop(view, target)
        signal_CHW, scale = fit_signal(view.signal(), self._long_side)
        return Sample(signal_CHW, target.boxes_N4 * scale, target.labels_N)

    def _view(self, record: ScanRecord) -> View:
        if self._views is None:
            return self._pool.read_scan(record).view
        if record.scan_id not in self._views:
            self._views[record.scan_id] = self._pool.read_scan(record).view
        return self._views[record.scan_id]
