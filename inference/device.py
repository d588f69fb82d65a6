"""Where the networks run, and how: the same numbers every time."""

from __future__ import annotations

import torch

from models import ModelPackage


def settle(package: ModelPackage, *, threads: int) -> None:
    """Move the networks to the GPU where there is one, and ask for deterministic float32 arithmetic.

    Args:
        package: Its networks are moved in place.
        threads: CPU threads; 0 leaves the choice to torch.
    """
    if threads:
        torch.set_num_threads(threads)
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
    torch.backends.cudnn.allow_tf32 = False  # its 10 bits would merge levels of a 16-bit scan
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    for part in package.components.values():
        part.module.to(device).eval()
        part.module.to(memory_format=torch.channels_last)  # as the images are laid out
