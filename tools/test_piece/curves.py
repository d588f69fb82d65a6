"""The wedges of all three scans as material curves for the scanner's profile."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import yaml

from imaging.material import Beam, fit_beam
from imaging.scan import FloatImage
from tools.test_piece.regions import TestPiece
from tools.test_piece.wedge import wedge_steps

_MATERIALS = ("polyethylene", "aluminium", "steel", "lead")
_STEPS_G_CM2 = np.array([0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8, 11, 15, 20, 27, 35, 50, 70, 100])
_LEAST_RISE = 2e-3  # of the high attenuation from point to point: where a curve runs into the floor it ends


def write_curves(path: Path, pieces: list[tuple[TestPiece, FloatImage]]) -> None:
    """Write the `material_curves` block of a profile, computed with the beams of all scans."""
    beam = fit_beam([step for entry in pieces for step in wedge_steps(*entry)])
    block = {"material_curves": {material: _curve(beam, material) for material in _MATERIALS}}
    path.write_text(yaml.safe_dump(block, width=120, default_flow_style=None), encoding="utf-8")


def _curve(beam: Beam, material: str) -> dict[str, object]:
    low, high = beam.of_slab(material, _STEPS_G_CM2)
    rising = np.diff(high) > _LEAST_RISE
    count = len(high) if rising.all() else int(np.argmin(rising)) + 1
    rounded = {
        name: [round(float(value), 4) + 0.0 for value in plane[:count]]
        for name, plane in zip(("low", "high"), (low, high), strict=True)
    }
    return {"areal_density_g_cm2": [float(value) for value in _STEPS_G_CM2[:count]], "attenuation": rounded}
