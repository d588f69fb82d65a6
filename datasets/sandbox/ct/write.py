"""A simulated CT to files: both energies as DICOM and as DICOS-shaped CT, labels as TIFF, objects as JSON.

The files are those of `imaging.writing`: one multi-frame file an energy, every level kept, rescale to Hounsfield units.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from datasets.sandbox.ct.scanner import CHANNELS
from datasets.sandbox.ct.simulate import SimulatedCT
from datasets.sandbox.ct.spectra import CHANNEL_BEAMS
from imaging.scan import Channel, Quantity, View
from imaging.writing import write_scan, write_tiff
from imaging.writing.whole import write_whole

_ENERGY_KV: dict[str, float] = {channel.name: channel.source.voltage for channel in CHANNEL_BEAMS}


@dataclass(frozen=True, slots=True)
class WrittenCT:
    """The files of one scan; `dicom` and `dicos` low before high, as `read_scan` takes them together."""

    dicom: tuple[Path, ...]
    dicos: tuple[Path, ...]
    labels: Path
    objects: Path


def write_ct(folder: Path, name: str, scan: SimulatedCT) -> WrittenCT:
    """Write a scan into a folder that exists; the same scan gives the same bytes.

    `NAME_low.dcm` and `NAME_high.dcm` are plain DICOM (enhanced CT), `NAME_low.dcs` and `NAME_high.dcs` DICOS-shaped
    CT; `NAME.labels.tif` holds `labels_DHW`, `NAME.objects.json` what each label is.

    Raises:
        UnsupportedScan: for a volume of one slice, which TIFF could not give back.
        OSError: when the folder cannot be written to.
    """
    dicom = write_dicom(folder, name, scan)
    dicos = tuple(
        file for energy, view in _views(scan) for file in write_scan(folder / f"{name}_{energy}.dcs", view, "dicos")
    )
    labels, objects = folder / f"{name}.labels.tif", folder / f"{name}.objects.json"
    write_tiff(labels, scan.labels_DHW[None])
    write_whole(objects, _described(scan).encode())
    return WrittenCT(dicom, dicos, labels, objects)


def write_dicom(folder: Path, name: str, scan: SimulatedCT) -> tuple[Path, ...]:
    """Write `NAME_low.dcm` and `NAME_high.dcm`, enhanced CT, into a folder that exists.

    Raises:
        OSError: when the folder cannot be written to.
    """
    return tuple(
        file for energy, view in _views(scan) for file in write_scan(folder / f"{name}_{energy}.dcm", view, "dicom")
    )


def _views(scan: SimulatedCT) -> list[tuple[str, View]]:
    pairs = zip(CHANNELS, (scan.low_DHW, scan.high_DHW), strict=True)
    return [(energy, _view(energy, levels_DHW, scan)) for energy, levels_DHW in pairs]


def _view(energy: str, levels_DHW: NDArray[np.uint16], scan: SimulatedCT) -> View:
    return View(
        "0",
        levels_DHW[None],
        (Channel(energy, _ENERGY_KV[energy]),),
        Quantity.UNKNOWN,  # neither counts nor attenuation of a beam: the rescale says what a level is
        spacing_mm=scan.spacing_mm,
        rescale=scan.rescale,
    )


def _described(scan: SimulatedCT) -> str:
    content = {
        "spacing_mm": scan.spacing_mm,
        "mass_kg": round(scan.mass_kg, 4),
        "objects": [asdict(one) for one in scan.objects],
    }
    return json.dumps(content, indent=1, sort_keys=True) + "\n"
