import json
import sys
from dataclasses import replace

import numpy as np
import pytest

import sandbox
from datasets.checks.run import check_pool
from datasets.pool import read_pool
from datasets.pool.contact_sheet import contact_sheet
from datasets.sandbox import KINDS, Rates, generate, read_scanner
from datasets.sandbox.ct import CtScanner
from datasets.sandbox.declaring.trader import ROUNDING_ERROR
from datasets.sandbox.kinds import simulate_and_write
from datasets.sandbox.parcels.hidden import LABELS
from datasets.sandbox.parcels.plan import plan_parcel
from datasets.sandbox.parcels.simulate import lay
from datasets.sandbox.plan import FALSEHOODS
from imaging import read_scan
from inference.errors import PackageMisfit
from inference.prepare import fitting_channels
from models import ComponentSpec

SEED = 5  # of the pools of conftest.py


def files_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def rows(folder, name):
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def keys(value):
    """Every key of a JSON value, and of what is in it."""
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values())) if value else set()
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_the_pool_is_sound_and_is_read(parcel_pool, kind):
    assert check_pool(parcel_pool) == []
    for record in parcel_pool.scans:
        scan = parcel_pool.read_scan(record)
        assert scan.channel_names == ("low", "high")
        assert scan.pixels.shape[0] == 2
        assert scan.pixels.ndim == (4 if kind == "ct" else 3)
        assert scan.view.size_hw == record.views[0].size_hw
        assert scan.view.spacing_mm == pytest.approx(record.views[0].spacing_mm)


def test_the_bytes_are_the_same_for_one_worker_and_two_and_after_a_kill(parcel_pool, order_parcels, kind, tmp_path):
    order = order_parcels(kind)
    generate(tmp_path / "two", order, scans=4, workers=2)
    assert files_of(tmp_path / "two") == files_of(parcel_pool.root)

    def kill():
        done.append(1)
        if len(done) == 2:
            raise KeyboardInterrupt

    done = []
    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "cut", order, scans=4, progress=kill)
    assert not (tmp_path / "cut" / "pool.json").exists()
    torn = tmp_path / "cut" / ("masks/5-00000.tif" if kind == "ct" else "images/5-00000.tiff")
    assert torn.is_file()
    torn.write_bytes(b"torn")  # what the journal says is whole, but is not, is simulated again
    generate(tmp_path / "cut", order, scans=4)
    assert files_of(tmp_path / "cut") == files_of(parcel_pool.root)


def test_scans_and_declarations_do_not_tell_what_is_hidden_or_false(parcel_pool):
    scans, declarations = rows(parcel_pool.root, "scans.jsonl"), rows(parcel_pool.root, "declarations.jsonl")
    assert len({frozenset(keys(row)) for row in scans if row["units"][0]["declarations"]}) <= 1
    for row in scans:
        assert row.pop("examined_for") == list(LABELS)
    text = json.dumps([scans, declarations])
    for word in (*FALSEHOODS, *LABELS, "falsehood", "contraband", "truth", "outcome", "mask", "label"):
        assert word in ("declared_empty", "cigarettes") or word not in text


def test_bags_are_not_declared_and_parcels_are(parcel_pool):
    kinds = set()
    for record in parcel_pool.scans:
        (unit,), (claim,) = record.units, parcel_pool.claims(record)
        kinds.add(unit.kind)
        assert unit.tare_kg is None
        if unit.kind == "bag":
            assert (unit.declared_empty, unit.declarations) == (None, ())
            assert claim.problem == "no declaration is linked to this unit"
        else:
            assert unit.declared_empty is (not unit.declarations)
            assert claim.problem is None
    assert kinds == {"parcel", "bag"}


@pytest.mark.parametrize("name", ["parcel", "bag"])
def test_one_carrier_may_be_asked_for(order_parcels, kind, name, tmp_path):
    (tmp_path / "images").mkdir()
    for index in range(3):
        found = simulate_and_write(tmp_path, order_parcels(kind, carriers=(name,)), index)
        assert [unit.kind for unit in found.units] == [name]


def test_honest_parcels_weigh_what_is_in_them(order_parcels, kind, tmp_path):
    """Off by the scales, 0.5 %, and by three digits a line, 0.5 %; contraband is not declared."""
    (tmp_path / "images").mkdir()
    checked = 0
    for index in range(6):
        one = simulate_and_write(tmp_path, order_parcels(kind, Rates(0.5, 0, 0), carriers=("parcel",)), index)
        told = sum(line.gross_mass_kg for entry in one.declarations for line in entry.lines)
        true = sum(line.gross_mass_kg for line in one.truth[0].lines)
        assert told == pytest.approx(true, rel=0.005 + ROUNDING_ERROR, abs=0.002)
        assert one.units[0].declarations[0].gross_mass_kg == pytest.approx(told, abs=1e-3)
        assert all(line.net_mass_kg <= line.gross_mass_kg for entry in one.declarations for line in entry.lines)
        assert 0.05 < true < 20
        checked += 1
    assert checked == 6


def test_the_gross_mass_is_that_of_carton_padding_and_goods(order_parcels, kind, tmp_path):
    """Against the closed volumes of the solids, which folds change by a few percent; what is hidden does not count."""
    (tmp_path / "images").mkdir()
    order = order_parcels(kind, Rates(1, 0, 0), carriers=("parcel",))
    for index in range(5):
        one = simulate_and_write(tmp_path, order, index)
        scene = lay(SEED, plan_parcel(SEED, index, order.rates, order.carriers))
        mass = sum(solid.mass_kg for thing in scene.things if not thing.contraband for solid in thing.solids)
        assert sum(line.gross_mass_kg for line in one.truth[0].lines) == pytest.approx(mass, rel=0.08)


def test_radiographs_and_volumes_of_a_seed_are_of_the_same_parcels(order_parcels, tmp_path):
    (tmp_path / "images").mkdir()
    for index in range(3):
        one, two = (simulate_and_write(tmp_path, order_parcels(kind), index) for kind in ("parcel", "ct"))
        assert (one.month, one.group, one.units[0].kind) == (two.month, two.group, two.units[0].kind)
        assert [line.description for d in one.declarations for line in d.lines] == [
            line.description for d in two.declarations for line in d.lines
        ]
        assert [false.kind for false in one.truth[0].falsehoods] == [false.kind for false in two.truth[0].falsehoods]


def test_hidden_things_are_annotated_in_order(parcel_pool):
    outcomes = {record.scan_id: parcel_pool.truth[record.units[0].unit_id].outcome for record in parcel_pool.scans}
    found = {image.scan_id for image in parcel_pool.annotations.images for entry in parcel_pool.annotations.annotations
             if entry.image_id == image.id}  # fmt: skip
    assert found == {name for name, outcome in outcomes.items() if outcome in ("contraband", "both")}
    assert found
    for entry in parcel_pool.annotations.annotations:
        assert {"detectability", "mass_kg", "material", "placement"} <= set(entry.attributes)


def test_every_box_of_a_volume_can_be_rebuilt_from_its_mask(parcel_pool, kind):
    images = {image.id: image for image in parcel_pool.annotations.images}
    assert all((image.mask is not None) == (kind == "ct") for image in images.values())
    if kind != "ct":
        return
    for entry in parcel_pool.annotations.annotations:
        labels = read_scan(parcel_pool.root / images[entry.image_id].mask.path).pixels[0]
        own = np.argwhere(labels == entry.attributes["mask_level"])
        assert len(own) == entry.attributes["voxels"]
        (z0, y0, x0), (z1, y1, x1) = own.min(axis=0), own.max(axis=0) + 1
        assert (entry.attributes["z0"], entry.attributes["z1"]) == (z0, z1)
        assert entry.bbox == (x0, y0, x1 - x0, y1 - y0)


@pytest.mark.parametrize(("change", "said"), [(lambda path: path.unlink(), "is missing"),
                                              (lambda path: path.write_bytes(b"x"), "is not the mask")])  # fmt: skip
def test_a_mask_that_is_not_what_was_pooled_is_named(order_parcels, tmp_path, change, said):
    generate(tmp_path, order_parcels("ct", Rates(0, 0, 1)), scans=1)
    change(tmp_path / "masks" / "5-00000.tif")
    (problem,) = check_pool(read_pool(tmp_path))
    assert said in problem


def test_a_sealed_pool_is_sound_without_its_masks(order_parcels, tmp_path):
    generate(tmp_path, order_parcels("ct"), scans=1)
    for name in ("truth.jsonl", "annotations.json", "masks/5-00000.tif"):
        (tmp_path / name).unlink()
    assert check_pool(read_pool(tmp_path)) == []


def test_a_contact_sheet_shows_volumes_and_their_boxes(parcel_pool):
    sheet, sealed = (contact_sheet(pool) for pool in (parcel_pool, replace(parcel_pool, annotations=None)))
    assert sealed[120:520, 120:520].std() > 5  # the middle of the first tile, where its caption is not
    assert (sheet != sealed).any()


def test_a_volume_is_refused_with_a_reason_by_a_detector_of_radiographs(order_parcels, tmp_path):
    generate(tmp_path, order_parcels("ct", Rates(0, 0, 1)), scans=1)
    pool = read_pool(tmp_path)
    spec = ComponentSpec(
        role="detector", family="x", arguments={}, file="x", sha256="0" * 64, channels=("low", "high"),
        quantity="physical", normalisation="colour", long_side=None, tile=None, labels=("firearm",),
    )  # fmt: skip
    with pytest.raises(PackageMisfit, match="found a volume"):
        fitting_channels(pool.read_scan(pool.scans[0]).view, spec)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kind", "parcel", "--scanner", "sandbox_linac_6_4"], "with a tube"),
        (["--kind", "ct", "--scanner", "tunnel_140_parcels"], "one CT"),
        (["--kind", "parcel", "--carriers", "[container_20]"], "one of parcel, bag"),
        (["--kind", "cargo", "--carriers", "[bag]"], "a carrier is one of"),
        (["--kind", "cargo", "--scanner", "tunnel_ct_160"], "a virtual scanner is one of"),
    ],
)
def test_wrong_combinations_are_said_in_one_line(monkeypatch, capsys, tmp_path, arguments, said):
    monkeypatch.setattr(sys, "argv", ["sandbox.py", "--out", str(tmp_path / "pool"), *arguments])
    assert sandbox.main() == 2
    message = capsys.readouterr().err
    assert said in message
    assert message.count("\n") == 1
    assert not (tmp_path / "pool").exists()


@pytest.mark.parametrize(
    ("kind", "scanner"),
    [("parcel", CtScanner()), ("ct", read_scanner()), ("ct", CtScanner(pixels=100)), ("cargo", CtScanner())],
)
def test_orders_of_the_wrong_scanner_are_refused(order_parcels, tmp_path, kind, scanner):
    order = replace(order_parcels("parcel"), kind=kind, scanner=scanner)
    with pytest.raises(ValueError, match="; "):
        generate(tmp_path / "pool", order, scans=1)
    assert not (tmp_path / "pool").exists()


def test_a_scanner_of_its_own_stands_in_the_pool(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["sandbox.py", "--out", str(tmp_path / "pool"), "--kind", "parcel", "--scans",
                                      "1", "--workers", "1", "--empty_rate", "1", "--mismatch_rate", "0"])  # fmt: skip
    assert sandbox.main() == 0
    pool = read_pool(tmp_path / "pool")
    assert [profile.name for profile in pool.info.scanners] == [KINDS["parcel"].scanner]
    assert pool.info.name == "sandbox-parcel-7"
