"""Files whose names are no UTF-8, or hold anything that a terminal or a table would obey, in every layout of ours."""

import contextlib
import json
import os

import pytest

from datasets.layouts import coco, cvat, eds, fsod, labelme, sixray, voc, yolo
from datasets.pool import PoolError

XML = "<annotation><object><name>Gun</name></object></annotation>"
COCO = {"images": [{"id": 1, "file_name": "1.png"}], "annotations": [], "categories": [{"id": 1, "name": "Gun"}]}
LABELME = {"shapes": [], "imagePath": "1.png"}
LAYOUTS = {
    "coco": (coco.read, {"annotations.json": COCO, "images/1.png": b""}),
    "cvat": (cvat.read, {"annotations.xml": '<annotations><image name="1.png"/></annotations>', "images/1.png": b""}),
    "eds": (eds.read, {"domain1/images/1.png": b"", "domain1/labels/1.xml": XML}),
    "fsod": (fsod.read, {"train/images/1.png": b"", "train/annotations/1.txt": "", "train/trainval.txt": "1"}),
    "labelme": (labelme.read, {"1.png": b"", "1.json": LABELME}),
    "sixray": (
        sixray.read,
        {"JPEGImage/1.png": b"", "Annotation/1.xml": XML, "ImageSet/10/train.csv": "name,Gun\n1,1\n"},
    ),
    "voc": (voc.read, {"JPEGImages/1.png": b"", "Annotations/1.xml": XML, "ImageSets/Main/train.txt": "1"}),
    "yolo": (yolo.read, {"data.yaml": "names: [Gun]", "images/1.png": b"", "labels/1.txt": ""}),
}
NAMES = [
    b"\xff",
    b"\x1b[2J",
    b"=1+1",
    b"<b>",
    b"\xe2\x80\xae",
    b"a b",
    b"[bold]",
    b"'; DROP TABLE images; --",
    b"%s{0}",
]


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
@pytest.mark.parametrize(("read", "table"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_no_name_of_a_file_stops_the_reading(lay, gather, read, table):
    root = lay(table)
    clean, _ = gather(read, root)
    for path in [path for path in root.rglob("*") if path.is_file() and path.stem == "1"]:
        for name in NAMES:
            (path.parent / (os.fsdecode(name) + path.suffix)).write_bytes(path.read_bytes())
    scans, dirt = gather(read, root)
    assert set(clean) <= set(scans)
    assert all(name.encode("utf-8") for name in [*scans, *dirt])
    assert json.dumps(sorted(scans))


@pytest.mark.parametrize(("read", "table"), LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 50, b"\xff\xfe\x00", b"{", b"<", b"[" * 3000, b'"' * 999, b"1 " * 40_000]
)
def test_no_content_of_an_annotation_stops_more_than_by_the_rule(lay, gather, read, table, content):
    """Each annotation in its turn is rubbish: it is counted, or the import is refused."""
    for name in table:
        if not name.endswith(".png"):
            root = lay({**table, name: content}, folder=name.replace("/", "_"))
            with contextlib.suppress(PoolError):
                gather(read, root)
