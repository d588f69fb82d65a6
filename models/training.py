"""Thin Lightning modules: they hand batches to a network and its losses to an optimiser, nothing more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lightning
import numpy as np
import torch
from lightning.pytorch.utilities.types import OptimizerLRSchedulerConfig
from torch import Tensor, nn
from torch.nn import functional

from evaluation import Prediction, Truth, auroc, average_precision
from gpu import NO_BOX, Batch, Pipeline, PipelineParams
from gpu.projection.ledger import Ledger

LABEL_SMOOTHING = 0.03
"""Declarations are sometimes false: no group is taken as certain."""


class _Training(lightning.LightningModule):
    """What both roles share: augmentation after transfer, AdamW under a one-cycle schedule."""

    def __init__(
        self,
        network: nn.Module,
        augment: Pipeline,
        *,
        learning_rate: float,
        backbone_rate: float,
        weight_decay: float,
        seed: int,
        on_drawn: Callable[[PipelineParams], None] | None = None,
    ) -> None:
        super().__init__()
        self.network = network
        self._augment, self._on_drawn = augment, on_drawn
        self.ledger = Ledger()
        self._generator = torch.Generator().manual_seed(seed)
        self._learning_rate, self._backbone_rate, self._weight_decay = learning_rate, backbone_rate, weight_decay

    def on_fit_start(self) -> None:
        """Hold what augmentation needs on the device of the network."""
        self._augment = self._augment.to(self.device)

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, dataloader_idx: int) -> Batch:
        """Move a batch whole."""
        return batch.to(device)

    def on_after_batch_transfer(self, batch: Batch, dataloader_idx: int) -> Batch:
        """Augment on the device, in training only; images are laid out channels last, which is faster everywhere."""
        if self.trainer.training:
            params = self._augment.sample(batch, self._generator)
            if self._on_drawn is not None:
                self._on_drawn(params)
            batch = self._augment.apply(batch, params)
        return batch.with_image(batch.image_BCHW.contiguous(memory_format=torch.channels_last))

    def configure_optimizers(self) -> OptimizerLRSchedulerConfig:
        """AdamW; a pretrained backbone moves slower than a fresh head."""
        backbone = [value for name, value in self.network.named_parameters() if ".backbone." in f".{name}"]
        rest = [value for name, value in self.network.named_parameters() if ".backbone." not in f".{name}"]
        rates = [self._learning_rate * self._backbone_rate, self._learning_rate]
        groups = [{"params": values, "lr": rate} for values, rate in zip((backbone, rest), rates, strict=True)]
        optimiser = torch.optim.AdamW(groups, weight_decay=self._weight_decay)
        steps = max(2, int(self.trainer.estimated_stepping_batches))
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=steps, pct_start=0.1)
        return {"optimizer": optimiser, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


class DetectorTraining(_Training):
    """Trains a detector; watches AP50 on the val split."""

    def __init__(self, network: nn.Module, augment: Pipeline, *, labels: tuple[str, ...], **optim: Any) -> None:
        super().__init__(network, augment, **optim)
        self._labels = labels
        self._truth: list[Truth] = []
        self._found: list[Prediction] = []
        self._images = 0

    @property
    def _detector(self) -> Any:
        """The network: every detector family answers loss() and detect()."""
        return self.network

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Sum of the network's losses."""
        self.ledger.count(batch.objects)
        losses: dict[str, Tensor] = self._detector.loss(batch.image_BCHW, batch.boxes_BN4, batch.labels_BN)
        self.log_dict({name: value.detach() for name, value in losses.items()}, prog_bar=True)
        return torch.stack(list(losses.values())).sum()

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        """Gather truth and detections."""
        for index, found in enumerate(self._detector.detect(batch.image_BCHW, batch.size_B2)):
            self._images += 1
            image_id = self._images
            real = batch.labels_BN[index] != NO_BOX
            for box, label in zip(
                batch.boxes_BN4[index][real].tolist(), batch.labels_BN[index][real].tolist(), strict=True
            ):
                self._truth.append(Truth(image_id, self._labels[label], tuple(box), str(image_id)))
            for box, score, label in zip(
                found.boxes_N4.tolist(), found.scores_N.tolist(), found.labels_N.tolist(), strict=True
            ):
                self._found.append(Prediction(image_id, self._labels[label], tuple(box), score))

    def on_validation_epoch_end(self) -> None:
        """Average precision over what was gathered."""
        score = average_precision(self._truth, self._found, range(1, self._images + 1), self._labels)["AP50"]
        self.log("val_AP50", float("nan") if score is None else float(score), prog_bar=True)
        self._truth, self._found, self._images = [], [], 0


class GoodsTraining(_Training):
    """Trains the goods network on declared groups; watches the mean AUROC over groups on the val split."""

    def __init__(self, network: nn.Module, augment: Pipeline, *, labels: tuple[str, ...], **optim: Any) -> None:
        super().__init__(network, augment, **optim)
        self._labels = labels
        self._seen: list[tuple[Tensor, Tensor]] = []

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        """Smoothed cross-entropy over groups."""
        declared_BG = _declared(batch, len(self._labels))
        target_BG = declared_BG * (1 - 2 * LABEL_SMOOTHING) + LABEL_SMOOTHING
        loss = functional.binary_cross_entropy_with_logits(self.network(batch.image_BCHW, batch.size_B2), target_BG)
        self.log("loss", loss.detach(), prog_bar=True)
        return loss * len(self._labels)

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        """Gather log-odds and declared groups."""
        logit_BG = self.network(batch.image_BCHW, batch.size_B2)
        self._seen.append((logit_BG.float().cpu(), _declared(batch, len(self._labels)).cpu()))

    def on_validation_epoch_end(self) -> None:
        """Mean over groups that are both declared and not."""
        logit_MG, declared_MG = (torch.cat(part).numpy() for part in zip(*self._seen, strict=True))
        both = [group for group in range(logit_MG.shape[1]) if 0 < declared_MG[:, group].sum() < len(declared_MG)]
        areas = [auroc(logit_MG[:, group], declared_MG[:, group] > 0) or 0.0 for group in both]
        self.log("val_AUROC", float(np.mean(areas)) if areas else float("nan"), prog_bar=True)
        self._seen = []


def _declared(batch: Batch, groups: int) -> Tensor:
    """Declared groups as float 0 or 1, (B, G): a goods batch holds a box for each of them."""
    kind_BNG = functional.one_hot(batch.labels_BN.clamp_min(0), groups) * batch.is_box_BN[..., None]
    return (
        kind_BNG.sum(1).clamp_max(1).float() if kind_BNG.shape[1] else kind_BNG.new_zeros(len(kind_BNG), groups).float()
    )
