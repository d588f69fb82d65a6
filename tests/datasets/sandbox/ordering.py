"""Orders and plans of cargo for tests: one 20 ft container a scan unless a test asks for more."""

from datasets.sandbox import Order
from datasets.sandbox.carriers.container import SIZES, container
from datasets.sandbox.carriers.field import field_of_view
from datasets.sandbox.carriers.traffic import CARRIERS
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import plan_scan, scan_rng
from datasets.sandbox.scene import load_goods

ONE = ("container_20",)
BOX = container(SIZES["20"])
CONTAINER_20 = CARRIERS["container_20"].build(scan_rng(0, 0, 2))
SEEN = CONTAINER_20.seen


def order_of(seed, rates, scanner=None, carriers=ONE):
    """An order of cargo."""
    return Order("cargo", seed, rates, scanner or read_scanner(), carriers)


def field_of(scanner):
    """The field around a 20 ft container."""
    return field_of_view(scanner, SEEN)


def plan_of(seed, index, rates):
    """The plan of a scan of one 20 ft container."""
    return plan_scan(seed, index, rates, ONE)


def lone(plan):
    """The one consignment of a plan; None where the unit is empty or several traders fill it."""
    (unit,) = plan.units
    return unit.consignments[0] if len(unit.consignments) == 1 else None


def laid_in(goods, rng):
    """What of some goods could be laid in a 20 ft container."""
    return tuple(load for load in load_goods(goods, BOX, rng) if load is not None)
