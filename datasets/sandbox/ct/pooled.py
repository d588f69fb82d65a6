"""A simulated CT of a parcel or a bag as a pool holds it: two DICOM files, a volume of labels, records, a profile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from datasets.pool.records import FileRecord, ViewRecord
from datasets.pool.store import file_sha256
from datasets.sandbox.ct.scanner import CHANNELS, CtScanner
from datasets.sandbox.ct.simulate import CtObject, SimulatedCT, scan_scene
from datasets.sandbox.ct.spectra import CHANNEL_BEAMS
from datasets.sandbox.ct.write import write_dicom
from datasets.sandbox.labels import Labelled
from datasets.sandbox.parcels.declared import declare_parcel
from datasets.sandbox.parcels.hidden import LABELS, about, label_of
from datasets.sandbox.parcels.plan import parcel_rng, plan_parcel
from datasets.sandbox.parcels.scenes import Scene
from datasets.sandbox.parcels.simulate import lay
from datasets.sandbox.plan import Rates
from datasets.sandbox.pool_records import ScanRecords, records_of, scan_id
from datasets.sandbox.simulated import SimulatedUnit
from imaging import Quantity, ScannerProfile, write_tiff
from imaging.profile import ChannelEntry

_VIEW = "volume"


def write_ct_scan(
    out: Path, seed: int, index: int, rates: Rates, scanner: CtScanner, carriers: Sequence[str]
) -> ScanRecords:
    """Simulate scan `index` of a seed, write its volumes below a folder, and say what it is.

    Energies go to `images/`; the labels, which are truth, to `masks/`.

    Raises:
        ValueError: for an unknown carrier, or a scanner too narrow for a parcel.
    """
    plan = plan_parcel(seed, index, rates, carriers)
    scene = lay(seed, plan)
    scan = scan_scene(scene, seed, index, scanner)
    for folder in ("images", "masks"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    name = scan_id(seed, index)
    volumes = write_dicom(out / "images", name, scan)
    mask = out / "masks" / f"{name}.tif"
    write_tiff(mask, scan.labels_DHW[None])
    unit = SimulatedUnit(
        kind=plan.kind,
        iso_type=None,
        tare_kg=None,
        region_xyxy=None,
        declared=declare_parcel(plan, scene, scan.masses_kg, parcel_rng(seed, index, "declaration")),
        objects=tuple(_labelled(one, scan, scene) for one in scan.objects if one.contraband),
    )
    files = zip(CHANNELS, volumes, strict=True)
    view = ViewRecord(
        view_id=_VIEW,
        quantity=Quantity.UNKNOWN,  # neither counts nor attenuation of a beam: the rescale says what a level is
        channels=CHANNELS,
        files=tuple(_file(f"images/{path.name}", (channel,), path) for channel, path in files),
        size_hw=(scan.low_DHW.shape[1], scan.low_DHW.shape[2]),
        spacing_mm=scan.spacing_mm,
    )
    return records_of(
        (unit,), seed=seed, index=index, group=index, month=plan.month, view=view, labels=LABELS,
        mask=_file(f"masks/{mask.name}", ("labels",), mask),
    )  # fmt: skip


def ct_profile(scanner: CtScanner) -> ScannerProfile:
    """What the numbers of the CT mean, as far as a profile can say it."""
    return ScannerProfile(
        name=scanner.name,
        quantity=Quantity.UNKNOWN,
        channels=[ChannelEntry(name=beam.name, energy_kv=beam.source.voltage) for beam in CHANNEL_BEAMS],
        spacing_mm=[scanner.slice_mm, scanner.pitch_mm, scanner.pitch_mm],
        source="Simulated (datasets/sandbox/ct); levels are modified Hounsfield units + 1000, as the rescale says",
    )


def _labelled(one: CtObject, scan: SimulatedCT, scene: Scene) -> Labelled:
    """A hidden thing as seen along the slices; z0 and z1 are the slices that hold it."""
    z0, y0, x0, z1, y1, x1 = one.box_zyxzyx
    thing = scene.things[one.label - 1]
    low, high = one.contrast_to_noise
    return Labelled(
        label=label_of(thing),
        box_xyxy=(x0, y0, x1, y1),
        visible_xyxy=None,
        mask_HW=(scan.labels_DHW == one.label).any(axis=0),
        attributes={
            "z0": z0,
            "z1": z1,
            "mask_level": one.label,
            "voxels": one.voxels,
            "detectability": round(high, 3),
            "detectability_low": round(low, 3),
            **about(scene, thing, one.mass_kg),
        },
    )


def _file(name: str, channels: tuple[str, ...], path: Path) -> FileRecord:
    return FileRecord(path=name, channels=channels, sha256=file_sha256(path))
