"""The table of what parcels are declared to hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field

from declarations.schema import Strict
from declarations.taxonomy import goods_group_of

_FILE = Path(__file__).with_name("goods.yaml")


class ParcelGoods(Strict):
    """One kind of goods that people send; see the head of goods.yaml."""

    key: str
    commodity_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    description: str
    package: str
    net_share: Annotated[float, Field(gt=0, le=1)]
    most: Annotated[int, Field(ge=1)]

    @property
    def palletised(self) -> bool:
        """Nobody sends pallets by post."""
        return False

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
def parcel_goods() -> dict[str, ParcelGoods]:
    """All goods by their keys, in the order of the file."""
    found = [ParcelGoods.model_validate(entry) for entry in yaml.safe_load(_FILE.read_text(encoding="utf-8"))]
    return {goods.key: goods for goods in found}


@cache
def parcel_goods_by_group() -> dict[str, tuple[ParcelGoods, ...]]:
    """Goods of each group that has some, groups in the order of the file."""
    groups: dict[str, list[ParcelGoods]] = {}
    for goods in parcel_goods().values():
        groups.setdefault(goods.group, []).append(goods)
    return {group: tuple(members) for group, members in groups.items()}
