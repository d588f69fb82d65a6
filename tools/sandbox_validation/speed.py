"""How long the simulator takes, and how much memory."""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from datasets.sandbox import Order, Rates, generate
from datasets.sandbox.carriers.field import field_of_view
from datasets.sandbox.carriers.traffic import CARRIERS
from datasets.sandbox.physics.detector import detect, displaced, expected
from datasets.sandbox.physics.materials import ALUMINIUM, ORGANIC, PLASTIC, STEEL
from datasets.sandbox.physics.projection import project
from datasets.sandbox.physics.scanner import Scanner
from datasets.sandbox.shapes import Box
from datasets.sandbox.simulate import simulate
from tools.steps import PeakMemory

RATES = Rates(0.3, 0.3, 0.1)
SEEN = CARRIERS["container_20"].build(np.random.default_rng(0)).seen
_MANY = 200


@dataclass(frozen=True, slots=True)
class Seconds:
    """Quartiles of single runs."""

    first: float
    median: float
    third: float


def one_scan(scanner: Scanner, carriers: tuple[str, ...], runs: int = 15) -> Seconds:
    """Laid, hidden, declared, projected, detected, labelled, in this process."""
    simulate(3, 0, RATES, scanner, carriers)
    seconds = []
    for index in range(runs):
        started = time.perf_counter()
        simulate(3, index, RATES, scanner, carriers)
        seconds.append(time.perf_counter() - started)
    return Seconds(*(float(value) for value in np.quantile(seconds, [0.25, 0.5, 0.75])))


def boxes(scanner: Scanner, count: int, runs: int = 5) -> float:
    """Median seconds to render that many boxes of four materials, all of the physics on."""
    rng = np.random.default_rng(count)
    materials = (ORGANIC, STEEL, ALUMINIUM, PLASTIC)
    low = rng.uniform([100, 100, 200], [5600, 2000, 2200], (count, 3))
    high = low + rng.uniform(20, 300, (count, 3))
    things = [
        Box(*np.stack([a, b], 1).ravel().tolist(), materials[index % 4], 0.02)
        for index, (a, b) in enumerate(zip(low, high, strict=True))
    ]
    field, seconds = field_of_view(scanner, SEEN), []
    for _ in range(runs):
        started = time.perf_counter()
        detect(displaced(expected(project(things, field), scanner), scanner), scanner, rng)
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds))


def many(scanner: Scanner, carriers: tuple[str, ...]) -> tuple[int, float, int, float]:
    """How many containers, seconds to write them as a pool, with how many processes, and peak GiB of all of them."""
    workers = len(os.sched_getaffinity(0))
    memory = PeakMemory()
    memory.start()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder), Order("cargo", 3, RATES, scanner, carriers), scans=_MANY, workers=workers)
    seconds = time.perf_counter() - started
    return _MANY, seconds, workers, memory.stop()
