"""Small pools with pixels, for tests of what is done with whole pools."""

from pathlib import Path

import cv2
import numpy as np

from datasets.pool import split_of
from datasets.pool.draft import Draft, LabelledObject, ViewObjects
from datasets.pool.records import FileRecord, PoolInfo, Rights, ScanRecord, TruthRecord, UnitRecord, ViewRecord
from datasets.pool.store import file_sha256
from declarations.schema import Declaration, DeclaredPart, Line
from imaging import Quantity, write_tiff

LABELS = ("firearm", "knife")


def bag(seed: int) -> np.ndarray:
    """Transmission of a bag of a dozen things, uint16 (90, 120), unlike that of other seeds."""
    draw = np.random.default_rng(seed)
    image = np.zeros((90, 120), np.float32)
    for _ in range(12):
        thing = np.zeros_like(image)
        place, size = draw.integers((10, 10), (110, 80)).tolist(), draw.integers(4, 20, 2).tolist()
        cv2.ellipse(thing, place, size, int(draw.integers(180)), 0, 360, float(draw.uniform(0.3, 1.2)), -1)
        image += thing
    return (np.exp(-image) * 60_000).astype(np.uint16)


def scan(name: str, pixels: np.ndarray, **given) -> dict:
    """What `write` takes for a scan: pixels and fields of its record, `objects`, `declared` (lines of its unit)."""
    return {"scan_id": name, "pixels": pixels, **given}


def box(label: str = "firearm", x: float = 3.0) -> LabelledObject:
    """An object of 20 x 10 pixels."""
    return LabelledObject(label=label, bbox=(x, 5.0, 20.0, 10.0), area=200.0)


def write(root: Path, *scans: dict, sealed: bool = False, labels: tuple[str, ...] = LABELS, **info) -> Path:
    """Write a pool of scans of one view and one unit each."""
    site = info.pop("site", "here")
    with Draft(root, {}) as draft:
        for given in scans:
            values = dict(given)
            pixels, objects = values.pop("pixels"), values.pop("objects", ())
            declared, outcome = values.pop("declared", None), values.pop("outcome", "clean")
            record = _record(draft.root, values.pop("scan_id"), pixels, declared, {"site": site} | values, labels)
            draft.add_scan(record, None if sealed else [ViewObjects(view_id="view0", objects=tuple(objects))])
            if declared is not None and draft.declaration(declared) is None:
                line = Line(line_no=1, commodity_code="090121", gross_mass_kg=10)
                draft.add_declaration(Declaration(declaration_id=declared, lines=(line,)))
            if not sealed:
                draft.add_truth(TruthRecord(unit_id=record.units[0].unit_id, outcome=outcome, basis="simulated"))
        draft.finish(PoolInfo(**({"name": root.name, "labels": labels, "sites": (site,)} | info)), sealed=sealed)
    return root


def _record(root: Path, name: str, pixels: np.ndarray, declared: str | None, given: dict, labels) -> ScanRecord:
    path = root / "images" / f"{name}.tiff"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_tiff(path, pixels[None])
    file = FileRecord(path=f"images/{path.name}", channels=("single",), sha256=file_sha256(path))
    view = ViewRecord(
        view_id="view0", quantity=Quantity.UNKNOWN, channels=("single",), files=(file,), size_hw=pixels.shape
    )
    parts = () if declared is None else (DeclaredPart(declaration_id=declared),)
    group = given.pop("group", name)
    values = {
        "scan_id": name,
        "scanner": "s",
        "split": split_of(group),
        "group": group,
        "rights": Rights(licence="x", may_train=True, may_redistribute=True),
        "examined_for": labels,
        "exam_basis": "simulated",
        "views": (view,),
        "units": (UnitRecord(unit_id=f"u{name}", kind="bag", declarations=parts),),
    }
    return ScanRecord(**(values | given))


def files_of(root: Path) -> dict[str, bytes]:
    """Bytes of every file below a folder, by relative path."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
