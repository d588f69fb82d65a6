"""A small Monte-Carlo of photons through a slab: Klein-Nishina scattering, everything else absorbs. For tests alone.

A line scanner lights a thin upright plane and looks at it through a slit, so what arrives has scattered in that plane.
Every scattering sends its expected share to each element of the detector (forced detection), and the photon goes on to
scatter again; once it has left the plane by more than the slit sees, it counts no more.
"""

from dataclasses import dataclass

import numpy as np

from datasets.sandbox.physics.beam import signal_density
from datasets.sandbox.physics.materials import coefficients

_ELECTRON_KEV = 510.999
_RADIUS_CM2 = (2.8179403e-13) ** 2
_AVOGADRO = 6.02214076e23
_ORDERS = 4


@dataclass(frozen=True)
class Bench:
    """Lengths in mm: a slab `depth` long in the beam, `tall` high, `gap` before the detector, elements of `pitch`."""

    depth: float
    tall: float
    gap: float
    pitch: float
    slit: float = 20.0  # what the slit sees of the plane, to either side


def klein_nishina(kev, cosine):
    """Cross-section per electron and solid angle (cm2/sr), and the energy that is left."""
    ratio = 1 / (1 + kev / _ELECTRON_KEV * (1 - cosine))
    return 0.5 * _RADIUS_CM2 * ratio**2 * (ratio + 1 / ratio - (1 - cosine**2)), kev * ratio


def scatter_profile(channel, material, electrons_per_g, areal_g_cm2, bench, *, photons=20_000, seed=0):
    """Scatter over primary at elements along the detector (heights in mm), and the heights.

    The whole height of the slab is lit evenly; the profile is that of a thin lit band in its middle, so that its sum
    over heights is the level behind a slab lit everywhere, and its width is how far scatter reaches.
    """
    rng = np.random.default_rng(seed)
    spectrum_kev = np.geomspace(30 if channel.source.kind == "tube" else 150, _highest(channel), 400)
    signal = signal_density(spectrum_kev, channel) * spectrum_kev
    response = _response(channel)
    chance = signal / response(spectrum_kev)
    energy = rng.choice(spectrum_kev, photons, p=chance / chance.sum())
    density = areal_g_cm2 / (bench.depth / 10)  # g/cm3
    primary = (response(energy) * np.exp(-coefficients(material, energy) * areal_g_cm2)).sum()
    heights = (np.arange(-200, 201)) * bench.tall / 100  # of detector elements that sample twice the slab
    seen = np.zeros(heights.size)
    place = np.zeros((photons, 3))  # x across, y along the beam, z up; mm
    way = np.tile([0.0, 1.0, 0.0], (photons, 1))
    weight = np.ones(photons)
    for _ in range(_ORDERS):
        mu_mm = coefficients(material, energy) * density / 10
        far = _way_out(place, way, bench)
        free = -np.log1p(-rng.random(len(energy)) * -np.expm1(-mu_mm * far)) / mu_mm  # forced to interact inside
        weight = weight * -np.expm1(-mu_mm * far)
        place = place + way * free[:, None]
        inside = (np.abs(place[:, 0]) < bench.slit) & (np.abs(place[:, 2]) < bench.tall / 2)
        place, way, weight, energy = place[inside], way[inside], weight[inside], energy[inside]
        scattered = electrons_per_g * density / 10  # electrons in a mm of 1 cm2
        per_mm = coefficients(material, energy) * density / 10
        for k, height in enumerate(heights):
            towards = np.array([0.0, bench.depth + bench.gap, height]) - place
            distance = np.linalg.norm(towards, axis=1)
            cosine = (towards * way).sum(axis=1) / distance
            section, left = klein_nishina(energy, cosine)
            through = _way_out(place, towards / distance[:, None], bench)
            passed = np.exp(-coefficients(material, left) * density / 10 * through)
            angle = bench.pitch**2 * (towards[:, 1] / distance) / distance**2
            seen[k] += (weight * section * scattered / per_mm * angle * passed * response(left)).sum()
        weight, energy, way = _go_on(weight, energy, way, scattered / per_mm, rng)
    # A band one element high was lit by all photons: an even beam has them on `tall / pitch` bands.
    return seen / primary, heights


def _go_on(weight, energy, way, electrons_per_mu, rng):
    """Scatter each photon by the Klein-Nishina law (drawn evenly over angles, weighted); absorption is a weight."""
    cosine = rng.uniform(-1, 1, len(energy))
    section, left = klein_nishina(energy, cosine)
    weight = weight * 4 * np.pi * section * electrons_per_mu
    around = rng.uniform(0, 2 * np.pi, len(energy))
    sine = np.sqrt(1 - cosine**2)
    other = np.where(np.abs(way[:, :1]) < 0.9, [[1.0, 0.0, 0.0]], [[0.0, 0.0, 1.0]])
    first = np.cross(way, other)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(way, first)
    turned = (
        way * cosine[:, None] + first * (sine * np.cos(around))[:, None] + second * (sine * np.sin(around))[:, None]
    )
    return weight, left, turned


def _way_out(place, way, bench):
    """Distance to the surface of the slab, mm; the slab is endless across the plane, where little goes."""
    ends = np.array([[0.0, bench.depth], [-bench.tall / 2, bench.tall / 2]])
    reach = np.full(len(place), 1e5)
    for axis, (low, high) in zip((1, 2), ends, strict=True):
        step = np.where(way[:, axis] == 0, 1e-12, way[:, axis])
        reach = np.minimum(reach, (np.where(step > 0, high, low) - place[:, axis]) / step)
    return np.maximum(reach, 1e-9)


def _highest(channel):
    return channel.source.voltage * (1000 if channel.source.kind == "linac" else 1)


def _response(channel):
    """Signal that a photon of an energy gives when it reaches the detector."""
    name, areal = channel.crystal.value
    before = channel.before.value

    def of(kev):
        passed = np.exp(-sum((coefficients(layer, kev) * depth for layer, depth in before), np.zeros(np.shape(kev))))
        caught = -np.expm1(-coefficients(name, kev) * areal)
        return kev * coefficients(name, kev, "absorbed") / coefficients(name, kev) * caught * passed

    return of


def electrons_per_gram(z_over_a):
    """Electrons in a gram, from the mean of atomic number over atomic mass."""
    return _AVOGADRO * z_over_a
