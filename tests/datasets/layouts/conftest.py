"""Folders as they are published, written from a table of paths, and read back with what was wrong in them."""

import json
import os

import pytest

from datasets.layouts import Dirt


@pytest.fixture
def lay(tmp_path):
    """Write files below a new folder: bytes and text as they stand, anything else as JSON; returns the folder."""

    def write(files, folder="source"):
        root = tmp_path / folder
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            plain = content if isinstance(content, str | bytes) else json.dumps(content)
            path.write_bytes(plain if isinstance(plain, bytes) else plain.encode())
        return root

    return write


@pytest.fixture
def gather():
    """Read a source: scans by name, in order, and counts of dirt."""

    def run(read, source, **options):
        dirt = Dirt()
        scans = list(read(source, dirt, **options))
        assert len({scan.name for scan in scans}) == len(scans)
        assert all(os.path.commonpath([source, file]) == str(source) for scan in scans for file in scan.views[0].files)
        return {scan.name: scan for scan in scans}, dict(dirt.counts)

    return run


@pytest.fixture
def boxes():
    """Labels and boxes of the only view of a scan."""

    def of(scan):
        (view,) = scan.views
        return [(one.label, one.bbox) for one in view.objects]

    return of
