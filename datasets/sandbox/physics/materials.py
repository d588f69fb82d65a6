"""What things are made of, and how strongly they attenuate.

A material is a tuple of (compound, mass share) pairs, so that it can be a dictionary key; coefficients of a mixture
are the mean of its compounds' by mass.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from mucoeff import Flag, mu

from datasets.sandbox.physics.energies import EnergyGrid
from datasets.sandbox.physics.spectrum import Floats

Material = tuple[tuple[str, float], ...]
Part = Literal["all", "absorbed", "compton"]

ELEMENTS = {
    "H": (1, 1.008), "C": (6, 12.011), "N": (7, 14.007), "O": (8, 15.999), "Na": (11, 22.990), "Mg": (12, 24.305),
    "Al": (13, 26.982), "Si": (14, 28.085), "S": (16, 32.06), "Cl": (17, 35.45), "K": (19, 39.098), "Ca": (20, 40.078),
    "Ti": (22, 47.867), "Fe": (26, 55.845), "Cu": (29, 63.546), "Zn": (30, 65.38), "Cd": (48, 112.414),
    "I": (53, 126.904), "Cs": (55, 132.905), "W": (74, 183.84), "Pb": (82, 207.2), "U": (92, 238.029),
}  # fmt: skip
# Atoms of each compound. Nominal compositions; foods, leather and the like are stand-ins.
COMPOUNDS: dict[str, dict[str, float]] = {
    "water": {"H": 2, "O": 1},
    "cellulose": {"C": 6, "H": 10, "O": 5},
    "fat": {"C": 57, "H": 104, "O": 6},
    "protein": {"C": 4, "H": 7, "N": 1, "O": 1},
    "ethanol": {"C": 2, "H": 6, "O": 1},
    "polyethylene": {"C": 1, "H": 2},
    "polyester": {"C": 10, "H": 8, "O": 4},
    "rubber": {"C": 5, "H": 8},
    "pvc": {"C": 2, "H": 3, "Cl": 1},
    "urea": {"C": 1, "H": 4, "N": 2, "O": 1},
    "soda": {"Na": 2, "C": 1, "O": 3},
    "salt": {"Na": 1, "Cl": 1},
    "potash": {"K": 1, "Cl": 1},
    "limestone": {"Ca": 1, "C": 1, "O": 3},
    "lime": {"Ca": 1, "O": 1},
    "silica": {"Si": 1, "O": 2},
    "alumina": {"Al": 2, "O": 3},
    "titania": {"Ti": 1, "O": 2},
    "cocaine": {"C": 17, "H": 22, "Cl": 1, "N": 1, "O": 4},
    "carbon": {"C": 1},
    "magnesium": {"Mg": 1},
    "aluminium": {"Al": 1},
    "silicon": {"Si": 1},
    "iron": {"Fe": 1},
    "copper": {"Cu": 1},
    "zinc": {"Zn": 1},
    "tungsten": {"W": 1},
    "lead": {"Pb": 1},
    "uranium": {"U": 1},
    "cadmium_tungstate": {"Cd": 1, "W": 1, "O": 4},
    "caesium_iodide": {"Cs": 1, "I": 1},
}
STEEL: Material = (("iron", 1.0),)
ALUMINIUM: Material = (("aluminium", 1.0),)
LEAD: Material = (("lead", 1.0),)
WOOD: Material = (("cellulose", 0.87), ("water", 0.13))
ORGANIC: Material = (("cellulose", 1.0),)
PLASTIC: Material = (("polyethylene", 1.0),)
RUBBER: Material = (("rubber", 0.8), ("iron", 0.12), ("silica", 0.08))
GLASS: Material = (("silica", 0.86), ("lime", 0.14))


def compound_share(compound: str) -> dict[str, float]:
    """Mass share of each element of a compound.

    Raises:
        KeyError: when the compound is not in `COMPOUNDS`.
    """
    atoms = COMPOUNDS[compound]
    mass = {element: count * ELEMENTS[element][1] for element, count in atoms.items()}
    return {element: part / sum(mass.values()) for element, part in mass.items()}


def coefficients(material: Material | str, photon_kev: Floats, part: Part = "all") -> Floats:
    """Mass attenuation coefficient in cm2/g at photon energies, or a part of it.

    `absorbed` is what leaves its energy (mu_en), `compton` what scatters incoherently.

    Source: mucoeff (Boone & Chavez, Med. Phys. 23:1997, 1996; data CC-BY 4.0).

    Raises:
        ValueError: when the mass shares do not sum to 1.
        KeyError: for an unknown compound.
    """
    parts = ((material, 1.0),) if isinstance(material, str) else material
    if abs(sum(share for _, share in parts) - 1.0) > 1e-6:
        raise ValueError(f"mass shares of a material sum to 1; found {material}; mend the shares")
    kind = {"all": Flag.MU_TOT, "absorbed": Flag.MU_EN_TOT, "compton": Flag.MU_COMPTON}[part]
    total = np.zeros(photon_kev.shape)
    for compound, share in parts:
        for element, of_element in compound_share(compound).items():
            total += share * of_element * mu(kind, Z=ELEMENTS[element][0], energy_keV=photon_kev)
    return total


@cache
def mass_attenuation(material: Material, grid: EnergyGrid) -> Floats:
    """Mass attenuation coefficient in cm2/g, mean of each energy bin of a grid, shape (bins,).

    Raises:
        ValueError: when the mass shares do not sum to 1.
    """
    binned: Floats = coefficients(material, grid.fine_kev()).mean(axis=1)
    binned.flags.writeable = False
    return binned
