"""Beams, matter, geometry and detectors: boxes in the beam -> counts. Knows nothing of cargo."""
