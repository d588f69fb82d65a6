"""Whole files of every format that is read, small, to be damaged: ours, and the samples where they are present."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tools.fuzzing.dicom_seeds import dicom_bytes, dicom_seeds, tdr_bytes
from tools.fuzzing.picture_seeds import jpeg_seeds, png_seeds, small_picture, tiff_bytes, tiff_seeds
from tools.fuzzing.planted import FAULTS

_LARGEST_SAMPLE = 80_000  # bytes: larger samples hold the same structures and only take longer
_SAMPLES = {"dicom": "ct/**/*.dcm", "dicos": "dicos/*.dcs", "jpeg": "*/images/*.jpg", "tiff": "*/images/*.tif"}
_OF_EACH = 12
_PROFILE = b"""name: fuzz-scanner
quantity: counts
channels: [{name: low, energy_kv: 100}, {name: high, energy_kv: 160}]
air: [49630, 49460]
spacing_mm: [1.5, 1.5]
geometry: {source_detector_mm: 2000, source_object_mm: 1200}
material_curves:
  steel: {areal_density_g_cm2: [0, 1, 2], attenuation: {low: [0, 0.5, 0.9], high: [0, 0.3, 0.6]}}
"""


@dataclass(frozen=True, slots=True)
class Seed:
    """A whole file: its format (a row of the table), a name, its bytes, and which reader of `readers` it is for."""

    format: str
    name: str
    content: bytes
    reader: str = "scan"


def all_seeds(samples: Path | None = None) -> tuple[Seed, ...]:
    """Every seed, sorted by format and name; `samples` is the folder of real scans, or None."""
    seeds = [*_own(), *(() if samples is None else _real(samples))]
    seeds += [replace(seed, reader="scrub") for seed in seeds if seed.reader == "scan"]
    return tuple(sorted(seeds, key=lambda seed: (seed.format, seed.name)))


def planted_seeds() -> tuple[Seed, ...]:
    """One seed for each fault made on purpose, to be read undamaged."""
    return tuple(Seed("planted", fault.decode(), fault, "planted") for fault in FAULTS)


def samples_folder() -> Path | None:
    """Where the real scans lie; None where they do not."""
    folder = Path(os.environ.get("CUSTOMS_XRAY_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))
    return folder if folder.is_dir() else None


def _own() -> Iterator[Seed]:
    picture = small_picture()
    for format_name, made in (("png", png_seeds()), ("jpeg", jpeg_seeds()), ("tiff", tiff_seeds())):
        yield from (Seed(format_name, name, content) for name, content in made)
    yield from (Seed(*made) for made in dicom_seeds(picture))
    yield Seed("series", "middle_slice", dicom_bytes(picture[None], place_mm=5), "series")
    for reader in ("pair", "joined"):
        yield Seed(reader, "png", dict(png_seeds())["grey16"], reader)
        yield Seed(reader, "tiff", tiff_bytes(picture), reader)
    yield Seed("tdr", "two_objects", tdr_bytes(), "tdr")
    yield Seed("raw", "planar16", picture.astype("<u2").tobytes() * 2, "raw")
    yield Seed("profile", "dual_energy", _PROFILE, "profile")


def _real(folder: Path) -> Iterator[Seed]:
    for format_name, pattern in _SAMPLES.items():
        fitting = [path for path in sorted(folder.glob(pattern)) if path.stat().st_size <= _LARGEST_SAMPLE]
        for path in fitting[:: max(1, len(fitting) // _OF_EACH)]:
            reader = "tdr" if path.stem.endswith("TDR") else "scan"
            yield Seed(format_name, path.relative_to(folder).as_posix(), path.read_bytes(), reader)
