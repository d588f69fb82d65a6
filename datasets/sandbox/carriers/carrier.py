"""Units that goods are declared for, and the vehicles, wagons and rollers that bring them through the beam.

One frame for a whole scan, in millimetres: x along the travel, y along the beam, z up from the underside of the units.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from datasets.sandbox.shapes import Box, Space

UnitKind = Literal["container", "van", "pallet", "parcel", "bag"]
Hollows = Mapping[str, tuple[Space, ...]]


@dataclass(frozen=True, eq=False)
class Unit:
    """A container, the body of a van, a pallet: something with room for goods, empty.

    Attributes:
        kind: As pools name it.
        iso_type: Size and type code of ISO 6346 of a container, else None.
        shell: Its structure.
        outside: Bounds of the shell.
        inside: Room for cargo.
        payload_kg: The most that it is loaded with.
        hollows: Room within the structure, by place (such as `floor` or `reefer`): where things are hidden.
    """

    kind: UnitKind
    iso_type: str | None
    shell: tuple[Box, ...]
    outside: Space
    inside: Space
    payload_kg: float
    hollows: Hollows = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Carrier:
    """What passes the scanner at once.

    Attributes:
        boxes: The vehicle without its units.
        units: In the order of travel, the front one first.
        seen: What the scanner covers of it.
        hollows: Room within the vehicle, by place (such as `tyre`).
    """

    boxes: tuple[Box, ...]
    units: tuple[Unit, ...]
    seen: Space
    hollows: Hollows = field(default_factory=dict)
