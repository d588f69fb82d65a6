"""What lies in a folder: every file in one input, of one kind, and the list on disk."""

import os
from pathlib import Path

import numpy as np
import pytest

from datasets.anonymise.inputs import found_inputs
from datasets.pool.errors import PoolError
from imaging import write_png


def test_every_file_is_an_input_of_one_kind_by_name(tmp_path):
    for name in ("b_lo", "b_hi", "a"):
        write_png(tmp_path / f"{name}.png", np.eye(9, dtype=np.uint16))
    for name in ("z.csv", "m.json", "notes.txt"):
        (tmp_path / name).write_text("x")
    (tmp_path / "out.png").symlink_to(tmp_path.parent)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.csv")).write_text("x")
    with found_inputs(tmp_path, None) as inputs:
        found = {kind: {one.name: one for one in inputs.of(kind)} for kind in ("table", "scan", "other")}
    assert {kind: list(ones) for kind, ones in found.items()} == {
        "table": ["\\xff.csv", "m.json", "z.csv"],
        "scan": ["a", "b"],
        "other": ["notes.txt", "out"],
    }
    assert [file.name for file in found["scan"]["b"].files] == ["b_lo.png", "b_hi.png"]
    assert found["table"]["\\xff.csv"].files[0].read_text() == "x"
    assert found["other"]["out"].reason == "a link that leaves the folder, or no regular file"
    assert found["scan"]["a"].reason == ""


def test_a_folder_of_nothing_is_refused(tmp_path):
    with pytest.raises(PoolError, match="holds files"), found_inputs(tmp_path, None):
        pass
