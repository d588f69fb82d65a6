"""A pool in which every check finds everything as it should be, and ways to edit its files."""

import json

import cv2
import numpy as np

from datasets.pool import image_ids, split_of, write_pool
from datasets.pool.records import (
    AnnotatedImage,
    Annotation,
    Annotations,
    Category,
    FileRecord,
    Operation,
    PoolInfo,
    Rights,
    ScanRecord,
    TruthRecord,
    UnitRecord,
    ViewRecord,
)
from datasets.pool.store import content_hash, file_sha256, truth_hash
from declarations.schema import Declaration, DeclaredPart, Line
from imaging import Quantity, ScannerProfile, write_tiff

LABELS = ("firearm", "narcotics")
SIZE_HW = (64, 80)
CHANNELS = ("low", "high")


def picture(seed, size_hw=SIZE_HW):
    """Smooth random counts of two channels, unlike those of other seeds."""
    coarse = np.random.default_rng(seed).uniform(500, 60_000, (8, 10)).astype(np.float32)
    low = cv2.resize(coarse, size_hw[::-1], interpolation=cv2.INTER_CUBIC).clip(1, 65_000)
    return np.stack([low, (low * 60_000) ** 0.5]).astype(np.uint16)


def scan_of(root, number, size_hw):
    name = f"s{number:03}"
    path = root / "images" / f"{name}.tiff"
    write_tiff(path, picture(number, size_hw))
    file = FileRecord(path=f"images/{name}.tiff", channels=CHANNELS, sha256=file_sha256(path))
    view = ViewRecord(
        view_id="view0", quantity=Quantity.COUNTS, channels=CHANNELS, files=(file,), size_hw=size_hw, spacing_mm=(4, 4)
    )
    part = DeclaredPart(declaration_id=f"d{number:03}", line_nos=(1, 2), gross_mass_kg=20)
    return ScanRecord(
        scan_id=name,
        site="here",
        scanner=("one", "two")[number // 2 % 2],
        captured="2024-05",
        split=split_of(f"g{number:03}"),
        group=f"g{number:03}",
        rights=Rights(licence="CC0-1.0", may_train=True, may_redistribute=True),
        examined_for=LABELS,
        exam_basis="simulated",
        views=(view,),
        units=(UnitRecord(unit_id=f"u{number:03}", declarations=(part,)),),
    )


def sound_pool(root, count=24, size_of=lambda number: SIZE_HW, holds=lambda number: True):
    """Scans of two scanners, each with a unit, a declaration of two lines, and one object where `holds`."""
    (root / "images").mkdir(parents=True)
    (root / "masks").mkdir()
    scans = [scan_of(root, number, size_of(number)) for number in range(count)]
    write_tiff(root / "masks" / "s000.tiff", np.zeros((1, *SIZE_HW), np.uint8))
    mask = FileRecord(path="masks/s000.tiff", channels=("labels",), sha256=file_sha256(root / "masks" / "s000.tiff"))
    ids = image_ids(scans)
    images = [
        AnnotatedImage(
            id=ids[scan.scan_id, "view0"],
            scan_id=scan.scan_id,
            view_id="view0",
            file_name=scan.views[0].files[0].path,
            height=scan.views[0].size_hw[0],
            width=scan.views[0].size_hw[1],
            mask=None if place else mask,
        )
        for place, scan in enumerate(scans)
    ]
    boxes = [
        Annotation(
            id=number + 1,
            image_id=number + 1,
            category_id=1 + number % 2,
            bbox=(10, 12, 20, 16),
            visible_bbox=(12, 14, 10, 8) if number % 3 == 0 else None,
            segmentation=((10, 12, 29, 12, 29, 27),) if number % 3 == 1 else (),
            area=200,
        )
        for number in range(count)
        if holds(number)
    ]
    lines = tuple(Line(line_no=no, commodity_code="090121", gross_mass_kg=10, net_mass_kg=9) for no in (1, 2))
    write_pool(
        root,
        PoolInfo(
            name="sound",
            labels=LABELS,
            sites=("here",),
            scanners=tuple(
                ScannerProfile(
                    name=name, quantity=Quantity.COUNTS, channels=[{"name": c} for c in CHANNELS], air=[60_000, 60_000]
                )
                for name in ("one", "two")
            ),
            history=(Operation(verb="sandbox"),),
        ),
        scans,
        [Declaration(declaration_id=f"d{number:03}", lines=lines) for number in range(count)],
        [TruthRecord(unit_id=f"u{number:03}", outcome="clean", basis="simulated") for number in range(count)],
        Annotations(
            images=tuple(images),
            annotations=tuple(boxes),
            categories=tuple(Category(id=number, name=name) for number, name in enumerate(LABELS, start=1)),
        ),
    )
    return root


def edit_lines(path, change):
    """Hand the records of a file of lines to `change`, as dictionaries, and write what it left."""
    records = [json.loads(line) for line in path.read_text().splitlines()]
    change(records)
    path.write_text("".join(json.dumps(record, sort_keys=True) + "\n" for record in records))


def edit_object(path, change):
    """Hand the object of a file to `change`, and write what it left."""
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document, sort_keys=True))


def reseal(root):
    """Write the hashes that the files have now into pool.json."""
    edit_object(
        root / "pool.json",
        lambda info: info.update(content_hash=content_hash(root), truth_hash=truth_hash(root)),
    )


def store_anew(root, number, pixels):
    """Put other pixels in the place of a scan, hash and all; `pixels` may be bytes of a file."""
    path = root / "images" / f"s{number:03}.tiff"
    if isinstance(pixels, bytes):
        path.write_bytes(pixels)
    else:
        write_tiff(path, pixels)

    def record(scans):
        scans[number]["views"][0]["files"][0]["sha256"] = file_sha256(path)

    edit_lines(root / "scans.jsonl", record)
