"""Simulated dual-energy computed tomography of parcels and bags. Numpy and scipy only; no torch."""

from datasets.sandbox.ct.scanner import CtScanner
from datasets.sandbox.ct.simulate import SimulatedCT, simulate_ct
from datasets.sandbox.ct.write import WrittenCT, write_ct

__all__ = ["CtScanner", "SimulatedCT", "WrittenCT", "simulate_ct", "write_ct"]
