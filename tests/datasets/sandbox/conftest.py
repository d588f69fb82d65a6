"""One small pool with everything in it, coarse so that it is quick; and the scene behind any scan."""

import pytest

from datasets.pool import read_pool
from datasets.sandbox import Rates, generate
from datasets.sandbox.physics.scanner import read_scanner
from datasets.sandbox.simulate import lay
from tests.datasets.sandbox.ordering import order_of, plan_of

SCANNER, SEED, SCANS, RATES = read_scanner().at_pitch(48.0), 5, 60, Rates(0.5, 0.4, 0.1)


@pytest.fixture(scope="session")
def small_pool(tmp_path_factory):
    """Sixty scans at 48 mm: half with contraband, four in ten falsely declared, one in ten empty."""
    folder = tmp_path_factory.mktemp("sandbox") / "pool"
    generate(folder, order_of(SEED, RATES, SCANNER), scans=SCANS)
    return read_pool(folder)


@pytest.fixture(scope="session")
def scene_of():
    """The plan of a scan of one 20 ft container and its scene, laid again from the seed."""

    def laid(seed, index, rates):
        plan = plan_of(seed, index, rates)
        return plan, lay(seed, plan)[0]

    return laid
