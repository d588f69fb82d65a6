"""`python -m tools.sandbox_validation`: measures the simulator and writes docs/sandbox-validation.md with its plots."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from datasets.sandbox.carriers.field import field_of_view
from datasets.sandbox.carriers.traffic import carrier_names
from datasets.sandbox.physics.scanner import Scanner, read_scanner, scanner_names
from tools.sandbox_validation.bags import (
    HEIGHTS,
    SLABS,
    numbers_of_slabs,
    real_noise,
    real_ratio_curve,
    simulated_noise,
)
from tools.sandbox_validation.beams import (
    MATERIALS,
    PUBLISHED_TENTH_CM,
    penetration_mm,
    ratio_curve,
    tenth_layers_cm,
)
from tools.sandbox_validation.images import blur_sigma_px, noise_figures
from tools.sandbox_validation.plots import ratio_plot, real_plot
from tools.sandbox_validation.sensitivity import contrast_percent, resolution_mm, wire_mm
from tools.sandbox_validation.sheets import write_sheet
from tools.sandbox_validation.speed import SEEN, boxes, many, one_scan
from tools.steps import ROOT, commit, machine, real_data

DOC = ROOT / "docs" / "sandbox-validation.md"
IMAGES = ROOT / "docs" / "images"
_GANTRY = "linac_6_4_gantry"
_REAL_HEIGHTS = np.array([0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0])


def main() -> None:
    """Measure, plot, write."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    linacs = [read_scanner(name) for name in scanner_names() if name.startswith("linac")]
    tunnel = read_scanner("tunnel_160_bags")
    IMAGES.mkdir(parents=True, exist_ok=True)
    ratio_plot([*(one for one in linacs if len(one.channels) == 2), tunnel], IMAGES / "sandbox_ratio_curves.png")
    write_sheet(IMAGES / "sandbox_cargo.jpg", "cargo", 12, _GANTRY)
    write_sheet(IMAGES / "sandbox_parcels.jpg", "parcel", 12)
    write_sheet(IMAGES / "sandbox_ct.jpg", "ct", 3)
    parts = [
        _head(),
        _layers(read_scanner(_GANTRY)),
        _penetration([*linacs, tunnel]),
        "![R against -ln T](images/sandbox_ratio_curves.png)\n",
        _sensitivity([*linacs, tunnel]),
        _noise([*linacs, tunnel]),
        _numbers(tunnel),
        _beside_real(tunnel, real_data()),
        _speed(read_scanner(_GANTRY)),
        _rest(),
    ]
    DOC.write_text("\n".join(parts), encoding="utf-8")
    print(f"written: {DOC}")


def _head() -> str:
    return f"""# The simulator beside what is published

Written by `make validation`; {time.strftime("%Y-%m-%d")}, commit {commit()}, {machine()}.
Every figure of a virtual scanner that is not measured or sourced is marked as an estimate in its file
(`datasets/sandbox/physics/scanners`). No claim is made for any real machine.
"""


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def _layers(scanner: Scanner) -> str:
    rows = []
    for name in MATERIALS:
        layers = tenth_layers_cm(scanner.channels[-1], name)
        mean, published = float(np.mean(layers)), PUBLISHED_TENTH_CM[name]
        each = ", ".join(f"{layer:.2f}" for layer in layers)
        rows.append((name, each, f"{mean:.2f}", published, f"{100 * (mean / published - 1):+.1f} %"))
    head = ("material", "first to fourth layer, cm", "mean", "published mean", "difference")
    text = "Published is the mean of the layers; each alone, growing as the beam hardens, has nothing to stand beside."
    return f"## Tenth-value layers at 6 MV, narrow beam\n\n{_table(head, rows)}\n{text}\n"


def _penetration(scanners: Sequence[Scanner]) -> str:
    rows = [(one.name, one.what, f"{penetration_mm(one):.0f}") for one in scanners]
    text = (
        "Steel behind which a block of 10 cm, a fifth thicker, stands five times above its noise, after the manner of "
        "ANSI N42.46\n(its text was not at hand). Published bands: 200 to 450 mm for accelerators, 300 to 400 mm at 6 "
        "to 9 MV, 25 to 50 mm at 160 kV."
    )
    return f"## Penetration\n\n{_table(('scanner', 'what', 'mm of steel'), rows)}\n{text}\n"


def _sensitivity(scanners: Sequence[Scanner]) -> str:
    rows = []
    for one in scanners:
        depths = (0.0, 100.0, 200.0) if one.channels[0].source.kind == "linac" else (0.0, 10.0, 20.0)
        rows.append((
            one.name,
            ", ".join(f"{wire_mm(one, depth):.2g} behind {depth:.0f}" for depth in depths),
            ", ".join(f"{contrast_percent(one, depth):.2g} % at {depth:.0f}" for depth in depths[1:]),
            f"{resolution_mm(one):.1f}",
        ))  # fmt: skip
    head = ("scanner", "steel wire of 10 cm seen, mm", "change of a 10 cm plate of steel seen", "finest line, mm")
    text = (
        "Seen is what stands five times above the noise of all pixels that it changes, by someone who knows where to "
        "look; the finest line\nkeeps a tenth of its modulation. Published bands for accelerators: contrast 1 to 4 %, "
        "resolution 3 to 5 mm. Doses and spreads\nof the virtual scanners are estimates, and so is what follows from "
        "them."
    )
    return f"## Wires, contrast, resolution\n\n{_table(head, rows)}\n{text}\n"


def _noise(scanners: Sequence[Scanner]) -> str:
    rows = []
    for one in scanners:
        figures = noise_figures(one)
        rows.append((
            one.name,
            ", ".join(f"{value:.2f}" for value in figures.excess_measured),
            ", ".join(f"{value:.2f}" for value in figures.excess_beams),
            ", ".join(f"{value:.1f}" for value in figures.floor_counts),
            one.electronic_counts.value,
            f"{figures.whiteness:.2f}",
            f"{blur_sigma_px(one):.2f}",
            one.point_spread_px.value,
        ))  # fmt: skip
    head = (
        "scanner", "excess factor, measured", "of the beams", "floor, counts", "as stated", "low over high frequencies",
        "blur, px", "as stated",
    )  # fmt: skip
    text = (
        "The variance of flat fields rises straight with their mean; its slope gives the excess factor. The blur is "
        "cut off at two pixels,\nwhich makes it a little smaller than stated."
    )
    return f"## Noise and sharpness\n\n{_table(head, rows)}\n{text}\n"


def _numbers(scanner: Scanner) -> str:
    rows = [
        (name, number, *(f"{found:.2f}" for found in numbers_of_slabs(scanner, name)))
        for name, (_, number) in SLABS.items()
    ]
    head = ("slab", "Z", *(f"-ln T {height:g}" for height in HEIGHTS))
    text = "Beams fitted to wedges of aluminium, steel and polyethylene that the same scanner saw; noise included."
    return f"## Effective atomic number of uniform slabs, {scanner.name}\n\n{_table(head, rows)}\n{text}\n"


def _beside_real(scanner: Scanner, data: Path) -> str:
    heights = _REAL_HEIGHTS
    real_plot(scanner, data, heights, IMAGES / "sandbox_beside_real.png")
    rows = []
    for name in ("aluminium", "steel"):
        real, ours = real_ratio_curve(name, heights), ratio_curve(scanner, name, heights)
        rows.append((f"R of {name}, real", *(f"{value:.3f}" for value in real)))
        rows.append((f"R of {name}, simulated", *(f"{value:.3f}" for value in ours)))
        rows.append(("difference", *(f"{100 * (b / a - 1):+.1f} %" for a, b in zip(real, ours, strict=True))))
    rows.append(("noise of -ln T, real (at most)", *(f"{value:.4f}" for value in real_noise(data, heights))))
    rows.append(("noise, simulated", *(f"{value:.4f}" for value in simulated_noise(scanner, heights))))
    head = ("", *(f"-ln T {height:g}" for height in heights))
    text = (
        "Three real scans of a standard test piece, of a tunnel whose voltage, filters and detectors are not known.\n"
        "Its low energy is harder than ours: steel differs by what a thicker first layer or more filter would make.\n"
        "The noise of the real scans is told from neighbouring pixels and holds what texture is left, so it is an\n"
        "upper bound; the dose of the virtual tunnel is set by it at -ln T 0.25."
    )
    picture = "![beside a real tunnel](images/sandbox_beside_real.png)\n"
    return f"## {scanner.name} beside a real tunnel\n\n{_table(head, rows)}\n{text}\n\n{picture}"


def _speed(scanner: Scanner) -> str:
    field, one = field_of_view(scanner, SEEN), one_scan(scanner, ("container_20",))
    any_carrier = one_scan(scanner, carrier_names())
    few, lots = boxes(scanner, 1000), boxes(scanner, 8000)
    count, seconds, workers, peak = many(scanner, ("container_20",))
    _, seconds_mixed, _, peak_mixed = many(scanner, carrier_names())
    rows = [
        (f"one {field.columns}x{field.rows} container, one process, median (quartiles)",
         f"{one.median:.2f} s ({one.first:.2f}, {one.third:.2f})", "1.2 s for 1024x512"),
        ("one scan of all traffic, most of them larger, median (quartiles)",
         f"{any_carrier.median:.2f} s ({any_carrier.first:.2f}, {any_carrier.third:.2f})", ""),
        ("8,000 boxes over 1,000", f"{lots / few:.1f} ({lots:.2f} s, {few:.2f} s)", "10"),
        (f"{count} containers as a pool, {workers} processes", f"{seconds:.0f} s", "150 s on 2 cores"),
        (f"{count} scans of all traffic as a pool", f"{seconds_mixed:.0f} s", ""),
        (f"peak memory of {workers} workers and their parent", f"{peak:.2f} GiB", "0.5 GB each worker"),
        ("the same for all traffic", f"{peak_mixed:.2f} GiB", "0.5 GB each worker"),
    ]  # fmt: skip
    return f"## Speed, {scanner.name}, all of the physics on\n\n{_table(('what', 'measured', 'allowed'), rows)}"


def _rest() -> str:
    return """\
## What tests hold besides

| check | where |
|---|---|
| coefficients within 1 % of XCOM at its nodes from 0.2 to 9 MeV up to Z 50, 2 % above | `test_xcom.py` |
| transmission of wedges convex, energies ordered, 22 (48) bins within 1 % of thousands | `test_attenuation.py` |
| excess factor against photons counted one by one, flat fields, faults of the machine | `test_detector.py` |
| level and reach of scatter within 20 % of a Monte-Carlo, every scanner, organic and steel | `test_scatter.py` |
| chords against traced rays in both geometries, similar triangles, mass closure | `test_projection.py` |
| labels against objects rendered alone; opaque, half hidden and faint objects | `test_hiding.py`, `test_labels.py` |
| grain of goods: mass, level and reach of the texture | `test_texture.py` |
| loads that lean, sag and bulge keep their mass and do not stand in each other | `test_disorder.py` |
| outlines, masses, drivers and hollows of carriers | `carriers/` |
| chords through parcels in the fan, masses, labels | `parcels/` |
| CT: water, plastics, cocaine, aluminium, starvation, streaks, masses | `ct/` |

## What it looks like

![cargo](images/sandbox_cargo.jpg)

Cargo in a 6/4 MV gantry: `python sandbox.py --out POOL --scans 12 --seed 4 --scanner linac_6_4_gantry
--contraband_rate 0.6 --preview sheet.png`.

![parcels and bags](images/sandbox_parcels.jpg)

Parcels and bags in a 140 kV tunnel: `python sandbox.py --kind parcel --out POOL --scans 12 --seed 4
--contraband_rate 0.6 --preview sheet.png`.

![CT of parcels and bags](images/sandbox_ct.jpg)

The mean of all slices of two parcels and a bag: `python sandbox.py --kind ct --out POOL --scans 3 --seed 4
--contraband_rate 0.6 --preview sheet.png`.

Not done: a projected threat against a full render (the threat projection is not built); the focal spot is part of the
point spread and does not change with depth; the spectrum does not soften off the axis.
"""


if __name__ == "__main__":
    main()
