"""Small pools, written with a draft."""

import pytest

from datasets.pool import split_of
from datasets.pool.draft import Draft, LabelledObject, ViewObjects
from datasets.pool.records import FileRecord, PoolInfo, Rights, ScanRecord, UnitRecord, ViewRecord
from imaging import Quantity

RIGHTS = Rights(licence="x", may_train=True, may_redistribute=True)


def scan_record(name: str, *, view_count: int = 1, units: tuple[UnitRecord, ...] = (), **given) -> ScanRecord:
    """A scan whose files are not written; fields may be given."""
    group = given.pop("group", name)
    values = {
        "scan_id": name,
        "site": "here",
        "scanner": "s",
        "split": split_of(group),
        "group": group,
        "rights": RIGHTS,
        "examined_for": ("gun", "knife"),
        "exam_basis": "simulated",
        "views": tuple(view_record(name, number) for number in range(view_count)),
        "units": units,
    }
    return ScanRecord(**(values | given))


def view_record(name: str, number: int = 0, sha256: str | None = None) -> ViewRecord:
    """A view of 20 x 30 pixels of one channel."""
    stem = name.encode("utf-8", "surrogatepass").hex()  # any name, and yet a path
    file = FileRecord(path=f"images/{stem}.{number}.tiff", channels=("single",), sha256=sha256 or f"{stem}.{number}")
    return ViewRecord(
        view_id=f"view{number}", quantity=Quantity.UNKNOWN, channels=("single",), files=(file,), size_hw=(20, 30)
    )


def a_box(label: str = "gun", x: float = 2.0) -> LabelledObject:
    """An object of 5 x 4 pixels."""
    return LabelledObject(label=label, bbox=(x, 3.0, 5.0, 4.0), area=20.0)


def annotated(*objects: LabelledObject, view: int = 0) -> ViewObjects:
    """What is annotated in one view."""
    return ViewObjects(view_id=f"view{view}", objects=objects)


@pytest.fixture
def info() -> PoolInfo:
    """Head of a pool with two labels."""
    return PoolInfo(name="small", labels=("gun", "knife"), sites=("here",))


@pytest.fixture
def draft(tmp_path):
    """A draft of `tmp_path / "pool"`."""
    with Draft(tmp_path / "pool", {"verb": "test"}) as opened:
        yield opened
