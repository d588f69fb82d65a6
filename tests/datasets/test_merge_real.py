"""Four sets of real scans of four scanners and a simulated pool make one pool whose sides share nothing."""

import json
import subprocess
import sys

import pytest

from datasets.checks.run import problems_at
from datasets.leaks import leaks
from datasets.merge import merge_pools
from datasets.pool.draft import Draft
from datasets.pool.stream import PoolStream
from datasets.regroup import alike_in, keep_prints
from datasets.resplit import split_pool
from datasets.verbs import import_
from datasets.verbs.outcome import quietly
from imaging import read_scan

SETS = ("metro_scenes", "subway_bags", "airport_blades", "cabinet_knives")
pytestmark = [pytest.mark.real, pytest.mark.slow]


def imported(source, out):
    import_.run(
        source=source, site=source.name, out=out, layout="coco", labels=None, examined_for=(), licence="academic",
        may_train=True, may_redistribute=False, scanner_key="", group_key="group", track=quietly,
    )  # fmt: skip
    return out


def test_real_and_simulated_scans_make_one_pool_without_leaks(root, real_data, tmp_path):
    pools = [imported(real_data / name, tmp_path / name) for name in SETS]
    simulate = [sys.executable, "sandbox.py", "--scans", "20", "--seed", "3", "--workers", "1"]
    subprocess.run([*simulate, "--out", str(tmp_path / "sandbox")], cwd=root, check=True, capture_output=True)
    done = merge_pools([*pools, tmp_path / "sandbox"], tmp_path / "all", name="all", track=quietly)
    stream = PoolStream(tmp_path / "all")
    assert stream.count() == 1248 + 20 - done.duplicates
    assert (done.refused, done.leaks) == ((), ())
    groups = {
        image["group"] for image in json.loads((real_data / "subway_bags" / "annotations.json").read_text())["images"]
    }
    joined = {scan.group for scan in stream.scans() if scan.site == "subway_bags"}
    assert len(joined) <= len(groups) - 25, "subway bags that were scanned several times, as looking at them told"
    assert problems_at(tmp_path / "all") == []
    scans = {scan.scan_id: scan for scan in stream.scans()}
    assert {scan.site for scan in scans.values()} == {*SETS, "sandbox"}
    with Draft(tmp_path / "prints", {}) as draft:  # the leak report once more, from the files as they lie there
        for record in scans.values():
            path = stream.root / record.views[0].files[0].path
            if record.site != "sandbox":
                keep_prints(draft, record.scan_id, read_scan(path))
        assert list(leaks(scans.values(), alike_in(draft))) == []
    split_pool(tmp_path / "all", tmp_path / "one", ["site=metro_scenes"], track=quietly)
    split_pool(tmp_path / "all", tmp_path / "two", ["site=metro_scenes"], track=quietly)
    for name in ("pool.json", "scans.jsonl", "annotations.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
