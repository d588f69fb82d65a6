"""Mass attenuation coefficients of elements and of the materials of calibration wedges.

Source: mucoeff (Boone and Chavez, Med. Phys. 23:1997, 1996; data CC-BY 4.0), total with coherent scattering, 1 keV to
50 MeV, within 0.9 % of XCOM from 0.2 to 9 MeV.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from mucoeff import Flag, mu
from numpy.typing import NDArray

from imaging.errors import ProfileError

Floats = NDArray[np.float64]

# Mass shares by atomic number. Names are those of the curves in a scanner profile.
COMPOSITIONS: dict[str, dict[int, float]] = {
    "polyethylene": {1: 0.1437, 6: 0.8563},
    "organic": {1: 0.0622, 6: 0.4445, 8: 0.4933},  # cellulose
    "pmma": {1: 0.0805, 6: 0.5998, 8: 0.3196},
    "water": {1: 0.1119, 8: 0.8881},
    "aluminium": {13: 1.0},
    "steel": {26: 1.0},
    "copper": {29: 1.0},
    "lead": {82: 1.0},
    "uranium": {92: 1.0},
}
COMPOSITIONS["pe"] = COMPOSITIONS["polyethylene"]
COMPOSITIONS["cellulose"] = COMPOSITIONS["wood"] = COMPOSITIONS["organic"]
COMPOSITIONS["iron"] = COMPOSITIONS["metal"] = COMPOSITIONS["steel"]


def mass_attenuation(material: str | float, energies_kev: Floats) -> Floats:
    """Mass attenuation coefficients in cm2/g, float64 of the shape of `energies_kev` (1 to 50,000 keV).

    `material` is a name of `COMPOSITIONS`, or an atomic number from 1 to 100; between two elements the coefficient is
    interpolated in double logarithm, which is what an effective atomic number means here.

    Raises:
        ProfileError: for a name that is not known or a number outside the table.
    """
    if isinstance(material, str):
        if material not in COMPOSITIONS:
            raise ProfileError(
                f"a wedge is made of one of {sorted(COMPOSITIONS)}", f"{material!r}", "name the material so"
            )
        parts = [share * _element(z, tuple(energies_kev)) for z, share in COMPOSITIONS[material].items()]
        total: Floats = np.sum(parts, axis=0)
        return total
    if not 1 <= material <= 100:
        raise ProfileError("atomic numbers go from 1 to 100", f"{material}", "name an element")
    below, above = int(np.floor(material)), int(np.ceil(material))
    first, second = _element(below, tuple(energies_kev)), _element(above, tuple(energies_kev))
    if below == above:
        return first
    place = np.log(material / below) / np.log(above / below)
    between: Floats = first ** (1 - place) * second**place
    return between


@cache
def _element(atomic_number: int, energies_kev: tuple[float, ...]) -> Floats:
    values: Floats = np.asarray(mu(Flag.MU_TOT, Z=atomic_number, energy_keV=np.asarray(energies_kev)), np.float64)
    values.setflags(write=False)  # shared by everyone who asks for the same
    return values
