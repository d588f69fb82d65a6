"""What a transform is: it draws parameters, then applies them deterministically; and how its gates are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, runtime_checkable

import torch
from torch import Tensor

from gpu.batch import Batch, merged
from gpu.params import Params


class Transform(Protocol):
    """What every transform answers.

    `sample` looks at sizes only, never at pixels, so that nothing waits for the device. `apply` may be called again
    with the same record, on any device, on the whole batch or on its elements.
    """

    params_type: ClassVar[type[Params]]

    def sample(self, batch: Batch, generator: torch.Generator) -> Any:
        """Draw a frozen record of parameters, one value per element, on the CPU."""

    def apply(self, batch: Batch, params: Any) -> Batch:
        """Apply a record of parameters; the batch that is handed in stays as it is."""


@runtime_checkable
class Movable(Protocol):
    """A transform that holds tensors, and can hold them on another device."""

    def to(self, device: torch.device | str) -> Any:
        """The same there."""


def where_open(batch: Batch, gate_B: Tensor, change: Callable[[Batch, Tensor | slice], Batch]) -> Batch:
    """Change the elements whose gate is open; the others keep every bit.

    Only the open elements are computed. Under `torch.compile` all are, in one pass, and chosen from afterwards.

    Args:
        batch: The batch.
        gate_B: Bool (B,), on the CPU.
        change: Gives a batch of the same sizes from the batch of some elements, and the rows that those are.
    """
    if torch.compiler.is_compiling():
        return chosen(gate_B.to(batch.image_BCHW.device, non_blocking=True), change(batch, slice(None)), batch)
    rows = gate_B.nonzero()[:, 0]
    if len(rows) == len(gate_B):
        return change(batch, slice(None))
    if not len(rows):
        return batch
    return _put(batch, rows, change(batch.rows(rows), rows))


def where_open_image(batch: Batch, gate_B: Tensor, change: Callable[[Batch, Tensor | slice], Tensor]) -> Batch:
    """The same for a change that leaves everything but the image as it is."""
    return where_open(batch, gate_B, lambda part, rows: part.with_image(change(part, rows)))


def chosen(gate_B: Tensor, one: Batch, other: Batch) -> Batch:
    """The elements of one batch where the gate is open, of the other where it is closed; both of the same sizes."""

    def choose(pair: list[Tensor]) -> Tensor:
        return torch.where(gate_B.view(-1, *[1] * (pair[0].ndim - 1)), pair[0], pair[1])

    return merged([one, other], choose)


def _put(batch: Batch, rows: Tensor, part: Batch) -> Batch:
    def put(pair: list[Tensor]) -> Tensor:
        return pair[0].index_copy(0, rows.to(pair[0].device, non_blocking=True), pair[1])

    return merged([batch, part], put)
