"""The two canonical vocabularies: goods groups (by HS prefix) and contraband labels."""

from declarations.taxonomy.contraband import ContrabandLabel, contraband_labels
from declarations.taxonomy.goods import GoodsGroup, goods_group_of, goods_groups

__all__ = ["ContrabandLabel", "GoodsGroup", "contraband_labels", "goods_group_of", "goods_groups"]
