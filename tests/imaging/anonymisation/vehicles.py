"""Vehicles as maps of depth in g/cm2 on squares of 20 mm: drawn by hand, and built by the simulator without noise."""

import numpy as np

from datasets.sandbox.carriers.field import field_of_view
from datasets.sandbox.carriers.traffic import CARRIERS
from datasets.sandbox.physics.projection import project
from datasets.sandbox.physics.scanner import DEFAULT, read_scanner

GROUND = 200  # row of the ground in drawn pictures


def blank_road(columns=700, rows=210):
    return np.zeros((rows, columns), np.float32)


def block(depth_HW, columns, heights_mm, depth):
    """Add a block between columns and between heights over the ground."""
    low, high = (round(height / 20) for height in heights_mm)
    depth_HW[GROUND - high : GROUND - low, columns[0] : columns[1]] += depth
    return depth_HW


def tractor_and_trailer(depth_HW, start=30):
    """A tractor of 2.2 m with its engine, a gap of 0.7 m, a trailer of 8 m, all on a frame and wheels."""
    block(depth_HW, (start, start + 110), (500, 3200), 3.0)
    block(depth_HW, (start + 30, start + 80), (500, 1100), 60.0)
    block(depth_HW, (start + 20, start + 560), (700, 1000), 20.0)
    block(depth_HW, (start + 145, start + 545), (1000, 3900), 8.0)
    for at in (40, 150, 420, 480):
        block(depth_HW, (start + at, start + at + 45), (0, 900), 30.0)
    return depth_HW


def van(depth_HW, start=30, bonnet=40, slope=50, length=290):
    """A van: a bonnet to 1.1 m, a windscreen of `slope` columns to a roof of 2.6 m, upright at the rear."""
    for column in range(length):
        rise = 0 if column < bonnet else min(1.0, (column - bonnet) / max(slope, 1))
        block(depth_HW, (start + column, start + column + 1), (300, 1100 + 1500 * rise), 4.0)
    for at in (20, 220):
        block(depth_HW, (start + at, start + at + 35), (0, 700), 25.0)
    return depth_HW


def upright(depth_HW, columns=(60, 660), high_mm=3900):
    """A container on a wagon: upright at both ends."""
    block(depth_HW, columns, (1000, high_mm), 8.0)
    block(depth_HW, (columns[0] + 10, columns[1] - 10), (600, 1000), 25.0)
    for at in (30, 500):
        block(depth_HW, (columns[0] + at, columns[0] + at + 45), (0, 900), 30.0)
    return depth_HW


def person(depth_HW, x, feet_mm=0.0, head=16.0, trunk=30.0):
    """One who stands at a column: a head of 200 mm on a neck of 120 mm and shoulders of 440 mm, 1.7 m tall."""
    for half, low, high, depth in (
        (5, 1480, 1700, head),
        (3, 1400, 1480, head),
        (11, 850, 1400, trunk),
        (8, 0, 850, trunk),
    ):
        block(depth_HW, (x - half, x + half), (feet_mm + low, feet_mm + high), depth)
    return depth_HW


def simulated(name, seed, people=()):
    """Depth of a carrier without cargo, with boxes of people added; what the field shows begins at `seen`."""
    carrier = CARRIERS[name].build(np.random.default_rng(seed))
    field = field_of_view(read_scanner(DEFAULT).at_pitch(20.0), carrier.seen)
    boxes = (*carrier.boxes, *(box for unit in carrier.units for box in unit.shell), *people)
    maps_MHW = project(boxes, field).maps_MHW
    return maps_MHW.sum(axis=0).astype(np.float32), carrier.seen
