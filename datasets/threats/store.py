"""A threat library's files <-> memory. Byte-stable: same threats, same bytes.

LIB/library.json  LIB/threats.jsonl  LIB/areal.safetensors, the last with `ID/areal` (float32, layers x rows x columns,
g/cm2) and `ID/depth_mm` (float32, rows x columns) for each line of the second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from datasets.pool.errors import PoolError
from datasets.pool.records import Operation
from datasets.threats.records import LibraryInfo, ThreatRecord
from imaging.material import mass_attenuation

Image = NDArray[np.float32]
Floats = NDArray[np.float64]

INFO_FILE, THREATS_FILE, AREAL_FILE = "library.json", "threats.jsonl", "areal.safetensors"
LEAST_G_CM2 = 0.05
"""Less is an edge that covers a few percent of a pixel."""


@dataclass(frozen=True, eq=False)
class Threat:
    """One object in one pose, alone in air.

    `areal_LHW` float32, g/cm2, a plane for each of the record's layers. `depth_mm_HW` float32: what it takes along the
    beam from whatever it stands in.
    """

    record: ThreatRecord
    areal_LHW: Image
    depth_mm_HW: Image

    @property
    def mask_HW(self) -> NDArray[np.bool_]:
        """The pixels that it covers."""
        return np.asarray(self.areal_LHW.sum(axis=0) > LEAST_G_CM2)


@dataclass(frozen=True, eq=False)
class ThreatLibrary:
    """A library in memory."""

    info: LibraryInfo
    threats: tuple[Threat, ...]

    def mass_attenuation_LK(self, layers: Sequence[str], energies_kev: Floats) -> Floats:
        """Mass attenuation coefficients of materials in cm2/g, float64 (layers, energies)."""
        rows = [
            sum(share * mass_attenuation(float(z), energies_kev) for z, share in self.info.materials[name].items())
            for name in layers
        ]
        return np.array(rows)


def write_library(
    out: Path,
    threats: Sequence[Threat],
    *,
    name: str,
    materials: dict[str, dict[int, float]],
    history: Sequence[Operation] = (),
) -> ThreatLibrary:
    """Write a library to a new or empty folder.

    Raises:
        PoolError: when the folder holds files, a threat is named twice, or its planes do not fit its record.
    """
    if out.exists() and any(out.iterdir()):
        raise PoolError("a library is written to an empty folder", f"{out} with files", "name another --out")
    planes: dict[str, NDArray[np.float32]] = {}
    for threat in threats:
        if f"{threat.record.threat_id}/areal" in planes:
            raise PoolError("a threat_id is unique", threat.record.threat_id, "name the second otherwise")
        planes[f"{threat.record.threat_id}/areal"] = np.ascontiguousarray(threat.areal_LHW, np.float32)
        planes[f"{threat.record.threat_id}/depth_mm"] = np.ascontiguousarray(threat.depth_mm_HW, np.float32)
    content = save(planes)
    lines = "".join(_line(threat.record) for threat in threats)
    info = LibraryInfo(
        name=name,
        labels=tuple(sorted({threat.record.label for threat in threats})),
        materials=dict(sorted(materials.items())),
        content_hash=_hash(content, lines),
        history=tuple(history),
    )
    library = _checked(info, [threat.record for threat in threats], planes)
    out.mkdir(parents=True, exist_ok=True)
    (out / AREAL_FILE).write_bytes(content)
    (out / THREATS_FILE).write_text(lines, encoding="utf-8", newline="\n")
    text = json.dumps(info.model_dump(mode="json"), indent=1, sort_keys=True) + "\n"
    (out / INFO_FILE).write_text(text, encoding="utf-8", newline="\n")
    return library


def read_library(path: Path) -> ThreatLibrary:
    """Read a library and check it.

    Raises:
        PoolError: when a file is missing or damaged, or does not fit the others.
    """
    try:
        info = LibraryInfo.model_validate_json((path / INFO_FILE).read_bytes())
        lines = (path / THREATS_FILE).read_text(encoding="utf-8")
        records = [ThreatRecord.model_validate_json(line) for line in lines.splitlines()]
        content = (path / AREAL_FILE).read_bytes()
        planes = load(content)
    except (OSError, UnicodeDecodeError, ValidationError, SafetensorError) as error:
        found = f"{path}: {_reason(error)}"
        raise PoolError("a threat library holds three readable files", found, "write it again") from error
    if _hash(content, lines) != info.content_hash:
        raise PoolError("a library's files are those that its hash names", f"others in {path}", "write it again")
    return _checked(info, records, planes)


def _checked(info: LibraryInfo, records: Sequence[ThreatRecord], planes: dict[str, Image]) -> ThreatLibrary:
    wanted = {f"{record.threat_id}/{part}" for record in records for part in ("areal", "depth_mm")}
    if not records or len(wanted) != 2 * len(records) or set(planes) != wanted:
        raise PoolError(
            "a library holds threats of different names, and two planes for each",
            f"{len(records)} lines, {len(wanted) // 2} names and {len(planes)} planes",
            "write it again",
        )
    threats = []
    for record in records:
        areal, depth = planes[f"{record.threat_id}/areal"], planes[f"{record.threat_id}/depth_mm"]
        fits = areal.ndim == 3 and len(areal) == len(record.layers) and areal.shape[1:] == depth.shape
        sound = fits and all(
            part.dtype == np.float32 and np.isfinite(part).all() and (part >= 0).all() for part in (areal, depth)
        )
        if not sound or not set(record.layers) <= set(info.materials) or record.label not in info.labels:
            raise PoolError(
                "a threat has a finite plane, nowhere below zero, for each of its known materials",
                f"{record.threat_id}: {areal.dtype} {areal.shape} for {record.layers}",
                "leave it out, or make it again",
            )
        threats.append(Threat(record, areal, depth))
    return ThreatLibrary(info, tuple(threats))


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return str(error).partition("\n")[0]


def _line(record: ThreatRecord) -> str:
    return json.dumps(record.model_dump(mode="json"), sort_keys=True, ensure_ascii=False) + "\n"


def _hash(content: bytes, lines: str) -> str:
    return hashlib.sha256(content + lines.encode()).hexdigest()
