"""For the whole suite: offline by force, real data found or skipped, and a small pool of every kind."""

import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings

from configs.offline import stay_offline

stay_offline()
settings.register_profile("house", derandomize=True, deadline=None)
settings.load_profile("house")

ROOT = Path(__file__).resolve().parent.parent
_LOOPBACK = ("127.", "::1", "localhost")
_connect, _connect_ex, _look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo


class NetworkUsedError(AssertionError):
    """Something reached for the network."""


def _refuse_outside(address):
    host = address[0] if isinstance(address, tuple) else None
    if host is not None and not str(host).startswith(_LOOPBACK):
        raise NetworkUsedError(f"nothing may reach the network; found a connection to {host}; take it out")


def _guarded_connect(self, address):
    _refuse_outside(address)
    return _connect(self, address)


def _guarded_connect_ex(self, address):
    _refuse_outside(address)
    return _connect_ex(self, address)


def _guarded_look_up(host, *arguments, **keywords):
    if host not in (None, "", socket.gethostname()):
        _refuse_outside((host,))
    return _look_up(host, *arguments, **keywords)


@pytest.fixture(scope="session", autouse=True)
def no_network():
    """Block INET sockets outside loopback for every test."""
    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", _guarded_connect)
    patch.setattr(socket.socket, "connect_ex", _guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", _guarded_look_up)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real scans; the test skips where it is not there."""
    folder = Path(os.environ.get("CUSTOMS_XRAY_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no real scans at {folder}; set CUSTOMS_XRAY_DATA")
    return folder
