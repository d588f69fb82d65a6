"""The table of goods that the simulator can load."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field

from datasets.sandbox.physics.materials import Material
from declarations.schema import Strict
from declarations.taxonomy import goods_group_of

_FILE = Path(__file__).with_name("goods.yaml")
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(gt=0, le=1)]


class Grain(Strict):
    """What differs from its neighbours inside packages: its size, and by how much (relative, standard deviation)."""

    size_mm: Positive
    contrast: Positive


class Goods(Strict):
    """One kind of goods: its code, and what its packages are like. See the head of goods.yaml."""

    key: str
    commodity_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    description: str
    density_t_m3: tuple[Positive, Positive]
    basis: Literal["S", "E"]
    source: str
    style: Literal[
        "cartons", "bags", "rolls", "drums", "tyres", "coils", "bundles", "bales", "crates", "appliances", "cars"
    ]
    package: str
    size_mm: tuple[Positive, Positive, Positive]
    palletised: bool = False
    core: Share | None = None
    mixed: bool = False
    grain: Grain | None = None
    softness: Annotated[float, Field(ge=0, le=1)]
    net_share: Share
    material: dict[str, Share]

    @property
    def composition(self) -> Material:
        """The material mix as a material."""
        return tuple(self.material.items())

    @property
    def group(self) -> str:
        """Goods group of the commodity code.

        Raises:
            ValueError: when no group of the taxonomy claims the code.
        """
        found = goods_group_of(self.commodity_code)
        if found is None:
            raise ValueError(
                f"every commodity code of goods.yaml has a goods group; found {self.commodity_code} of {self.key!r}; "
                "choose a code of a group in goods_groups.yaml"
            )
        return found


@cache
def all_goods() -> tuple[Goods, ...]:
    """All goods, in the order of the file."""
    return tuple(Goods.model_validate(entry) for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@cache
def goods_by_group() -> dict[str, tuple[Goods, ...]]:
    """Goods of each group that has some, groups in the order of the file."""
    groups: dict[str, list[Goods]] = {}
    for goods in all_goods():
        groups.setdefault(goods.group, []).append(goods)
    return {group: tuple(members) for group, members in groups.items()}
