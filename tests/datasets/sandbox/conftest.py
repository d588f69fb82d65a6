"""One small pool with everything in it, coarse so that it is quick; and the scene behind any scan."""

import pytest

from datasets.pool import read_pool
from datasets.sandbox import Rates, generate
from datasets.sandbox.carriers.container import chassis, container
from datasets.sandbox.contraband.hiding import hide_contraband
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.plan import plan_scan, scan_rng
from datasets.sandbox.scene import Scene, load_goods

SCANNER, SEED, SCANS, RATES = read_scanner().at_pitch(48.0), 5, 60, Rates(0.5, 0.4, 0.1)


@pytest.fixture(scope="session")
def small_pool(tmp_path_factory):
    """Sixty scans at 48 mm: half with contraband, four in ten falsely declared, one in ten empty."""
    folder = tmp_path_factory.mktemp("sandbox") / "pool"
    generate(folder, scans=SCANS, seed=SEED, rates=RATES, scanner=SCANNER)
    return read_pool(folder)


@pytest.fixture(scope="session")
def scene_of():
    """The plan of a scan and its scene, laid again from the seed."""

    def lay(seed, index, rates):
        plan = plan_scan(seed, index, rates)
        rng = scan_rng(seed, index, 2)
        loads = load_goods(plan.goods, rng) if plan.goods else ()
        inserts = hide_contraband(loads, scan_rng(seed, index, 5)) if plan.contraband else ()
        return plan, Scene(container(), chassis(rng), loads, inserts)

    return lay
