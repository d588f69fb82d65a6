"""Simulated dual-energy container radiographs with declarations and truth. Numpy only; no torch."""

from datasets.sandbox.generate import Summary, generate
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import Rates

__all__ = ["Rates", "Summary", "generate", "read_scanner"]
