"""A line scan with known faults: the truth that calibration has to find again."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from imaging import Channel, Quantity, View, find_scans, read_profile, read_scan

AIR = (50000.0, 40000.0)
SIGMA = 0.003  # of air, in a single value


@dataclass
class LineScan:
    """Counts (2, elements, lines): two walls, a roof, a shelf one element high, and a box, with air all around."""

    elements: int = 96
    lines: int = 200
    seed: int = 1
    gain_CE: object = 1.0
    jitter_CL: object = 0.0
    dark: float = 0.0
    truth: np.ndarray = field(init=False)

    def __post_init__(self):
        truth = np.ones((2, self.elements, self.lines))
        truth[:, 20:80, 40:160] = 0.8  # a container's walls
        truth[:, 20, 40:160] = 0.55  # its roof, one element high
        truth[:, 50, 45:155] = 0.6  # a shelf
        truth[:, 74:80, 40:160] = 0.35  # its floor
        truth[:, 60:74, 70:110] *= np.array([0.3, 0.4])[:, None, None]  # a box
        self.truth = truth

    def counts(self):
        rng = np.random.default_rng(self.seed)
        air = np.array(AIR)[:, None, None]
        noise = SIGMA * np.sqrt(self.truth) * rng.standard_normal(self.truth.shape)
        gain = np.broadcast_to(self.gain_CE, (2, self.elements))[..., None]
        jitter = np.broadcast_to(self.jitter_CL, (2, self.lines))[:, None, :]
        return self.dark + air * gain * (1 + jitter) * (self.truth + noise)

    def view(self, dtype=np.uint16, air=AIR):
        counts = self.counts()
        pixels = np.rint(counts).astype(dtype) if np.issubdtype(dtype, np.integer) else counts.astype(dtype)
        return View("0", pixels, (Channel("low"), Channel("high")), Quantity.COUNTS, air=air)


@pytest.fixture(scope="session")
def line_scan():
    return LineScan


def turned(view):
    """The same view with the detector along its columns."""
    return replace(view, pixels=np.ascontiguousarray(np.swapaxes(view.pixels, -1, -2)))


@pytest.fixture(scope="session")
def turn():
    return turned


@pytest.fixture(scope="session")
def bags(real_data, root):
    profile = read_profile(root / "configs" / "scanners" / "dual_energy_bags.yaml")
    found = [one for one in find_scans(real_data / "dual_energy_bags") if one.skip_reason is None]
    return [read_scan(one.files, profile, scan_id=one.scan_id).view for one in found]
