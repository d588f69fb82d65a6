"""Photons that leave a source, per energy: linear accelerators and X-ray tubes.

Bremsstrahlung of an accelerator: Schiff, integrated over angle (Koch & Motz, Rev. Mod. Phys. 31:920, 1959, formula
3BS(e)), summed over the energies that an electron has while it slows down in a thick tungsten target. Tubes: a table
baked from spekpy (`scanners/tube_spectra.csv`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ELECTRON_MASS_KEV = 510.999
_TUNGSTEN = 74
_SLOWING_STEPS = 8
_TABLE = Path(__file__).with_name("scanners") / "tube_spectra.csv"


def schiff(photon_kev: Floats, electron_kev: float, atomic_number: int = _TUNGSTEN) -> Floats:
    """Photons per energy (arbitrary unit) from electrons of one kinetic energy; 0 above that energy."""
    k = photon_kev / _ELECTRON_MASS_KEV
    start = electron_kev / _ELECTRON_MASS_KEV + 1.0
    end = start - k
    emitted = end > 1.0
    end = np.where(emitted, end, 1.0)
    third = atomic_number ** (1 / 3) / 111
    b = 2 * start * end * third / k
    log_m = -np.log((k / (2 * start * end)) ** 2 + third**2)
    ratio, angle = end / start, np.arctan(b)
    first = (1 + ratio**2 - 2 / 3 * ratio) * (log_m + 1 - 2 / b * angle)
    second = ratio * (2 / b**2 * np.log1p(b**2) + 4 * (2 - b**2) / (3 * b**3) * angle - 8 / (3 * b**2) + 2 / 9)
    return np.where(emitted, np.maximum(first + second, 0.0) / k, 0.0)


def linac_photons(photon_kev: Floats, endpoint_mv: float) -> Floats:
    """Photons per energy on the axis of a linear accelerator, arbitrary unit; the target stops none of them."""
    electrons_kev = 1000 * endpoint_mv * (np.arange(_SLOWING_STEPS) + 0.5) / _SLOWING_STEPS
    # Fast electrons radiate forwards: the intensity on the axis grows with the square of their energy.
    total = sum((electron / 1000) ** 2 * schiff(photon_kev, float(electron)) for electron in electrons_kev)
    return np.asarray(total, np.float64)


def tube_photons(photon_kev: Floats, kvp: float) -> Floats:
    """Photons per energy of an unfiltered tungsten tube, arbitrary unit; 0 above its voltage.

    Raises:
        ValueError: for a voltage that is not in the table.
    """
    energies_kev, columns = _tubes()
    if kvp not in columns:
        raise ValueError(
            f"tube voltages are those of {_TABLE.name}: {sorted(columns)} kV; found {kvp}; bake it: "
            "python -m tools.bake_tube_spectra"
        )
    return np.interp(photon_kev, energies_kev, columns[kvp], right=0.0)


@cache
def _tubes() -> tuple[Floats, dict[float, Floats]]:
    lines = [line for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    values = np.array([[float(cell) for cell in line.split(",")] for line in lines[1:]])
    names = lines[0].split(",")[1:]
    return values[:, 0], {
        float(name.removeprefix("kvp_")): values[:, column] for column, name in enumerate(names, start=1)
    }
