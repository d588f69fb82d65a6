"""Offline, our own `datasets`, and scripts that answer `--help` without loading torch."""

import socket
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest

import datasets
from models.version import __version__

SCRIPTS = ("train", "infer", "evaluate", "pool", "sandbox")
PROBE = """
import runpy, sys
sys.argv = {argv!r}
try:
    runpy.run_path({script!r}, run_name="__main__")
except SystemExit as end:
    code = end.code
heavy = {{"torch", "albumentations", "ultralytics", "lightning"}}
loaded = sorted({{name.split(".")[0] for name in sys.modules}} & heavy)
print("EXIT", code, loaded)
"""


def probe(root, script, *arguments):
    argv = [f"{script}.py", *arguments]
    code = PROBE.format(argv=argv, script=str(root / f"{script}.py"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_loads_no_torch(root, script):
    assert "EXIT 0 []" in probe(root, script, "--help")


@pytest.mark.parametrize("verb", ["fit", "pack", "calibrate"])
def test_help_of_a_verb_loads_no_torch(root, verb):
    assert "EXIT 0 []" in probe(root, "train", verb, "--help")


@pytest.mark.parametrize("script", SCRIPTS)
def test_wrong_use_exits_with_2_and_no_traceback(root, script):
    out = probe(root, script, "--no_such_option", "1")
    assert "EXIT 2" in out
    assert "Traceback" not in out


def test_datasets_is_ours(root):
    assert datasets.__file__ == str(root / "datasets" / "__init__.py")


def test_network_is_blocked_outside_loopback():
    with socket.socket() as outside, pytest.raises(AssertionError, match="nothing may reach the network"):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(AssertionError, match="nothing may reach the network"):
        socket.getaddrinfo("example.invalid", 80)
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


def test_both_opencv_packages_have_one_version():
    assert metadata.version("opencv-python") == metadata.version("opencv-python-headless")


def test_malicious_lightning_releases_are_excluded_by_name(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    (lightning,) = [entry for entry in project["dependencies"] if entry.startswith("lightning")]
    assert "!=2.6.2" in lightning
    assert "!=2.6.3" in lightning
    assert metadata.version("lightning") not in ("2.6.2", "2.6.3")


def test_version_stands_once(root):
    assert tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"] == __version__


def test_no_tests_folder_is_a_package(root):
    assert list((root / "tests").rglob("__init__.py")) == []
