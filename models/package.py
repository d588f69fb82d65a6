"""The model package on disk: `model.json`, a safetensors file for each component, `CARD.md`. No pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from safetensors.torch import load as load_safetensors
from safetensors.torch import save as save_safetensors
from torch import nn

from models.build import build_network
from models.card import card
from models.spec import SCHEMA_VERSION, ComponentSpec, PackageSpec

MODEL_FILE = "model.json"


class PackageError(Exception):
    """A model package cannot be used; the message says which rule, what was found, and what to do."""

    def __init__(self, rule: str, found: str, remedy: str) -> None:
        super().__init__(f"{rule}; found {found}; {remedy}")


@dataclass(frozen=True, eq=False)
class Component:
    """A component's description and its network, in eval mode."""

    spec: ComponentSpec
    module: nn.Module


@dataclass(frozen=True, eq=False)
class ModelPackage:
    """A package in memory; `components` by role."""

    folder: Path
    spec: PackageSpec
    components: Mapping[str, Component]


def read_package(folder: Path) -> ModelPackage:
    """Read a package, check every hash, and build its networks.

    Raises:
        PackageError: when the folder holds no package, one of another schema version, or weights that were changed.
    """
    spec = read_spec(folder)
    return ModelPackage(folder, spec, {part.role: Component(part, _load(folder, part)) for part in spec.components})


def read_spec(folder: Path) -> PackageSpec:
    """Read `model.json` alone.

    Raises:
        PackageError: as `read_package`.
    """
    rule = "a model package is a folder with model.json"
    try:
        raw = json.loads((folder / MODEL_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PackageError(rule, f"{folder}: {error}", "name a folder that `train.py` wrote") from error
    if raw.get("schema_version") != SCHEMA_VERSION:
        found = f"schema {raw.get('schema_version')!r} in {folder}"
        raise PackageError(f"this version reads packages of schema {SCHEMA_VERSION}", found, "export it anew")
    try:
        return PackageSpec.model_validate_json(json.dumps(raw))
    except ValidationError as error:
        first = error.errors()[0]
        found = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise PackageError("model.json follows its schema", found, "export it anew with `train.py pack`") from error


def write_package(folder: Path, spec: PackageSpec, modules: Mapping[str, nn.Module]) -> PackageSpec:
    """Write a package; `modules` by role. `model.json` comes last, so a folder that has one is whole.

    Returns:
        `spec` with the hashes of the weights that were written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for part in spec.components:
        state = {key: value.detach().cpu().contiguous() for key, value in modules[part.role].state_dict().items()}
        data = save_safetensors(state)
        (folder / part.file).write_bytes(data)
        parts.append(part.model_copy(update={"sha256": hashlib.sha256(data).hexdigest()}))
    finished = spec.model_copy(update={"components": tuple(parts)})
    (folder / "CARD.md").write_text(card(finished), encoding="utf-8")
    text = json.dumps(finished.model_dump(mode="json"), indent=1, sort_keys=True)
    (folder / MODEL_FILE).write_text(text + "\n", encoding="utf-8")
    return finished


def _load(folder: Path, part: ComponentSpec) -> nn.Module:
    path = folder / Path(part.file).name
    rule = "the weights of a package are those that model.json names by hash"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PackageError(rule, f"{path}: {error.strerror}", "copy the package again, whole") from error
    digest = hashlib.sha256(data).hexdigest()
    if digest != part.sha256:
        raise PackageError(rule, f"{path.name} with SHA-256 {digest[:16]}…", "copy the package again; trust no other")
    module = build_network(part.family, **part.arguments)
    module.load_state_dict(load_safetensors(data))
    return module.eval()
