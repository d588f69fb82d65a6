"""requirements.lock: hashed, and true to pyproject.toml."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def locked(root):
    found = re.findall(r"(?m)^([A-Za-z0-9._-]+)==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", root)
    return {canonicalize_name(name): version for name, version, _ in found}


def test_every_entry_is_pinned_and_hashed(root):
    text = (root / "requirements.lock").read_text()
    entries = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert len(locked(text)) == len(entries) > 50


def test_lock_satisfies_every_range(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    versions = locked((root / "requirements.lock").read_text())
    wanted = [Requirement(text) for text in (*project["dependencies"], *extras["dev"], *extras["yolo"])]
    assert len(wanted) > 20
    for requirement in wanted:
        assert versions[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def test_lock_names_no_place_of_this_machine(root):
    text = (root / "requirements.lock").read_text()
    assert not re.search(r"file:/|https?://|/home/|--index|--find-links", text)
