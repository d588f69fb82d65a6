"""One scene twice: with what was hidden rendered in it, and with the same thing projected into the scene without it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from datasets.sandbox.carriers.field import field_of_view
from datasets.sandbox.contraband.clearance import clearings
from datasets.sandbox.labels import label_insert
from datasets.sandbox.physics.detector import detect, displaced, expected
from datasets.sandbox.physics.materials import coefficients
from datasets.sandbox.physics.projection import ArealDensity, Field, project
from datasets.sandbox.physics.scanner import Scanner, read_scanner
from datasets.sandbox.plan import plan_scan, scan_rng
from datasets.sandbox.profile import sandbox_profile
from datasets.sandbox.scene import Insert
from datasets.sandbox.shapes import Box
from datasets.sandbox.simulate import areal_density, lay
from datasets.threats.stack import device_scanners
from gpu import Acquisition, Batch, no_objects
from gpu.projection.beams import Scanners
from gpu.projection.compose import Matter, changed, composed
from imaging.material import Beam, beam_of_profile
from tools.shortcuts.numbers import CARRIERS
from tools.shortcuts.pairs import CROP_MM, HIDDEN, RING_PX, Pair, around, cut, is_seen, with_insert

Image = NDArray[np.float32]
_NOISE_STREAM, _PROJECTION_STREAM = 93, 95  # after the purposes of `scan_rng`
_CARGO_DEPTH_MM = 2350.0  # what training takes for the depth of goods
_IN_CARGO = ("goods", "behind", "top")


@dataclass(frozen=True, eq=False)
class Device:
    """A scanner as the simulator has it, and as projection has it: its effective beams, fitted to its own wedge."""

    scanner: Scanner
    beam: Beam
    scanners: Scanners
    acquisition: Acquisition


@dataclass(frozen=True, eq=False)
class ProjectedPair:
    """The pair, and how projection compares to rendering without any noise: mean -ln T of the object, high channel."""

    pair: Pair
    label: str
    contrast_rendered: float
    contrast_projected: float
    contrast_multiplied: float


@cache
def device_of(name: str) -> Device:
    """A virtual scanner and what projection knows of it."""
    scanner = read_scanner(name)
    profile = sandbox_profile(scanner)
    assert profile.detector is not None
    taken = Acquisition(
        torch.tensor([scanner.pitch_mm.value], dtype=torch.float32),
        torch.tensor([0]),
        torch.tensor([profile.detector.quanta], dtype=torch.float32),
        torch.tensor([profile.detector.electronic], dtype=torch.float32),
    )
    return Device(scanner, beam_of_profile(profile), device_scanners([profile]), taken)


def pair_of_scanner(scanner: str, seed: int, index: int) -> ProjectedPair | None:
    """The same for a scanner by its name, in a process of its own."""
    torch.set_num_threads(1)
    return projected_pair(seed, index, device_of(scanner))


def projected_pair(seed: int, index: int, device: Device) -> ProjectedPair | None:
    """The pair of one scene; None where nothing stands among goods, or half of it does not stand out of its noise."""
    scanner = device.scanner
    plan = plan_scan(seed, index, HIDDEN, CARRIERS)
    whole, _ = lay(seed, plan)
    (laden,) = whole.units
    if not laden.inserts or laden.inserts[0].placement not in _IN_CARGO or laden.inserts[0].label == "compartment":
        return None
    insert, field = laden.inserts[0], field_of_view(scanner, whole.carrier.seen)
    with_it, without = (
        areal_density(with_insert(whole, laden, *chosen), field, seed, index) for chosen in ((insert,), ())
    )
    if not is_seen(insert, with_it, field, scanner):
        return None
    label = label_insert(insert, with_it, field, scanner)
    assert label is not None
    x0, y0, x1, y1 = label.box_xyxy
    dose_R = field.dose_R(scanner.half_dose_deg.value)
    expected_both = [displaced(expected(areal, scanner), scanner) for areal in (with_it, without)]
    counted = [
        detect(one, scanner, scan_rng(seed, index, _NOISE_STREAM + number), dose_R)
        for number, one in enumerate(expected_both)
    ]
    rendered, background = (counts / np.float32(scanner.air_counts) for counts in counted)
    middle = (y0 + y1) // 2, (x0 + x1) // 2
    matter = matter_of(insert, field, device, middle, side=2 * max(x1 - x0, y1 - y0) // 2 + 24)
    noise_seed = int(scan_rng(seed, index, _PROJECTION_STREAM).integers(2**62))
    projected = set_in(background, matter, middle, device, noise_seed)
    still = set_in(expected_both[1], matter, middle, noiseless(device), noise_seed)
    alone = set_in(np.ones_like(expected_both[1]), matter, middle, noiseless(device), noise_seed)
    own = label.mask_HW

    def contrast(shown_CHW: Image) -> float:
        least = 1 / scanner.air_counts  # what is stored holds no less
        shown, before = (np.maximum(values[-1][own], least) for values in (shown_CHW, expected_both[1]))
        return float(-np.log(shown / before).mean())

    pictures = [-np.log(np.maximum(shown, 1 / scanner.air_counts)) for shown in (rendered, projected)]
    mask, ring = (around(label.box_xyxy, (field.rows, field.columns), reach) for reach in (0, RING_PX))
    side = round(CROP_MM / field.pitch_mm)
    left, top = round((x0 + x1 - side) / 2), round((y0 + y1 - side) / 2)
    covered = cut(mask[None], left, top, side)[0] > 0
    pair = Pair(
        np.stack([cut(picture, left, top, side) for picture in pictures]),
        covered,
        (cut(ring[None], left, top, side)[0] > 0) & ~covered,
        (1, 1),
    )
    return ProjectedPair(
        pair, insert.label, contrast(expected_both[0]), contrast(still), contrast(expected_both[1] * alone)
    )


def matter_of(insert: Insert, field: Field, device: Device, middle: tuple[int, int], side: int) -> Matter:
    """The object's areal densities in a window about its middle, in the very pose in which it was rendered."""
    areal = project(insert.boxes, field)
    maps_LHW = np.maximum(_windowed(areal, middle, side), 0)
    taken = [
        Box(hole.x0, hole.x1, hole.y0, hole.y1, hole.z0, hole.z1, areal.materials[0], 10.0)
        for hole in clearings(insert.extent)
    ]
    depth_mm = _windowed(project(taken, field), middle, side).sum(axis=0)
    energies = device.beam.energies_kev
    attenuation_LK = np.stack([coefficients(material, energies) for material in areal.materials])
    return Matter(
        torch.tensor(maps_LHW, dtype=torch.float32).flatten(1)[None],
        torch.tensor(attenuation_LK, dtype=torch.float32)[None],
        torch.tensor(depth_mm / _CARGO_DEPTH_MM, dtype=torch.float32).clamp(0, 1).flatten()[None],
    )


def _windowed(areal: ArealDensity, middle: tuple[int, int], side: int) -> NDArray[np.float64]:
    padded = np.pad(areal.maps_MHW, ((0, 0), (side, side), (side, side)))
    top, left = (at - side // 2 + side for at in middle)
    return padded[:, top : top + side, left : left + side]


def set_in(background_CHW: Image, matter: Matter, middle: tuple[int, int], device: Device, seed: int) -> Image:
    """The background with the matter in it, by what training uses."""
    image = torch.tensor(background_CHW, dtype=torch.float32)[None]
    batch = Batch(image, torch.tensor([background_CHW.shape[1:]]), no_objects(1), device.acquisition)
    part = composed(batch, device.scanners, matter, torch.tensor([middle]), torch.tensor([seed]))
    return np.asarray(changed(batch, part, torch.tensor([True]))[0].numpy(), np.float32)


def noiseless(device: Device) -> Device:
    """The same scanner with more quanta than can be counted."""
    taken = device.acquisition
    return replace(
        device,
        acquisition=replace(
            taken,
            quanta_BC=torch.full_like(taken.quanta_BC, math.inf),
            electronic_BC=torch.zeros_like(taken.electronic_BC),
        ),
    )
