"""The profile of a virtual scanner, with calibration curves measured in the simulator itself.

    python -m datasets.sandbox.profile configs/scanners/sandbox_linac_6_4.yaml

writes it again, byte for byte.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import yaml

from datasets.sandbox.physics.detector import equal_quanta, expected
from datasets.sandbox.physics.materials import ALUMINIUM, LEAD, ORGANIC, STEEL, Material
from datasets.sandbox.physics.projection import ArealDensity
from datasets.sandbox.physics.scanner import Fan, Scanner, read_scanner
from imaging.profile import ChannelEntry, DetectorEntry, GeometryEntry, MaterialCurve, ScannerProfile
from imaging.scan import Quantity

CALIBRATED: dict[str, Material] = {"organic": ORGANIC, "aluminium": ALUMINIUM, "steel": STEEL, "lead": LEAD}
_CARGO_G_CM2 = (0.0, 0.5, 1.0, 2.0, 4.0, 7.0, 10.0, 15.0, 20.0, 30.0, 40.0, 55.0, 70.0, 90.0, 110.0, 135.0, 160.0,
                190.0, 220.0, 260.0, 300.0)  # fmt: skip
_BAG_G_CM2 = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 11.0, 15.0, 20.0, 27.0, 35.0, 50.0)


_LEAST_SIGNAL = 1e-9  # far below what any detector tells from nothing


def sandbox_profile(scanner: Scanner) -> ScannerProfile:
    """Profile of a virtual scanner, its curves measured in the simulator itself."""
    geometry = scanner.geometry.value
    fan = geometry if isinstance(geometry, Fan) else None
    holds = "parallel beam, so that the spacing holds at every depth"
    if fan is not None:
        holds = "fan beam, the spacing holds in the middle of the unit"
    pitch_mm = scanner.pitch_mm.value
    return ScannerProfile(
        name=scanner.name,
        quantity=Quantity.COUNTS,
        channels=[
            ChannelEntry(name=channel.name, energy_kv=_energy_kv(channel.source.kind, channel.source.voltage))
            for channel in scanner.channels
        ],
        air=[scanner.air_counts] * len(scanner.channels),
        spacing_mm=[pitch_mm, pitch_mm],
        geometry=None if fan is None else GeometryEntry(source_detector_mm=fan.source_detector_mm),
        detector=DetectorEntry(
            quanta=[round(value, 1) for value in equal_quanta(scanner).tolist()],
            electronic=[round(scanner.electronic_counts.value / scanner.air_counts, 9)] * len(scanner.channels),
            point_spread_px=scanner.point_spread_px.value,
            interlace_px=scanner.interlace_px.value,
        ),
        opaque_transmission=scanner.opaque_transmission.value,
        material_curves={name: _curve(material, scanner) for name, material in CALIBRATED.items()},
        source=(
            f"Simulated (datasets/sandbox); {holds}; curves of uniform slabs, scatter included; attenuation data: "
            "mucoeff, CC-BY 4.0"
        ),
    )


def _energy_kv(kind: str, voltage: float) -> float:
    return 1000 * voltage if kind == "linac" else voltage


def profile_text(profile: ScannerProfile) -> str:
    """The profile as YAML; the same profile gives the same text."""
    record = profile.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(record, sort_keys=True, width=118, default_flow_style=None)


def _curve(material: Material, scanner: Scanner) -> MaterialCurve:
    """-ln T of slabs that fill the field, through the chain that scans go through, noise apart."""
    depths = _CARGO_G_CM2 if scanner.channels[0].source.kind == "linac" else _BAG_G_CM2
    slabs_MHW = np.broadcast_to(np.array(depths), (1, 9, len(depths)))
    # Each slab is rendered alone: the blur along rows must not mix neighbours of the wedge.
    columns = [expected(ArealDensity((material,), slabs_MHW[:, :, k : k + 1]), scanner) for k in range(len(depths))]
    seen_CN = np.array([column[:, 4, 0] for column in columns], np.float64).T
    seen_CN = seen_CN[:, (seen_CN > _LEAST_SIGNAL).all(axis=0)]
    attenuation_CN = -np.log(seen_CN)
    return MaterialCurve(
        areal_density_g_cm2=list(depths[: seen_CN.shape[1]]),
        attenuation={
            channel.name: [abs(round(value, 5)) for value in row.tolist()]
            for channel, row in zip(scanner.channels, attenuation_CN, strict=True)
        },
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(profile_text(sandbox_profile(read_scanner())), encoding="utf-8", newline="\n")
