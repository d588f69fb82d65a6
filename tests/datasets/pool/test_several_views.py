"""A scan of two views is read, merged and split as one scan."""

import numpy as np
import pytest

from datasets.duplicates import near_duplicate_pairs, scan_prints
from datasets.merge import merge_pools
from datasets.pool import read_pool
from datasets.pool.draft import Draft
from datasets.pool.records import FileRecord, PoolInfo, ViewRecord
from datasets.pool.store import file_sha256
from datasets.pool.stream import PoolStream
from datasets.verbs.outcome import quietly
from imaging import Quantity, write_tiff
from tests.datasets.pooling import bag

from .conftest import a_box, annotated, scan_record


@pytest.fixture
def pair(tmp_path):
    """A pool with one scan from above and from the side, annotated from the side."""
    root = tmp_path / "pair"
    with Draft(root, {}) as draft:
        views = []
        for number, name in enumerate(("view1", "view0")):
            path = draft.root / "images" / f"{name}.tiff"
            path.parent.mkdir(exist_ok=True)
            write_tiff(path, bag(number)[number:][None])
            file = FileRecord(path=f"images/{name}.tiff", channels=("single",), sha256=file_sha256(path))
            views.append(
                ViewRecord(
                    view_id=name,
                    quantity=Quantity.UNKNOWN,
                    channels=("single",),
                    files=(file,),
                    size_hw=(90 - number, 120),
                )
            )
        draft.add_scan(scan_record("both", views=tuple(views)), [annotated(a_box())])
        draft.finish(PoolInfo(name="pair", labels=("gun", "knife"), sites=("here",)))
    return root


def test_views_keep_their_names_and_order(pair):
    pool = read_pool(pair)
    scan = pool.read_scan(pool.scans[0])
    assert [view.view_id for view in scan.views] == ["view1", "view0"]
    assert np.array_equal(scan.views[0].pixels[0], bag(0))
    assert np.array_equal(scan.views[1].pixels[0], bag(1)[1:])
    assert len(scan.source.files) == 2


def test_scans_are_alike_where_any_of_their_views_are(pair):
    pool = read_pool(pair)
    prints = list(scan_prints("both", pool.read_scan(pool.scans[0])))
    assert list(near_duplicate_pairs([*prints, ("side", prints[1][1])])) == [("both", "side")]


def test_they_are_merged_with_what_is_annotated_in_either(pair, tmp_path):
    with Draft(tmp_path / "empty", {}) as draft:
        draft.finish(PoolInfo(name="empty", labels=("gun",), sites=("there",)))
    merge_pools([pair, tmp_path / "empty"], tmp_path / "out", name="out", track=quietly)
    (entry,) = PoolStream(tmp_path / "out").entries()
    assert [view.view_id for view in entry.scan.views] == ["view1", "view0"]
    assert [view.view_id for view in entry.annotated] == ["view0"]
