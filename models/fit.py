"""Train a network with Lightning: the Trainer built by hand, weights averaged, metrics kept in memory."""

from __future__ import annotations

import logging
import time
import warnings
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal

import lightning
import torch
from lightning.pytorch.callbacks import Callback, EMAWeightAveraging

from models.precision import lightning_precision

# Its hints advertise services that phone home; its warnings still come through.
logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)


@dataclass(frozen=True)
class FitResult:
    """Metrics as (step, value) by name, wall time in seconds, and the number format that was used."""

    history: dict[str, list[tuple[int, float]]]
    seconds: float
    precision: str


class _History(Callback):
    """Keeps every logged metric, once an epoch."""

    def __init__(self) -> None:
        self.values: dict[str, list[tuple[int, float]]] = defaultdict(list)

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Note the metrics of this epoch."""
        for name, value in trainer.callback_metrics.items():
            if not name.startswith("val_") or trainer.fit_loop.epoch_loop.val_loop._seen_batches_per_dataloader:
                self.values[name].append((trainer.global_step, float(value)))


def seeded(seed: int, threads: int) -> None:
    """Seed every generator and make torch deterministic: same seed, same bytes on the same CPU and threads."""
    lightning.seed_everything(seed, verbose=False)
    torch.use_deterministic_algorithms(True, warn_only=True)
    if threads > 0:
        torch.set_num_threads(threads)


def fit(
    training: lightning.LightningModule,
    data: lightning.LightningDataModule,
    *,
    epochs: int,
    precision: Literal["auto", "float32", "bf16"],
    ema_decay: float,
    progress: bool = True,
) -> FitResult:
    """Train in place; afterwards the module holds the averaged weights. Logs and checkpoints go nowhere.

    The val split is looked at half way and at the end: it chooses nothing, so more often would only cost time.
    """
    history = _History()
    callbacks: list[Any] = [history]
    if ema_decay > 0:
        callbacks.append(EMAWeightAveraging(decay=ema_decay))
    if progress:
        callbacks.append(lightning.pytorch.callbacks.RichProgressBar(refresh_rate=10, leave=False))
    chosen = lightning_precision(precision)
    started = time.monotonic()
    with warnings.catch_warnings():
        # Loader processes are the caller's choice: on two cores the decoded scans are cached in this process instead.
        warnings.filterwarnings("ignore", message=".*does not have many workers.*")
        # The training module moves and augments batches for every data module alike: that is meant.
        warnings.filterwarnings("ignore", message="You have overridden `.*` in `LightningModule`.*")
        # Lightning 2.6 under torch 2.15 uses a deprecated check of torch's tree utilities.
        warnings.filterwarnings("ignore", message=".*LeafSpec.*is deprecated.*")
        trainer = lightning.Trainer(
            max_epochs=epochs,
            precision=chosen,
            callbacks=callbacks,
            logger=False,
            enable_checkpointing=False,
            enable_model_summary=False,
            enable_progress_bar=progress,
            gradient_clip_val=10.0,
            num_sanity_val_steps=0,
            check_val_every_n_epoch=max(1, epochs // 2),
            use_distributed_sampler=True,
        )
        trainer.fit(training, datamodule=data)
    return FitResult(dict(history.values), time.monotonic() - started, chosen)
