"""Simulated dual-energy scans with declarations and truth. Numpy only; no torch."""

from datasets.sandbox.generate import Summary, generate
from datasets.sandbox.kinds import KINDS, Order
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import Rates

__all__ = ["KINDS", "Order", "Rates", "Summary", "generate", "read_scanner"]
