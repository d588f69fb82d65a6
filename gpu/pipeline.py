"""Several transforms one after the other, sampled and applied apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from gpu.batch import Batch


class Transform(Protocol):
    """What every transform answers: draw the parameters, then apply them deterministically."""

    def sample(self, batch: Batch, generator: torch.Generator) -> Any:
        """Draw a frozen record of parameters, one value per element."""

    def apply(self, batch: Batch, params: Any) -> Batch:
        """Apply a record of parameters."""


@dataclass(frozen=True, eq=False)
class PipelineParams:
    """The parameters of each transform, in order."""

    steps: tuple[Any, ...]

    def element(self, index: int) -> PipelineParams:
        """Parameters of one element."""
        return PipelineParams(tuple(step.element(index) for step in self.steps))


@dataclass(frozen=True)
class Pipeline:
    """A sequence of transforms that is itself a transform."""

    transforms: Sequence[Transform]

    def sample(self, batch: Batch, generator: torch.Generator) -> PipelineParams:
        """Draw the parameters of every step; none may depend on an earlier step's result."""
        return PipelineParams(tuple(transform.sample(batch, generator) for transform in self.transforms))

    def apply(self, batch: Batch, params: PipelineParams) -> Batch:
        """Apply every step in order."""
        for transform, step in zip(self.transforms, params.steps, strict=True):
            batch = transform.apply(batch, step)
        return batch
