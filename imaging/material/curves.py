"""From attenuation to areal density through a scanner's own curves of an organic material and a metal."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from imaging.errors import ProfileError
from imaging.profile import MaterialCurve, ScannerProfile
from imaging.scan import FloatImage

ORGANIC = ("organic", "polyethylene", "pe", "pmma", "water", "cellulose", "wood")
METAL = ("steel", "iron", "metal")

SMOOTH_PX = 5
HALO_PX = 2 * (SMOOTH_PX // 2)  # two averages follow one another
_THIN = 0.02  # attenuation under which two energies say nothing about the material
MEGAVOLT_KV = 1000.0  # beam energy from which materials differ as they do at accelerators
_MIXING_MV, _MIXING_KV = 0.07, 0.15  # aluminium at 6/4 MV is 5 % off, steel behind polyethylene at 160 kV 13 %
_SIGMAS = 2.0  # half width of the material interval in standard errors


@dataclass(frozen=True, eq=False)
class CurvePair:
    """Curves of the organic and the metal end: areal density in g/cm2 and attenuation per channel, both rising.

    `mixing` is the relative error of a density between them, where a mixture of the two and a pure material in
    between look alike.
    """

    channel: str
    organic: MaterialCurve
    metal: MaterialCurve
    mixing: float

    def density(self, attenuation: FloatImage, metal: bool) -> FloatImage:
        """Areal density in g/cm2 at an attenuation of the main channel; odd, so that noise about air cancels."""
        curve = self.metal if metal else self.organic
        magnitude = np.interp(np.abs(attenuation), curve.attenuation[self.channel], curve.areal_density_g_cm2)
        return np.copysign(magnitude, attenuation).astype(np.float32)

    def low(self, attenuation: FloatImage, metal: bool) -> FloatImage:
        """Attenuation of the `low` channel where the `high` one has the given value."""
        curve = self.metal if metal else self.organic
        magnitude = np.interp(np.abs(attenuation), curve.attenuation["high"], curve.attenuation["low"])
        return np.copysign(magnitude, attenuation).astype(np.float32)

    def end(self) -> float:
        """Largest attenuation of the main channel that both curves reach."""
        return min(self.metal.attenuation[self.channel][-1], self.organic.attenuation[self.channel][-1])


def curve_pair(profile: ScannerProfile) -> CurvePair:
    """The two curves between which materials are placed; the main channel is `high` (dual energy) or `single`.

    Raises:
        ProfileError: when a curve is missing, does not start at 0 or does not rise.
    """
    names = [channel.name for channel in profile.channels]
    channel = "high" if "high" in names else "single"
    if channel not in names or (channel == "high" and "low" not in names):
        raise ProfileError(
            "areal density needs `single`, or `low` and `high`", f"channels {names}", "use the scanner's own profile"
        )
    organic, metal = (_named(profile, wanted) for wanted in (ORGANIC, METAL))
    for curve in (organic, metal):
        values = curve.attenuation[channel]
        if len(values) < 2 or curve.areal_density_g_cm2[0] != 0 or values[0] != 0 or np.any(np.diff(values) <= 0):
            raise ProfileError(
                "a material curve starts at zero and rises strictly", f"{channel} {values[:4]}...", "measure it again"
            )
    energy_kv = max(entry.energy_kv or 0 for entry in profile.channels)
    return CurvePair(channel, organic, metal, _MIXING_MV if energy_kv >= MEGAVOLT_KV else _MIXING_KV)


def material_share(pair: CurvePair, low: FloatImage, high: FloatImage) -> tuple[FloatImage, FloatImage]:
    """Place of each pixel between the organic (0) and the metal curve (1), and the half width of its uncertainty.

    At the measured high-energy attenuation the low-energy one lies between the two curves; its place there is the
    share. Both are averaged over 5x5 pixels first: a single pixel's ratio is mostly noise. The half width is two
    standard errors of that average, taken from how the pixels scatter about it; 1 where nothing is known.
    """
    smooth_low, smooth_high = _smooth(low), _smooth(high)
    organic = pair.low(smooth_high, metal=False)
    gap = pair.low(smooth_high, metal=True) - organic
    known = (np.abs(smooth_high) >= _THIN) & (np.abs(gap) > 1e-6)
    gap = np.where(known, gap, np.float32(1))
    share = np.where(known, np.clip((smooth_low - organic) / gap, 0, 1), np.float32(0))
    ratio = smooth_low / np.where(known, smooth_high, np.float32(1))  # how both energies go together in a texture
    residual = (low - smooth_low) - ratio * (high - smooth_high)
    standard_error = np.sqrt(np.maximum(_smooth(residual * residual), 0)) / SMOOTH_PX
    half_width = np.where(known, np.clip(_SIGMAS * standard_error / np.abs(gap), 0, 1), np.float32(1))
    return share, half_width


def _smooth(plane: FloatImage) -> FloatImage:
    return cv2.blur(plane, (SMOOTH_PX, SMOOTH_PX), borderType=cv2.BORDER_REPLICATE).astype(np.float32, copy=False)


def _named(profile: ScannerProfile, wanted: tuple[str, ...]) -> MaterialCurve:
    for name in wanted:
        if name in profile.material_curves:
            return profile.material_curves[name]
    raise ProfileError(
        f"areal density needs a curve named one of {wanted}",
        f"{sorted(profile.material_curves) or 'no curves'} in profile {profile.name!r}",
        "measure a step wedge and add the curve to the profile",
    )
