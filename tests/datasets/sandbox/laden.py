"""Loads without a scene: one box of goods, and decks of pallets under those that come on them."""

from datasets.sandbox.cargo.packing import PALLET_X, PALLET_Y
from datasets.sandbox.physics.materials import WOOD
from datasets.sandbox.scene import Load
from datasets.sandbox.shapes import Box


def load_of(goods, mass_kg=9000.0, packages=300, pallets=8):
    """A load of about a mass: pallets of 20 kg come on top of it."""
    boxes = [Box(0, 2000, 0, 2000, 200, 1700, goods.composition, mass_kg / 6000)]
    if goods.palletised:
        deck = Box(0, PALLET_X, 0, PALLET_Y, 122, 144, WOOD, 20 / (PALLET_X * PALLET_Y * 22 * 1e-6))
        boxes += [deck.moved(dx=1100 * k) for k in range(pallets)]
    return Load(goods, tuple(boxes), packages)


def loads_of(consignment, rng):
    """Loads of a consignment with masses and counts of their own: three packages or more, to be told in two lines."""
    return tuple(load_of(goods, rng.uniform(500, 20_000), int(rng.integers(3, 900))) for goods in consignment.goods)


def told_of(consignment):
    """The goods that a consignment's trader will name."""
    if consignment.falsehood == "goods_swapped":
        return (consignment.declared_as, *consignment.goods[1:])
    return consignment.goods[:-1] if consignment.falsehood == "undeclared_goods" else consignment.goods


def wording(lines):
    """What a line says without its masses and counts."""
    return [
        (line.commodity_code, line.nomenclature, line.language, line.description, line.packages[0].type)
        for line in lines
    ]
