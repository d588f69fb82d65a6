"""Simulated dual-energy container radiographs with declarations and truth. Numpy only; no torch."""

from datasets.sandbox.generate import Summary, generate
from datasets.sandbox.plan import Rates
from datasets.sandbox.scanner import read_scanner

__all__ = ["Rates", "Summary", "generate", "read_scanner"]
