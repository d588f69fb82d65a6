"""What transforms draw: frozen records with a value for each element, that can be logged and replayed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

import torch
from torch import Tensor

_DTYPES = {str(dtype): dtype for dtype in (torch.bool, torch.int64, torch.float32)}


@dataclass(frozen=True, eq=False)
class Params:
    """Base of every record: its fields are tensors on the CPU, their first axis the elements of the batch.

    `mixes` says that elements of the batch are put together, so that a batch is more than its elements one by one.
    """

    mixes: ClassVar[bool] = False

    def rows(self, rows: Tensor | slice) -> Self:
        """Parameters of some elements."""
        return type(self)(**{name: value[rows] for name, value in self._tensors()})

    def element(self, index: int) -> Self:
        """Parameters of one element."""
        return self.rows(slice(index, index + 1))

    def record(self) -> dict[str, Any]:
        """As plain JSON values, exact."""
        return {name: {"dtype": str(value.dtype), "values": value.tolist()} for name, value in self._tensors()}

    @classmethod
    def replayed(cls, record: Mapping[str, Any]) -> Self:
        """From what `record` gave.

        Raises:
            ValueError: when the record is of another transform.
        """
        names = [entry.name for entry in fields(cls)]
        if sorted(names) != sorted(record):
            raise ValueError(
                f"a record of {cls.__name__} holds {names}; found {sorted(record)}; replay it with the transform that "
                "wrote it"
            )
        return cls(**{
            name: torch.tensor(record[name]["values"], dtype=_DTYPES[record[name]["dtype"]]) for name in names
        })  # fmt: skip

    def _tensors(self) -> list[tuple[str, Tensor]]:
        return [(entry.name, getattr(self, entry.name)) for entry in fields(self)]
