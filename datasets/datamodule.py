"""A pool as a Lightning data module: its train and val splits, for a detector or for the goods network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import lightning
import torch
from torch.utils.data import DataLoader

from datasets.crop import CropAtLoad
from datasets.pool import Pool, PoolError
from datasets.pool.records import ScanRecord, Split
from datasets.targets import Target, counts_by_label, detector_targets, goods_targets
from datasets.torch_dataset import ScanDataset
from declarations.taxonomy import goods_groups
from gpu import Batch, Sample, collate


class PoolDataModule(lightning.LightningDataModule):
    """Batches of `gpu.Batch` from a pool.

    Args:
        pool: the pool.
        role: `detector` asks for annotated objects, `goods` for declared groups.
        batch_size: images in a batch; the last, smaller batch of training is left out.
        long_side: longest side in pixels; None keeps every pixel.
        fill: what pads a batch (1 is air and white).
        workers: loader processes.
        cache: keep decoded views in memory.
        crop: rows and columns of a crop at load, in training; None keeps scans whole.
        hold_out_scanner: scanner that is left out of train and val.
        seed: of shuffling and cropping.
    """

    def __init__(
        self,
        pool: Pool,
        *,
        role: Literal["detector", "goods"],
        batch_size: int,
        long_side: int | None,
        fill: float = 1.0,
        workers: int = 0,
        cache: bool = True,
        crop: tuple[int, int] | None = None,
        hold_out_scanner: str = "",
        seed: int = 0,
    ) -> None:
        super().__init__()
        self._pool, self._role = pool, role
        self._batch_size, self._long_side, self._fill = batch_size, long_side, fill
        self._workers, self._cache, self._crop = workers, cache, crop
        self._hold_out, self._seed = hold_out_scanner, seed
        self.labels = self._labels()
        self.channels, self.physical = self._kind_of_views()
        self.scanners = pool.info.scanners

    def records(self, split: Split) -> list[ScanRecord]:
        """Scans of a split that may be trained on, without those of the scanner that is held out."""
        return [
            record
            for record in self._pool.scans
            if record.split == split and record.scanner != self._hold_out and record.rights.may_train
        ]

    def counts(self, split: Split) -> dict[str, int]:
        """Objects, or declarations, of each label in a split."""
        return counts_by_label(self._targets(split), self.labels)

    def provenance(self) -> dict[str, Any]:
        """Hash of the pool, as `pool_hash`, and the licences of what is trained on, as `rights`."""
        licences = {record.rights.licence for record in self.records("train")}
        return {"pool_hash": self._pool.info.content_hash, "rights": tuple(sorted(licences))}

    def train_dataloader(self) -> DataLoader[Sample]:
        """Shuffled by the seed."""
        crop = None if self._crop is None else CropAtLoad(*self._crop, self._seed)
        return self._loader("train", crop)

    def val_dataloader(self) -> DataLoader[Sample]:
        """In the order of the pool."""
        return self._loader("val", None)

    def _loader(self, split: Split, crop: CropAtLoad | None) -> DataLoader[Sample]:
        training = split == "train"
        dataset = ScanDataset(
            self._pool,
            self.records(split),
            self._targets(split),
            long_side=self._long_side,
            cache=self._cache,
            crop=crop,
        )
        if training and len(dataset) < self._batch_size:
            raise PoolError(
                "training needs at least one batch",
                f"{len(dataset)} scans of the train split with targets, batch size {self._batch_size}",
                "give more scans or a smaller batch",
            )
        return DataLoader(
            dataset,
            batch_size=self._batch_size,
            shuffle=training,
            drop_last=training,
            num_workers=self._workers,
            persistent_workers=self._workers > 0,
            collate_fn=partial(_collated, fill=self._fill),
            generator=torch.Generator().manual_seed(self._seed),
        )

    def _targets(self, split: Split) -> list[Target]:
        make = detector_targets if self._role == "detector" else goods_targets
        return make(self._pool, self.records(split), self.labels)

    def _labels(self) -> tuple[str, ...]:
        if self._role == "goods":
            return tuple(group.group for group in goods_groups())
        return self._pool.info.labels

    def _kind_of_views(self) -> tuple[tuple[str, ...], bool]:
        kinds = {(view.channels, view.quantity.physical) for record in self._pool.scans for view in record.views}
        if len(kinds) != 1:
            raise PoolError(
                "one network learns from scans of one set of channels and one kind of quantity",
                f"{sorted(map(str, kinds))}",
                "split the pool by scanner kind",
            )
        return kinds.pop()


def _collated(samples: Sequence[Sample], *, fill: float) -> Batch:
    return collate(samples, fill=fill)
