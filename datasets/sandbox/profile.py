"""The profile of the simulated scanner, with calibration curves measured in the simulator itself.

    python -m datasets.sandbox.profile configs/scanners/sandbox_linac_6_4.yaml

writes it again, byte for byte.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import yaml

from datasets.sandbox.detector import AIR_COUNTS, expected
from datasets.sandbox.materials import ALUMINIUM, LEAD, ORGANIC, STEEL, Material
from datasets.sandbox.projection import ArealDensity
from datasets.sandbox.spectrum import HIGH_MV, LOW_MV
from imaging.profile import ChannelEntry, MaterialCurve, ScannerProfile
from imaging.scan import Quantity

NAME = "sandbox_linac_6_4"
PITCH_MM = 12.0
OPAQUE_TRANSMISSION = 5e-4  # where quantum noise reaches 10 % of a pixel and scatter a few tens of percent
CALIBRATED: dict[str, Material] = {"organic": ORGANIC, "aluminium": ALUMINIUM, "steel": STEEL, "lead": LEAD}
_AREAL_G_CM2 = (0.0, 0.5, 1.0, 2.0, 4.0, 7.0, 10.0, 15.0, 20.0, 30.0, 40.0, 55.0, 70.0, 90.0, 110.0, 135.0, 160.0,
                190.0, 220.0, 260.0, 300.0)  # fmt: skip


def sandbox_profile(pitch_mm: float = PITCH_MM) -> ScannerProfile:
    """Profile of the simulated 6/4 MV interlaced linear accelerator at a pixel pitch."""
    return ScannerProfile(
        name=NAME if pitch_mm == PITCH_MM else f"{NAME}_{pitch_mm:g}mm",
        quantity=Quantity.COUNTS,
        channels=[
            ChannelEntry(name="low", energy_kv=LOW_MV * 1000),
            ChannelEntry(name="high", energy_kv=HIGH_MV * 1000),
        ],
        air=[AIR_COUNTS, AIR_COUNTS],
        spacing_mm=[pitch_mm, pitch_mm],
        opaque_transmission=OPAQUE_TRANSMISSION,
        material_curves={name: _curve(material, pitch_mm) for name, material in CALIBRATED.items()},
        source=(
            "Simulated (datasets/sandbox); parallel beam, so that the spacing holds at every depth; curves of uniform "
            "slabs, scatter included; attenuation data: mucoeff, CC-BY 4.0"
        ),
    )


def profile_text(profile: ScannerProfile) -> str:
    """The profile as YAML; the same profile gives the same text."""
    record = profile.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(record, sort_keys=True, width=118, default_flow_style=None)


def _curve(material: Material, pitch_mm: float) -> MaterialCurve:
    """-ln T of slabs that fill the field, through the chain that scans go through, noise apart."""
    slabs_MHW = np.broadcast_to(np.array(_AREAL_G_CM2), (1, 9, len(_AREAL_G_CM2)))
    # Each slab is rendered alone: the blur along rows must not mix neighbours of the wedge.
    columns = [
        expected(ArealDensity((material,), slabs_MHW[:, :, k : k + 1]), pitch_mm) for k in range(len(_AREAL_G_CM2))
    ]
    attenuation_CN = np.array([-np.log(column[:, 4, 0].astype(np.float64)) for column in columns]).T
    return MaterialCurve(
        areal_density_g_cm2=list(_AREAL_G_CM2),
        attenuation={
            name: [abs(round(value, 5)) for value in row.tolist()]
            for name, row in zip(("low", "high"), attenuation_CN, strict=True)
        },
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(profile_text(sandbox_profile()), encoding="utf-8", newline="\n")
