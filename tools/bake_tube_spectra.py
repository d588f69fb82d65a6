"""`python -m tools.bake_tube_spectra`: writes datasets/sandbox/physics/scanners/tube_spectra.csv again, byte for byte.

Needs spekpy 2.5.4 (200 MB with its dependencies, which is why its answer is kept and not the package): make an
environment for it, `pip install spekpy==2.5.4`, and run this with that Python.
"""

from __future__ import annotations

from pathlib import Path

KVP = (100, 120, 140, 160)
STEP_KEV = 2
TABLE = Path(__file__).resolve().parent.parent / "datasets" / "sandbox" / "physics" / "scanners" / "tube_spectra.csv"
_HEAD = """\
# Photons per keV of tungsten tubes, anode angle 20 degrees, no filter at all, each column of sum 1.
# spekpy 2.5.4 (Poludniowski et al., Med. Phys. 48:3630, 2021), baked by `python -m tools.bake_tube_spectra`.
"""


def main() -> None:
    """Compute, thin out, write."""
    import spekpy  # type: ignore[import-not-found]  # noqa: PLC0415 -- not a dependency: see above

    columns = {}
    for kvp in KVP:
        spectrum = spekpy.Spek(kvp=kvp, th=20, dk=0.5, targ="W")
        energies, photons = spectrum.get_spectrum()
        bins = [0.0] * (max(KVP) // STEP_KEV)
        for energy, count in zip(energies.tolist(), photons.tolist(), strict=True):
            bins[min(int(energy // STEP_KEV), len(bins) - 1)] += count
        columns[kvp] = [count / sum(bins) for count in bins]
    rows = ["energy_kev," + ",".join(f"kvp_{kvp}" for kvp in KVP)]
    for index in range(max(KVP) // STEP_KEV):
        middle = (index + 0.5) * STEP_KEV
        rows.append(f"{middle:g}," + ",".join(f"{columns[kvp][index]:.6g}" for kvp in KVP))
    TABLE.write_text(_HEAD + "\n".join(rows) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
