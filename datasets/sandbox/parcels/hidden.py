"""What pools say of a hidden thing: its canonical label, its matter and where it lies."""

from __future__ import annotations

from datasets.sandbox.labels import Scalar
from datasets.sandbox.parcels.scenes import Scene
from datasets.sandbox.parcels.voxels import Thing

CANONICAL = {
    "narcotics": "narcotics", "firearm": "firearm", "firearm_parts": "firearm", "ammunition": "ammunition",
    "currency": "currency", "cigarettes": "cigarettes", "shielded_box": "shielding",
}  # fmt: skip
"""Labels of declarations/taxonomy/contraband.yaml, by the keys of `FORBIDDEN`."""

LABELS = tuple(sorted(set(CANONICAL.values())))
_MATTER = {
    "narcotics": "cocaine", "firearm": "steel", "firearm_parts": "steel", "ammunition": "lead and brass",
    "currency": "paper", "cigarettes": "tobacco", "shielded_box": "lead",
}  # fmt: skip


def label_of(thing: Thing) -> str:
    """Canonical label of a hidden thing."""
    return CANONICAL[_key(thing)]


def about(scene: Scene, thing: Thing, mass_kg: float) -> dict[str, Scalar]:
    """Mass, matter and placement of a hidden thing: among the goods of its parcel, or alone in it."""
    others = any(other.category is not None and not other.contraband for other in scene.things)
    return {
        "mass_kg": round(mass_kg, 3),
        "material": _MATTER[_key(thing)],
        "placement": "goods" if others else "empty",
    }


def _key(thing: Thing) -> str:
    if thing.category is None:
        raise ValueError(f"what is hidden has a category; found {thing.name!r} without; give it one in forbidden.py")
    return thing.category
