"""The planes that views are made of: attenuation, at one energy or both, where the numbers have a meaning."""

from __future__ import annotations

import math

import numpy as np

from imaging.errors import NoPhysics
from imaging.material.curves import MEGAVOLT_KV
from imaging.profile import ScannerProfile
from imaging.quality.verdict import OPAQUE_TRANSMISSION
from imaging.scan import DUAL_ENERGY, FloatImage, Quantity, View

_BAGGAGE_OPAQUE = 5e-3  # what a tunnel scanner still reads behind any steel; a profile may state its own level


def has_physics(view: View) -> bool:
    """Whether transmission can be computed from the view."""
    return view.quantity.physical and not (view.quantity is Quantity.COUNTS and view.air is None)


def is_cargo(view: View) -> bool:
    """Whether the beam is one of an accelerator, as far as the view says."""
    return max((channel.energy_kv or 0 for channel in view.channels), default=0) >= MEGAVOLT_KV


def opaque_attenuation(view: View, profile: ScannerProfile | None) -> float:
    """Attenuation from which the scanner tells no more cargo from less."""
    stated = None if profile is None else profile.opaque_transmission
    return -math.log(stated or (OPAQUE_TRANSMISSION if is_cargo(view) else _BAGGAGE_OPAQUE))


def attenuation_CHW(view: View) -> FloatImage:
    """Attenuation -ln T, float32 CHW, held under that of an opaque pixel; 0 where a pixel is no number.

    Raises:
        NoPhysics: when transmission cannot be computed.
    """
    return _attenuation(view.transmission())


def one_energy(view: View, name: str) -> FloatImage:
    """Attenuation HW of the channel of that name; of all channels together where there is none of it.

    Raises:
        NoPhysics: when transmission cannot be computed.
    """
    transmission = view.transmission()
    if name in view.channel_names:
        return _attenuation(transmission[view.channel_names.index(name)])
    return _attenuation(transmission.mean(axis=0))


def all_energies(view: View) -> FloatImage:
    """Attenuation HW as one detector would see it: the channels' transmissions are averaged, noise with them.

    Raises:
        NoPhysics: when transmission cannot be computed.
    """
    return _attenuation(view.transmission().mean(axis=0))


def check_physics(view: View, what: str) -> None:
    """Refuse a view whose attenuation is not known.

    Raises:
        NoPhysics: for rendered pictures, unexplained numbers, and counts without an air level.
    """
    if not has_physics(view):
        raise NoPhysics(
            f"the view `{what}` is made from attenuation",
            f"{view.quantity.value} {'without an air level' if view.quantity is Quantity.COUNTS else 'numbers'}",
            "state in a scanner profile what the numbers mean; a rendered picture can be shown as `grey` at best",
        )


def check_two_energies(view: View, what: str) -> None:
    """Refuse a view from which materials cannot be told.

    Raises:
        NoPhysics: when attenuation is not known, or not at two energies named `low` and `high`.
    """
    check_physics(view, what)
    if view.channel_names != DUAL_ENERGY:
        raise NoPhysics(
            f"the view `{what}` tells materials apart by the energies `low` and `high`",
            f"channels {view.channel_names}",
            "read both files of a dual-energy scan together; one energy can be shown as `grey`",
        )


def _attenuation(transmission: FloatImage) -> FloatImage:
    known = np.nan_to_num(transmission, copy=False, nan=1.0, posinf=1.0, neginf=0.0)
    np.maximum(known, np.float32(OPAQUE_TRANSMISSION), out=known)
    logarithm: FloatImage = np.log(known, out=known)
    return np.negative(logarithm, out=logarithm)
