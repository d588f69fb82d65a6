"""Every check is shown to find its own fault, and no other check finds it; a sound pool has none."""

import inspect
import io
import json
import shutil

import numpy as np
import pytest
import tifffile

from datasets.checks.catalogue import CHECKS
from datasets.checks.gather import gathered
from datasets.checks.run import findings_of, problems_at
from datasets.pool import split_of
from datasets.verbs.outcome import quietly
from tests.datasets.checks.sound import SIZE_HW, edit_lines, edit_object, picture, reseal, sound_pool, store_anew


def fired(root, **options):
    with gathered(root, pixels=True, track=quietly, this_month="2026-06", **options) as facts:
        return {finding.check.name: finding for finding in findings_of(facts) if finding.count}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return sound_pool(tmp_path_factory.mktemp("sound") / "pool")


def scans(change):
    return lambda root: edit_lines(root / "scans.jsonl", change)


def scan(number=0, **values):
    """A fault: other values in a scan, and the side that its group belongs to."""

    def change(records):
        records[number] |= values
        if "group" in values and "split" not in values:
            records[number]["split"] = split_of(values["group"])

    return scans(change)


def view(number=0, **values):
    return scans(lambda records: records[number]["views"][0].update(values))


def part(number=0, **values):
    return scans(lambda records: records[number]["units"][0]["declarations"][0].update(values))


def rights(number=0, **values):
    return scans(lambda records: records[number]["rights"].update(values))


def info(**values):
    return lambda root: edit_object(root / "pool.json", lambda document: document.update(values))


def annotations(change):
    return lambda root: edit_object(root / "annotations.json", change)


def box(**values):
    """A fault in an annotation that has neither shape nor visible box."""
    return annotations(lambda document: document["annotations"][2].update(values))


def lines(file, change):
    return lambda root: edit_lines(root / file, change)


def pixels(change, number=0):
    return lambda root: store_anew(root, number, change(picture(number)))


def both(*faults):
    return lambda root: [fault(root) for fault in faults]


def sides(root, same):
    """Numbers of two scans, on one side of the split or on two."""
    records = [json.loads(line)["split"] for line in (root / "scans.jsonl").read_text().splitlines()]
    other = next(n for n, side in enumerate(records) if n and (side == records[0]) == same)
    return 0, other


def link_outside(root):
    path = root / "images" / "s000.tiff"
    outside = root.parent / "outside.tiff"
    shutil.move(path, outside)
    path.symlink_to(outside)


def metadata(root):
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, picture(0), software="ScanStation of J. Doe", metadata=None, planarconfig="separate")
    store_anew(root, 0, buffer.getvalue())


def shared_group(root):
    def change(records):
        for number, side in enumerate(("train", "test")):
            records[number] |= {"group": "gg", "split": side}

    scans(change)(root)
    edit_object(root / "pool.json", lambda document: document["history"].append({"verb": "split"}))


def shared_declaration(root):
    one, other = sides(root, same=False)
    entry = {"declaration_id": f"d{one:03}", "line_nos": [1]}
    scans(lambda records: records[other]["units"][0]["declarations"].append(entry))(root)


def same_file(same):
    def fault(root):
        one, other = sides(root, same)
        store_anew(root, other, (root / "images" / f"s{one:03}.tiff").read_bytes())

    return fault


def look_alike(root):
    one, other = sides(root, same=False)
    store_anew(root, other, picture(one) + np.uint16(3))


def no_split_by_hash(root):
    def change(records):
        records[0]["split"] = "test" if records[0]["split"] != "test" else "train"

    scans(change)(root)


def one_scanner(records):
    for record in records[::2]:
        record["scanner"] = "one"


def other_label(root):
    edit_object(root / "pool.json", lambda document: document.update(labels=["firearm", "sugar"]))
    annotations(lambda document: document["categories"][1].update(name="sugar"))(root)
    scans(lambda records: [record.update(examined_for=["firearm", "sugar"]) for record in records])(root)


def unknown_licence(records):
    for record in records:
        record["rights"]["licence"] = "unknown"


def shape(document):
    document["annotations"][1]["segmentation"] = [[10, 12, 60, 12, 29, 27]]


FAULTS = {
    "schema": lines("truth.jsonl", lambda records: records.append({"unit": "u"})),
    "sorted_lines": lines("declarations.jsonl", lambda records: records.reverse()),
    "unique_names": lines("truth.jsonl", lambda records: records.append(records[-1])),
    "sealed_whole": lambda root: (root / "annotations.json").unlink(),
    "files_there": lambda root: (root / "images" / "s003.tiff").unlink(),
    "files_inside": link_outside,
    "files_named": lambda root: (root / "images" / "notes.txt").write_text("x"),
    "files_once": annotations(lambda document: document["images"][1].update(mask=document["images"][0]["mask"])),
    "file_hashes": scans(lambda records: records[0]["views"][0]["files"][0].update(sha256="0" * 64)),
    "metadata_gone": metadata,
    "container_numbers_gone": scan(group="CSQU3054383"),  # the example of ISO 6346
    "sites_known": scan(site="elsewhere"),
    "declarations_there": scans(
        lambda records: records[0]["units"][0]["declarations"].append({"declaration_id": "gone"})
    ),
    "declared_lines_there": part(line_nos=[1, 9]),
    "truth_of_units": lines("truth.jsonl", lambda records: records.append(records[-1] | {"unit_id": "zz"})),
    "images_of_views": annotations(lambda document: document["images"][5].update(file_name="images/other.tiff")),
    "annotations_of_images": box(image_id=999),
    "readable": lambda root: store_anew(root, 0, b"no scan at all"),
    "sizes_equal": annotations(lambda document: document["images"][5].update(height=65)),
    "channels_equal": view(channels=["high", "low"]),
    "profiles_there": scan(scanner="three"),
    "pitch_plausible": view(spacing_mm=[900, 900]),
    "range_fits_quantity": both(pixels(lambda stored: stored.astype(np.float32) / 100), view(quantity="transmission")),
    "boxes_have_area": box(bbox=[30, 28, -20, -16]),
    "boxes_inside": box(bbox=[70, 12, 20, 16]),
    "visible_inside_box": box(visible_bbox=[5, 14, 10, 8]),
    "shapes_inside_box": annotations(shape),
    "areas_agree": box(area=5000),
    "categories_equal": annotations(lambda document: document["categories"].append({"id": 3, "name": "blade"})),
    "examined_labels_known": scan(examined_for=["firearm", "gold", "narcotics"]),
    "found_was_looked_for": scan(examined_for=["narcotics"]),
    "licences_stated": rights(licence=" "),
    "months_plausible": scan(captured="2024-13"),
    "groups_on_one_side": shared_group,
    "declarations_on_one_side": shared_declaration,
    "same_file_on_one_side": same_file(False),
    "near_duplicates_on_one_side": look_alike,
    "same_file_once": same_file(True),
    "split_by_hash": no_split_by_hash,
    "history_told": info(history=[]),
    "card_of_this_content": lambda root: (root / "CARD.md").write_text("# another pool"),
    "names_tell_nothing": scan(group="bag 2019-12-28"),
    "declarations_used": lines(
        "declarations.jsonl", lambda records: records.append(records[-1] | {"declaration_id": "z"})
    ),
    "masses_agree": lines("declarations.jsonl", lambda records: records[0]["lines"][0].update(net_mass_kg=11)),
    "one_dtype_a_scanner": pixels(lambda stored: stored.astype(np.uint32)),
    "pitch_known": view(spacing_mm=None),
    "not_blank": pixels(lambda stored: np.full_like(stored, 777)),
    "not_saturated": pixels(lambda stored: np.where(np.arange(SIZE_HW[1]) > 0, 65_535, stored).astype(np.uint16)),
    "depth_used": pixels(lambda stored: stored // 256 * 256),
    "boxes_not_tiny": box(bbox=[10, 12, 2, 16], area=32),
    "boxes_not_huge": box(bbox=[0, 0, 80, 64], area=5000),
    "boxes_not_doubled": annotations(
        lambda document: document["annotations"].append(document["annotations"][2] | {"id": 99})
    ),
    "labels_in_taxonomy": other_label,
    "labels_have_objects": both(
        info(labels=["blade", "firearm", "narcotics"]),
        annotations(lambda document: document["categories"].append({"id": 3, "name": "blade"})),
    ),
    "labels_on_several_scanners": scans(one_scanner),
    "licences_known": scans(unknown_licence),
    "rights_agree": rights(may_train=False),
}
NOT_RESEALED = {
    "hash_of_content": lines("declarations.jsonl", lambda records: records[0]["lines"][0].update(description="tea")),
    "hash_of_truth": lines("truth.jsonl", lambda records: records[0].update(basis="assumed")),
}


def test_a_sound_pool_has_no_findings(sound):
    assert fired(sound) == {}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_by_its_check_alone(sound, tmp_path, name):
    root = shutil.copytree(sound, tmp_path / "pool")
    FAULTS[name](root)
    reseal(root)
    assert set(fired(root)) == {name}


@pytest.mark.parametrize("name", NOT_RESEALED)
def test_other_records_than_those_that_were_sealed(sound, tmp_path, name):
    root = shutil.copytree(sound, tmp_path / "pool")
    NOT_RESEALED[name](root)
    assert set(fired(root)) == {name}


def test_a_size_that_tells_what_is_inside(tmp_path):
    tall = sound_pool(tmp_path / "pool", 120, lambda n: (64 + 4 * (n % 3 > 0), 80), lambda n: n % 3 > 0)
    assert set(fired(tall)) == {"sizes_tell_nothing"}


def test_every_check_has_a_fault_and_a_rule_of_its_own():
    names = [check.name for check in CHECKS]
    assert len(names) == len(set(names)) == len({check.rule for check in CHECKS})
    assert len(names) >= 25
    assert set(names) == {*FAULTS, *NOT_RESEALED, "sizes_tell_nothing"}
    assert all(check.rule.endswith(".") for check in CHECKS)
    assert all(list(inspect.signature(check.find).parameters) == ["facts"] for check in CHECKS)


def test_findings_are_counted_beyond_the_examples(sound, tmp_path):
    root = shutil.copytree(sound, tmp_path / "pool")
    scans(lambda records: [record.update(site="elsewhere") for record in records])(root)
    reseal(root)
    finding = fired(root)["sites_known"]
    assert (finding.count, len(finding.examples)) == (24, 20)
    assert finding.lines[-1] == "sites_known: and 4 more"


def test_a_sealed_pool_is_sound(sound, tmp_path):
    root = shutil.copytree(sound, tmp_path / "pool")
    for name in ("truth.jsonl", "annotations.json", "masks/s000.tiff"):
        (root / name).unlink()
    (root / "masks").rmdir()
    assert fired(root) == {}


def test_without_pixels_nothing_is_read(sound, tmp_path):
    root = shutil.copytree(sound, tmp_path / "pool")
    (root / "images" / "s000.tiff").write_bytes(b"other")
    assert problems_at(root, read_pixels=False) == []
    assert any("images/s000.tiff is not the file that was pooled" in line for line in problems_at(root))


@pytest.mark.parametrize(
    "text", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"annotations":[{"bbox":[1e999,0,1,1]}]}', b'{"images":{}}']
)
def test_broken_annotations_are_a_finding_not_a_crash(sound, tmp_path, text):
    root = shutil.copytree(sound, tmp_path / "pool")
    (root / "annotations.json").write_bytes(text)
    assert fired(root)


@pytest.mark.parametrize("text", [b"\xff\n", b"[]\n", b'{"scan_id":' * 50_000, b"null\n", b"\x00" * 100])
def test_a_broken_line_costs_no_other(sound, tmp_path, text):
    root = shutil.copytree(sound, tmp_path / "pool")
    path = root / "scans.jsonl"
    path.write_bytes(path.read_bytes() + text)
    reseal(root)
    assert set(fired(root)) == {"schema"}
