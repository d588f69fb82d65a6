"""Fields of random numbers that grow from a seed for each element: fresh, replayable, and the same on any device.

Each number is a hash of its place and of the seed (a counter-based generator), so no state is kept, nothing is drawn on
the host, an element does not depend on its neighbours in the batch, and a compiler may fold the field into the pass
that uses it. Generators with a state are 3 to 9 times slower on a CPU, because they draw one number after the other.

The hash is `lowbias32` by C. Wellons: two rounds of xor, shift and multiplication. Two words of the seed, hashed
themselves, enter before the rounds and between them.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_GOLDEN, _FIRST, _SECOND = 0x9E3779B9 - 2**32, 0x7FEB352D, 0x846CA68B - 2**32  # as signed 32-bit integers
_RADIUS_BITS, _ANGLE_BITS = 18, 14  # of one hash: no value lies further out than 5.1


def normal_field(seed_B: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Standard normal numbers, float32 (B, *shape), on the device of `seed_B` (int64, from `gpu.draw.seed_B`).

    Source: Box and Muller, Ann. Math. Statist. 29:610, 1958: two numbers of each hash.
    """
    count = math.prod(shape)
    half = -(-count // 2)
    # A compiler hashes twice rather than write what is to be joined to memory; without one every step writes.
    field = _normal_one_by_one if torch.compiler.is_compiling() else _normal_in_halves
    return field(seed_B, half)[:, :count].view(-1, *shape)


def _normal_in_halves(seed_B: Tensor, half: int) -> Tensor:
    radius_BN, angle_BN = _polar(_hashed(seed_B, torch.arange(half, dtype=torch.int32, device=seed_B.device)))
    cosine_BN = angle_BN.cos().mul_(radius_BN)
    return torch.cat([cosine_BN, angle_BN.sin_().mul_(radius_BN)], dim=1)


def _normal_one_by_one(seed_B: Tensor, half: int) -> Tensor:
    place_N = torch.arange(2 * half, dtype=torch.int32, device=seed_B.device)
    first_N = place_N < half
    radius_BN, angle_BN = _polar(_hashed(seed_B, torch.where(first_N, place_N, place_N - half)))
    return radius_BN * torch.cos(angle_BN - torch.where(first_N, 0.0, math.pi / 2))


def _polar(bits_BN: Tensor) -> tuple[Tensor, Tensor]:
    """Radius and angle of points whose coordinates are normal; the bits are used up."""
    # The upper bits, with their sign, and the lower ones: a number from 0 to 1 without 0, and an angle.
    radius_BN = (bits_BN >> _ANGLE_BITS).to(torch.float32).add_(2.0 ** (_RADIUS_BITS - 1) + 0.5)
    radius_BN = radius_BN.log_().mul_(-2).add_(2 * _RADIUS_BITS * math.log(2)).sqrt_()
    angle_BN = bits_BN.bitwise_and_(2**_ANGLE_BITS - 1).to(torch.float32).mul_(2 * math.pi * 2.0**-_ANGLE_BITS)
    return radius_BN, angle_BN


def uniform_field(seed_B: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Numbers uniform in (0, 1), float32 (B, *shape), on the device of `seed_B`."""
    bits_BN = _hashed(seed_B, torch.arange(math.prod(shape), dtype=torch.int32, device=seed_B.device))
    return (bits_BN >> 8).to(torch.float32).add_(2.0**23 + 0.5).mul_(2.0**-24).view(-1, *shape)


def _hashed(seed_B: Tensor, place_N: Tensor) -> Tensor:
    """int32 (B, N), all 32 bits of each in use."""
    second_B1 = _mixed(seed_B.to(torch.int32)[:, None])
    first_B1 = _mixed(second_B1 + (seed_B >> 31).to(torch.int32)[:, None])
    return _mixed(place_N * _GOLDEN + first_B1, second_B1)


def _mixed(bits: Tensor, between: Tensor | int = 0) -> Tensor:
    """The hash of some bits, in place."""
    _fold(bits, 16).mul_(_FIRST).add_(between)
    _fold(bits, 15).mul_(_SECOND)
    return _fold(bits, 16)


def _fold(bits: Tensor, by: int) -> Tensor:
    """Xor with itself shifted right, in place; zeros come from the left, where torch's own shift repeats the sign."""
    return bits.bitwise_xor_((bits >> by).bitwise_and_(2 ** (32 - by) - 1))
