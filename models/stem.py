"""The first layers: what a network computes on, in float32, and a pretrained first convolution fitted to N channels."""

from __future__ import annotations

import torch
from torch import Tensor, nn

TRANSMISSION_FLOOR = 2.0**-17
"""Half a level of 16 bits: the lowest transmission that is told from nothing. Its logarithm is the largest input."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Attenuation(nn.Module):
    """Transmission -> attenuation -ln T in float32, scaled so that T = 1e-2 reads about 1; no 16-bit levels merge.

    Of two energies a third plane is their difference, enlarged: it says the material, and is a few percent of either.
    """

    def __init__(self, channels: int, scale: float = 0.2, difference_scale: float = 2.0) -> None:
        super().__init__()
        self.scale, self.difference_scale = scale, difference_scale
        self.planes = 3 if channels == 2 else channels

    def forward(self, image_BCHW: Tensor) -> Tensor:
        """(B, C, H, W) transmission, air = 1 -> float32 (B, planes, H, W), air = 0."""
        attenuation_BCHW = -image_BCHW.float().clamp_min(TRANSMISSION_FLOOR).log()
        if self.planes == image_BCHW.shape[1]:
            return attenuation_BCHW * self.scale
        difference_B1HW = attenuation_BCHW[:, :1] - attenuation_BCHW[:, 1:]
        return torch.cat([attenuation_BCHW * self.scale, difference_B1HW * self.difference_scale], dim=1)


class ColourScale(nn.Module):
    """Pictures in 0 to 1, by the mean and spread of ImageNet (grey: of its mean channel)."""

    mean_C11: Tensor
    std_C11: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.planes = channels
        same = channels == len(IMAGENET_MEAN)
        mean = IMAGENET_MEAN if same else (sum(IMAGENET_MEAN) / 3,) * channels
        std = IMAGENET_STD if same else (sum(IMAGENET_STD) / 3,) * channels
        self.register_buffer("mean_C11", torch.tensor(mean).view(-1, 1, 1), persistent=False)
        self.register_buffer("std_C11", torch.tensor(std).view(-1, 1, 1), persistent=False)

    def forward(self, image_BCHW: Tensor) -> Tensor:
        """(B, C, H, W) in 0 to 1 -> float32 of the same shape, about mean 0 and spread 1."""
        return (image_BCHW.float() - self.mean_C11) / self.std_C11


def input_scale(normalisation: str, channels: int) -> Attenuation | ColourScale:
    """The input scaling named in a component: `attenuation` for physical views, `colour` for pictures.

    Its `planes` says how many channels the backbone sees.

    Raises:
        ValueError: for any other name.
    """
    if normalisation == "attenuation":
        return Attenuation(channels)
    if normalisation == "colour":
        return ColourScale(channels)
    raise ValueError(f"normalisation is attenuation or colour; found {normalisation!r}; mend the component")


class Float32(nn.Module):
    """Runs what it wraps in float32 whatever autocast says: bf16 keeps 1,281 of 65,536 levels of transmission."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, image_BCHW: Tensor) -> Tensor:
        """float32 in, float32 out."""
        with torch.autocast(image_BCHW.device.type, enabled=False):
            return self.inner(image_BCHW.float())


def fit_first_convolution(weight_O3KK: Tensor, channels: int) -> Tensor:
    """Fit pretrained RGB weights to N channels: their sum over colours, shared equally, keeps the response to grey.

    Args:
        weight_O3KK: (O, 3, K, K).
        channels: N; 3 returns the weights as they are.

    Returns:
        (O, N, K, K).
    """
    if channels == weight_O3KK.shape[1]:
        return weight_O3KK
    return weight_O3KK.sum(dim=1, keepdim=True).expand(-1, channels, -1, -1) / channels
