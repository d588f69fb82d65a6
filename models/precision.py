"""Which number format to compute in."""

from __future__ import annotations

import platform
from typing import Literal

import torch


def lightning_precision(choice: Literal["auto", "float32", "bf16"]) -> Literal["32-true", "bf16-mixed"]:
    """Lightning's name for a choice; `auto` takes bf16 where the processor or GPU has it in hardware."""
    return "bf16-mixed" if choice == "bf16" or (choice == "auto" and has_bf16()) else "32-true"


def has_bf16() -> bool:
    """Whether bf16 products run in hardware: emulated, they would be slower than float32."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if not onednn_takes_bf16():
        return False
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return True
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()  # oneDNN emulates it elsewhere


def onednn_takes_bf16() -> bool:
    """Whether torch computes in bf16 on this processor at all, be it emulated."""
    return bool(torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported())
