"""Several transforms one after the other, sampled and applied apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import torch
from torch import Tensor

from gpu.batch import Batch, merged
from gpu.params import Params
from gpu.transform import Movable, Transform


@dataclass(frozen=True, eq=False)
class PipelineParams(Params):
    """The parameters of each transform, in order."""

    steps: tuple[Any, ...]

    def rows(self, rows: Tensor | slice) -> Self:
        """Parameters of some elements."""
        return type(self)(tuple(step.rows(rows) for step in self.steps))

    def record(self) -> dict[str, Any]:
        """As plain JSON values, exact."""
        return {"steps": [step.record() for step in self.steps]}


@dataclass(frozen=True)
class Pipeline:
    """A sequence of transforms that is itself a transform.

    On a CPU a batch goes through in parts of as many images as there are threads, unless a step mixes elements: what
    lies between two steps then stays in the cache.
    """

    params_type: ClassVar[type[Params]] = PipelineParams
    steps: Sequence[Transform]

    def to(self, device: torch.device | str) -> Pipeline:
        """The same, with what its steps hold on another device."""
        return replace(self, steps=[step.to(device) if isinstance(step, Movable) else step for step in self.steps])

    def sample(self, batch: Batch, generator: torch.Generator) -> PipelineParams:
        """Draw the parameters of every step; none may depend on an earlier step's result."""
        return PipelineParams(tuple(transform.sample(batch, generator) for transform in self.steps))

    def apply(self, batch: Batch, params: PipelineParams) -> Batch:
        """Apply every step in order."""
        count, part = len(batch.image_BCHW), torch.get_num_threads()
        at_once = batch.image_BCHW.device.type != "cpu" or torch.compiler.is_compiling() or count <= part
        if at_once or any(step.mixes for step in params.steps):
            return self._through(batch, params)
        cuts = [slice(start, start + part) for start in range(0, count, part)]
        return merged([self._through(batch.rows(cut), params.rows(cut)) for cut in cuts], torch.cat)

    def _through(self, batch: Batch, params: PipelineParams) -> Batch:
        for transform, step in zip(self.steps, params.steps, strict=True):
            batch = transform.apply(batch, step)
        return batch


def replayed(transform: Any, record: Mapping[str, Any]) -> Any:
    """Parameters of a transform from what their `record` gave, those of its steps within it.

    Raises:
        ValueError: when the record is of another transform.
    """
    if not issubclass(transform.params_type, PipelineParams):
        return transform.params_type.replayed(record)
    records = record.get("steps", [])
    if len(records) != len(transform.steps):
        raise ValueError(
            f"a record holds the parameters of each of {len(transform.steps)} steps; found {len(records)}; "
            "replay it with the pipeline that wrote it"
        )
    return PipelineParams(tuple(replayed(*pair) for pair in zip(transform.steps, records, strict=True)))
