"""Counts to transmission, each detector element by its own air and dark level."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from imaging.calibration.reference import AirDark, check_fits
from imaging.lines import by_element, linear_CEL
from imaging.scan import FloatImage, Quantity, View


@dataclass(frozen=True, eq=False, slots=True)
class FlatField:
    """A view of TRANSMISSION (float32, air = 1) and the standard deviation of each of its values.

    `sigma_CHW` holds the noise of the scan and the error of the reference; NaN where an element does not see the beam.
    """

    view: View
    sigma_CHW: FloatImage


def flat_field(view: View, reference: AirDark) -> FlatField:
    """Transmission (count - dark) / (air - dark) with its uncertainty.

    The noise of a single value follows from the reference: electronics as in the dark lines, and quanta whose
    variance is proportional to the beam, which the air lines fix. The errors of the air and dark level add to it;
    those are the same on every line. Elements whose air is not above their dark give NaN and are not `valid`.

    Raises:
        NoPhysics: when the view is not counts or transmission.
        ProfileError: when the reference is of another detector.
    """
    counts_CEL = linear_CEL(view, reference.detector)
    check_fits(reference, view)
    swing = reference.swing_CE()[..., None]
    transmission = ((counts_CEL - reference.dark_CE[..., None]) / swing).astype(np.float32)
    variance = _variance(transmission, reference) / swing**2
    blind_EL = np.broadcast_to(np.isnan(swing).any(axis=0), transmission.shape[1:])
    valid = None if not blind_EL.any() else by_element(~blind_EL, reference.detector)
    if view.valid is not None:
        valid = view.valid if valid is None else view.valid & valid
    flat = replace(
        view,
        pixels=np.ascontiguousarray(by_element(transmission, reference.detector)),
        quantity=Quantity.TRANSMISSION,
        air=None,
        law=None,
        valid=valid,
    )
    return FlatField(flat, by_element(np.sqrt(variance).astype(np.float32), reference.detector))


def _variance(transmission: FloatImage, reference: AirDark) -> FloatImage:
    """Variance in squared stored units, (channels, elements, lines)."""
    beam = np.maximum(transmission, 0)
    electronics = reference.dark_noise_CE**2
    quanta = np.maximum(reference.air_noise_CE**2 - electronics, 0)
    noise = electronics[..., None] + quanta[..., None] * beam
    error = (reference.air_error_CE[..., None] * transmission) ** 2
    error += (reference.dark_error_CE[..., None] * (1 - transmission)) ** 2
    total: FloatImage = (noise + error).astype(np.float32)
    return total
