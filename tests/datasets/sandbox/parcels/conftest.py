"""Small pools of parcels and bags: radiographs at 8 mm, volumes at 10 mm."""

import pytest

from datasets.pool import read_pool
from datasets.sandbox import Order, Rates, generate, read_scanner
from datasets.sandbox.ct import CtScanner

SEED, SCANS = 5, 4
RATES = Rates(0.6, 0.4, 0.1)
SCANNERS = {
    "parcel": read_scanner("tunnel_140_parcels").at_pitch(8.0),
    "ct": CtScanner(pixels=60, pitch_mm=8.0, slice_mm=16.0, views=40),
}


@pytest.fixture(scope="session")
def order_parcels():
    """An order of one kind."""

    def order(kind, rates=RATES, seed=SEED, carriers=("parcel", "bag")):
        return Order(kind, seed, rates, SCANNERS[kind], carriers)

    return order


@pytest.fixture(scope="session", params=["parcel", "ct"])
def kind(request):
    """Each kind of scan that parcels and bags have."""
    return request.param


@pytest.fixture(scope="session")
def parcel_pool(tmp_path_factory, order_parcels, kind):
    """A pool of four scans."""
    folder = tmp_path_factory.mktemp(kind) / "pool"
    generate(folder, order_parcels(kind), scans=SCANS)
    return read_pool(folder)
