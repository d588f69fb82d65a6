"""Checks of a pool on disk: every problem is found and named, none stops the others from being found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from datasets.pool.records import ScanRecord
from datasets.pool.store import Pool, content_hash, file_sha256, image_ids, truth_hash
from imaging import ScanError


def check_pool(pool: Pool, *, read_pixels: bool = True) -> list[str]:
    """All problems of a pool, one sentence each; an empty list is a sound pool.

    Args:
        pool: The pool.
        read_pixels: Whether to hash and decode every file as well (slow on large pools).
    """
    checks = [_hashes, _unique, _references, _leaks, _boxes]
    problems = [problem for check in checks for problem in check(pool)]
    if read_pixels:
        problems += [problem for scan in pool.scans for problem in _pixels(pool, scan)]
        problems += _masks(pool)
    return problems


def _hashes(pool: Pool) -> Iterator[str]:
    if content_hash(pool.root) != pool.info.content_hash:
        yield "scans.jsonl or declarations.jsonl is not what pool.json was written for"
    if pool.truth is not None and truth_hash(pool.root) != pool.info.truth_hash:
        yield "truth.jsonl or annotations.json is not what pool.json was written for"


def _unique(pool: Pool) -> Iterator[str]:
    units = Counter(unit.unit_id for scan in pool.scans for unit in scan.units)
    for scan_id, count in Counter(scan.scan_id for scan in pool.scans).items():
        if count > 1:
            yield f"scan_id {scan_id!r} stands {count} times"
    yield from (f"unit_id {unit_id!r} stands {count} times" for unit_id, count in units.items() if count > 1)


def _references(pool: Pool) -> Iterator[str]:
    scanners = {profile.name for profile in pool.info.scanners}
    unit_ids = {unit.unit_id for scan in pool.scans for unit in scan.units}
    for scan in pool.scans:
        if scan.site not in pool.info.sites:
            yield f"{scan.scan_id}: site {scan.site!r} is not in pool.json"
        if any(view.quantity.physical for view in scan.views) and scan.scanner not in scanners:
            yield f"{scan.scan_id}: scanner {scan.scanner!r} has no profile in pool.json"
        for label in sorted(set(scan.examined_for) - set(pool.info.labels)):
            yield f"{scan.scan_id}: examined for {label!r}, which is no label of the pool"
        for unit in scan.units:
            for part in unit.declarations:
                if part.declaration_id not in pool.declarations:
                    yield f"{unit.unit_id}: declaration {part.declaration_id!r} is not in declarations.jsonl"
    for unit_id in sorted(set(pool.truth or ()) - unit_ids):
        yield f"truth.jsonl speaks of unit {unit_id!r}, which no scan holds"


def _leaks(pool: Pool) -> Iterator[str]:
    sides: dict[str, set[str]] = defaultdict(set)
    for scan in pool.scans:
        sides[f"group {scan.group!r}"].add(scan.split)
        for unit in scan.units:
            for part in unit.declarations:
                sides[f"declaration {part.declaration_id!r}"].add(scan.split)
    for what, splits in sorted(sides.items()):
        if len(splits) > 1:
            yield f"{what} stands in {' and '.join(sorted(splits))}"


def _boxes(pool: Pool) -> Iterator[str]:
    if pool.annotations is None:
        return
    expected = image_ids(pool.scans)
    size_hw = {(scan.scan_id, view.view_id): view.size_hw for scan in pool.scans for view in scan.views}
    images = {image.id: image for image in pool.annotations.images}
    categories = {category.id: category.name for category in pool.annotations.categories}
    for image in pool.annotations.images:
        key = (image.scan_id, image.view_id)
        if expected.get(key) != image.id:
            yield f"image {image.id} claims {key}, whose id is {expected.get(key)}"
        elif size_hw[key] != (image.height, image.width):
            yield f"{image.scan_id}: annotated as {image.height}x{image.width}, stored as {size_hw[key]}"
    for annotation in pool.annotations.annotations:
        owner = images.get(annotation.image_id)
        if owner is None or annotation.category_id not in categories:
            yield f"annotation {annotation.id} points to no image or no category"
            continue
        x, y, width, height = annotation.bbox
        inside = x >= 0 and y >= 0 and x + width <= owner.width + 1e-3 and y + height <= owner.height + 1e-3
        if width <= 0 or height <= 0 or not inside:
            yield f"{owner.scan_id}: box {annotation.bbox} of annotation {annotation.id} is empty or leaves the image"
        if annotation.visible_bbox is not None and not _holds(annotation.bbox, annotation.visible_bbox):
            yield f"{owner.scan_id}: annotation {annotation.id} is visible outside of its box"


def _holds(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    """Whether one COCO box lies within another and has an area."""
    x, y, width, height = outer
    left, top, wide, tall = inner
    within = left >= x and top >= y and left + wide <= x + width + 1e-3 and top + tall <= y + height + 1e-3
    return within and wide > 0 and tall > 0


def _masks(pool: Pool) -> Iterator[str]:
    for image in () if pool.annotations is None else pool.annotations.images:
        path = None if image.mask is None else pool.root / image.mask.path
        if path is None or image.mask is None:
            continue
        if not path.is_file():
            yield f"{image.scan_id}: {image.mask.path} is missing"
        elif file_sha256(path) != image.mask.sha256:
            yield f"{image.scan_id}: {image.mask.path} is not the mask that was pooled"


def _pixels(pool: Pool, scan: ScanRecord) -> Iterator[str]:
    for view in scan.views:
        for file in view.files:
            path = pool.root / file.path
            if not path.is_file():
                yield f"{scan.scan_id}: {file.path} is missing"
                return
            if file_sha256(path) != file.sha256:
                yield f"{scan.scan_id}: {file.path} is not the file that was pooled"
    try:
        stored = pool.read_scan(scan)
    except ScanError as error:
        yield f"{scan.scan_id}: {error}"
        return
    for view, read in zip(scan.views, stored.views, strict=True):
        if read.size_hw != view.size_hw or read.channel_names != view.channels:
            yield f"{scan.scan_id}: holds {read.channel_names} {read.size_hw}, recorded {view.channels} {view.size_hw}"
