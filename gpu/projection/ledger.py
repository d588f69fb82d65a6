"""What was learnt from: how often each threat of a library was projected, and how many objects were real."""

from __future__ import annotations

import torch
from torch import Tensor

from gpu.batch import Objects

_MOST_THREATS = 1 << 16  # of a library: half a megabyte of counts


class Ledger:
    """Counts objects of batches on their device, so that nothing waits; read it when all is done."""

    def __init__(self) -> None:
        self._real: Tensor | None = None
        self._projected_T: Tensor | None = None

    def count(self, objects: Objects) -> None:
        """Add the objects of a batch."""
        real_BN = objects.is_box_BN & ~objects.is_projected_BN
        self._real = real_BN.sum() if self._real is None else self._real + real_BN.sum()
        threats = objects.threat_BN.flatten()
        if self._projected_T is None:
            self._projected_T = torch.zeros(_MOST_THREATS, dtype=torch.int64, device=threats.device)
        self._projected_T.scatter_add_(0, threats.clamp_min(0), objects.is_projected_BN.flatten().long())

    @property
    def real(self) -> int:
        """Objects that stood in a scanner, counted each time they were shown."""
        return 0 if self._real is None else int(self._real)

    def projected(self) -> dict[int, int]:
        """How often each threat was shown, by its number; those that never were are left out."""
        if self._projected_T is None:
            return {}
        return {number: count for number, count in enumerate(self._projected_T.tolist()) if count}
