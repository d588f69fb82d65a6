"""Detector elements that go wrong on purpose, and whether they are found; elements of clean scans that are called bad.

What is planted is drawn first (`sample_faults`) and then put in (`plant`), the same for the same faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from imaging import UnusableScan, View
from imaging.calibration import AirRegion, find_air, find_bad_elements
from imaging.calibration.robust import spread
from imaging.calibration.self_air import LEAST_AIR_LINES
from tools.calibration.figures import Figure, Outcome, share

Line = NDArray[np.float64]
Called = dict[tuple[int, int], str]
"""Elements called bad: channel and row to the reason."""

_PER_SCAN = 4

WRONG: dict[str, Callable[[Line, float, float, np.random.Generator], Line]] = {
    "zero": lambda line, _air, _noise, _rng: 0 * line,
    "stuck at half": lambda line, air, _noise, _rng: 0 * line + air / 2,
    "stuck at air": lambda line, air, _noise, _rng: 0 * line + air,
    "dark noise": lambda line, _air, _noise, rng: np.abs(rng.normal(0, 4, line.size)),
    "gain +3 %": lambda line, _air, _noise, _rng: 1.03 * line,
    "gain +5 %": lambda line, _air, _noise, _rng: 1.05 * line,
    "gain -10 %": lambda line, _air, _noise, _rng: 0.90 * line,
    "noise x5": lambda line, _air, noise, rng: line + rng.normal(0, (5**2 - 1) ** 0.5 * noise, line.size),
}
"""What an element reads instead of its line (counts), given level and noise (counts) of air in its channel."""

PLANTED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("dead elements (zero, stuck)", "dead", ("zero", "stuck at half", "stuck at air")),
    ("dead elements (noise of their own)", "dead", ("dark noise",)),
    ("gain errors (+3, +5, -10 %)", "gain", ("gain +3 %", "gain +5 %", "gain -10 %")),
    ("noise five times that of air", "noisy", ("noise x5",)),
)
"""Name of a row, the reason that counts as found, and the kinds that are planted for it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One element of one channel gone wrong in a way of `WRONG`; `seed` is that of its noise."""

    kind: str
    channel: int
    element: int
    seed: int


@dataclass(frozen=True, eq=False, slots=True)
class Judged:
    """A scan as it is: its air (None where none is found), and the elements that are called bad already."""

    view: View
    air: AirRegion | None
    called: Called


@dataclass(frozen=True, slots=True)
class Planting:
    """What came of the faults of one scan: whether each was found, whether it had air to be judged in, false calls."""

    scan: str
    found: tuple[bool, ...]
    in_air: tuple[bool, ...]
    others: int


def judged(view: View) -> Judged:
    """A view, counts CHW, with what calibration says of it before anything is planted."""
    air = air_or_none(view)
    return Judged(view, air, called_bad(view, air))


def false_alarms(clean: Sequence[Judged], scans: str) -> list[Figure]:
    """Scans as they are: in how many air is found, and how many elements are called dead, off in gain, or noisy."""
    return [
        share("scans in which air is found", scans, [(one.view.view_id, one.air is not None) for one in clean]),
        *(
            share(f"elements called {reason}, nothing planted", scans, [*_outcomes(clean, reason)])
            for reason in ("dead", "gain", "noisy")
        ),
    ]


def _outcomes(clean: Sequence[Judged], reason: str) -> Iterator[Outcome]:
    for one in clean:
        for place in product(range(len(one.view.channels)), range(one.view.size_hw[0])):
            yield one.view.view_id, one.called.get(place) == reason


def planted(clean: Sequence[Judged], scans: str, *, seed: int) -> list[Figure]:
    """Planted faults found for the right reason, all and those on elements with air; plantings with false calls.

    Scans without air are left out: level and noise of what is planted are measured there.
    """
    figures, plantings = [], []
    for number, (name, reason, kinds) in enumerate(PLANTED):
        row = [
            planting(one.view, one.air, one.called, kind, reason, np.random.default_rng([seed, number, which, index]))
            for index, one in enumerate(clean)
            if one.air is not None
            for which, kind in enumerate(kinds)
        ]
        told = [(one.scan, hit, air) for one in row for hit, air in zip(one.found, one.in_air, strict=True)]
        figures.append(share(f"planted {name}, found", scans, [(scan, hit) for scan, hit, _ in told]))
        figures.append(share("  of these on elements with air", scans, [(scan, hit) for scan, hit, air in told if air]))
        plantings += row
    others = [(one.scan, one.others > 0) for one in plantings]
    return [*figures, share("plantings that made another element look bad", scans, others)]


def planting(view: View, air: AirRegion, called: Called, kind: str, reason: str, rng: np.random.Generator) -> Planting:
    """Plant four faults of a kind where none is called yet, and look for them; `reason` alone counts as found."""
    faults = sample_faults(view, kind, called, rng)
    spoilt = plant(view, faults, air)
    now = called_bad(spoilt, air_or_none(spoilt))
    places = {(fault.channel, fault.element) for fault in faults}
    return Planting(
        scan=view.view_id,
        found=tuple(now.get((fault.channel, fault.element)) == reason for fault in faults),
        in_air=tuple(int(air.mask_HW[fault.element].sum()) >= LEAST_AIR_LINES for fault in faults),
        others=len(now.keys() - called.keys() - places),
    )


def sample_faults(view: View, kind: str, called: Called, rng: np.random.Generator) -> tuple[Fault, ...]:
    """Four different elements, each in one channel, none called bad already; those at the ends take part."""
    elements = rng.permutation(view.size_hw[0])
    channels = rng.integers(len(view.channels), size=elements.size)
    places = [place for place in zip(channels.tolist(), elements.tolist(), strict=True) if place not in called]
    return tuple(Fault(kind, channel, element, int(rng.integers(2**31))) for channel, element in places[:_PER_SCAN])


def plant(view: View, faults: Sequence[Fault], air: AirRegion) -> View:
    """A view of uint16 counts with its faults, level and noise of air being those of the region."""
    pixels = view.pixels.copy()
    for fault in faults:
        plane = view.pixels[fault.channel].astype(np.float64)
        level, noise = air.level_C[fault.channel], _noise(plane, air.mask_HW)
        wrong = WRONG[fault.kind](plane[fault.element], level, noise, np.random.default_rng(fault.seed))
        pixels[fault.channel, fault.element] = np.clip(np.rint(wrong), 0, np.iinfo(np.uint16).max)
    return replace(view, pixels=pixels)


def _noise(plane_EL: NDArray[np.float64], mask_EL: NDArray[np.bool_]) -> float:
    """Standard deviation of a reading of air, from its steps from line to line: levels that drift are not noise."""
    steps = np.diff(plane_EL, axis=1)[mask_EL[:, 1:] & mask_EL[:, :-1]]
    return float(spread(steps)) / 2**0.5


def called_bad(view: View, air: AirRegion | None) -> Called:
    """Elements that `find_bad_elements` calls bad."""
    names = view.channel_names
    return {(names.index(one.channel), one.element): one.reason for one in find_bad_elements(view, air).bad}


def air_or_none(view: View) -> AirRegion | None:
    """The air of a scan, or None where `find_air` finds none."""
    try:
        return find_air(view)
    except UnusableScan:
        return None
