"""What a file's name says: its energy, and whether it is a scan at all. The only table of name tokens."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

_ENERGIES = {"_high": "high", "_low": "low", "_hi": "high", "_lo": "low"}
_KINDS = ("", "_dx", "_ct")  # DICOS writers name the kind of file behind the energy
_TOKENS = {energy + kind: channel for energy, channel in _ENERGIES.items() for kind in _KINDS}
_RENDERINGS = ("_colored", "_coloured", "_color", "_colour", "_rgb")
_SIDE_SUFFIXES = (
    *(".csv", ".tsv", ".json", ".jsonl", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".log", ".db", ".md5"),
    *(".txt", ".md", ".html", ".htm", ".pdf", ".xls", ".xlsx", ".doc", ".docx", ".sha256", ".py", ".sh"),
)  # archives are not among them: scans may be inside
_SYSTEM_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".gitignore", ".gitkeep"})


def energy_of(path: PurePath) -> str | None:
    """`low` or `high` where the name ends in `_lo`, `_low`, `_hi`, `_high`, also before `_dx` or `_ct`, in any case."""
    token = _token(path.stem)
    return None if token is None else _TOKENS[token]


def stem_without_energy(path: PurePath) -> str:
    """The file's name without suffix and energy token, as text that can be written as UTF-8."""
    token = _token(path.stem)
    return as_text(path.stem if token is None else path.stem[: -len(token)])


def rendering_stem(path: PurePath) -> str | None:
    """The name of the scan that a vendor's colour rendering (`_colored` and the like) belongs to, else None."""
    stem = path.stem
    token = next((token for token in _RENDERINGS if stem.lower().endswith(token) and len(stem) > len(token)), None)
    return None if token is None else as_text(stem[: -len(token)])


def side_file_reason(path: Path) -> str | None:
    """Why a file of this name is no scan; None where it may be one."""
    if path.name.lower() in _SYSTEM_NAMES or path.name.startswith("._"):
        return "left by the operating system, not a scan"
    return f"a {path.suffix.lower()} side file, not a scan" if path.suffix.lower() in _SIDE_SUFFIXES else None


def as_text(name: str) -> str:
    """A file name as text: bytes that are no UTF-8 are written as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _token(stem: str) -> str | None:
    lower = stem.lower()
    return next((token for token in _TOKENS if lower.endswith(token) and len(stem) > len(token)), None)
