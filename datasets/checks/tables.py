"""The tables that a pool is written into before it is checked."""

from __future__ import annotations

TABLES = {
    "broken": "file, line INTEGER, why",  # lines that break the schema
    "unsorted": "file, line INTEGER, key",
    "scans": "place INTEGER, scan_id, site, scanner, captured, split, grp, licence, may_train INTEGER, "
    "may_redistribute INTEGER, examined INTEGER, basis",
    "examined": "number INTEGER, label",  # sets of labels, by the number that scans refer to
    "views": "number INTEGER, scan_id, view_id, quantity, channels, height INTEGER, width INTEGER, spacing",
    "files": "path, sha256, scan_id, view_id, kind",  # kind: image or mask
    "units": "unit_id, scan_id, x1 REAL, y1 REAL, x2 REAL, y2 REAL",
    "parts": "unit_id, scan_id, declaration_id, line_no INTEGER",  # line_no NULL: all lines
    "declarations": "declaration_id",
    "lines": "declaration_id, line_no INTEGER, gross REAL, net REAL",
    "truth": "unit_id",
    "images": "id INTEGER, scan_id, view_id, file_name, height INTEGER, width INTEGER",
    "categories": "id INTEGER, name",
    "boxes": "id INTEGER, image_id INTEGER, category_id INTEGER, x REAL, y REAL, w REAL, h REAL, area REAL, "
    "vx REAL, vy REAL, vw REAL, vh REAL, px1 REAL, py1 REAL, px2 REAL, py2 REAL",  # visible box, bounds of polygons
    "stored": "path, sha256, residue",  # files that are there, as they are
    "strangers": "path, what",  # files that no record names, and names that leave the pool
    "looked": "scan_id, view_id, problem, height INTEGER, width INTEGER, channels, dtype, low REAL, high REAL, "
    "flat INTEGER, bottom_share REAL, top_share REAL, depth_used INTEGER, print BLOB",
}
INDEXES = {
    "scans": "scan_id",
    "views": "scan_id, view_id",
    "files": "path",
    "units": "unit_id",
    "parts": "declaration_id",
    "declarations": "declaration_id",
    "lines": "declaration_id, line_no",
    "images": "id",
    "boxes": "image_id",
    "stored": "path",
    "looked": "scan_id, view_id",
    "examined": "number, label",
    "categories": "id",
}
