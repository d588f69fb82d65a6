"""Join components of several runs into one package."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from models.package import PackageError, read_package, write_package
from models.spec import PackageSpec


def pack(folders: Sequence[Path], out: Path, *, name: str) -> PackageSpec:
    """Write a package of all components found in `folders`; nothing is calibrated yet.

    Raises:
        PackageError: when two components answer the same role, or `out` is one of the sources.
    """
    packages = [read_package(folder) for folder in folders]
    parts = [part for package in packages for part in package.spec.components]
    roles = [part.role for part in parts]
    if len(set(roles)) != len(roles) or not roles:
        raise PackageError("a package holds one component for each role", f"{roles}", "leave out the second one")
    if out.resolve() in {folder.resolve() for folder in folders}:
        raise PackageError("a package is written beside its sources", f"--out {out} among them", "name another --out")
    pools = dict.fromkeys(package.spec.pool_hash for package in packages)
    spec = PackageSpec(
        name=name,
        components=tuple(parts),
        pool_hash=" ".join(pools),
        rights=tuple(sorted({right for package in packages for right in package.spec.rights})),
        code_version=packages[0].spec.code_version,
    )
    modules = {role: part.module for package in packages for role, part in package.components.items()}
    return write_package(out, spec, modules)
