"""Makes the fakes of this folder importable, and takes one CPU thread so that bytes do not depend on the machine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parent))

from inference_fakes import DarkBlobs, MeanGoods, component


@pytest.fixture
def detector():
    return component("detector", DarkBlobs())


@pytest.fixture
def goods():
    return component("goods", MeanGoods(), labels=("steel", "textiles"))


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
