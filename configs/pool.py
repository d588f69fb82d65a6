"""Options of `pool.py`, a frozen dataclass a verb, one sentence a field; see `configs.schema` for the rules.

The fields of a verb are the arguments of `run` in `datasets/verbs/<verb>.py` (a test holds them equal).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Layout = Literal[
    "coco", "yolo", "voc", "cvat", "labelme", "sixray", "opixray", "hixray", "xad", "pidray", "clcxray", "eds", "fsod",
    "pixray", "dvxray", "ldxray", "stcray", "gdxray", "cargoxray", "pool",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ImportConfig:
    """Import a folder of scans in a public layout as a pool.

    Args:
        source: Folder to import.
        site: Name of the service that gives the scans; a pool of ours keeps its own.
        out: Folder of the new pool: new or empty, or the draft of this very import, which is then finished.
        layout: Layout of the source; `pool` is a pool of ours, such as the sandbox makes.
        labels: YAML that maps source labels to canonical ones; none given, the one of the layout.
        examined_for: Canonical labels that the source looked for; none given, those of its mapping that have a box.
        licence: Licence of the source, in the owner's words; none given, what is known of the layout.
        may_train: Whether the owner allows training on it.
        may_redistribute: Whether the owner allows passing it on.
        scanner_key: Field of a source image that names its scanner or scene; empty when there is none.
        group_key: Field of a source image that says what belongs together; empty when there is none.
    """

    source: Path
    site: str
    out: Path
    layout: Layout = "coco"
    labels: Path | None = None
    examined_for: list[str] = field(default_factory=list)
    licence: str = ""
    may_train: bool = True
    may_redistribute: bool = False
    scanner_key: str = ""
    group_key: str = "group"


@dataclass(frozen=True, kw_only=True)
class ExportConfig:
    """Write a pool's annotations and images in the layout of other tools.

    Args:
        pool: The pool.
        out: Folder to write to; new or empty.
        layout: Layout to write.
        depth: Bits of a value in the images that are written: 16 keeps what is stored, 8 is what most tools read.
    """

    pool: Path
    out: Path
    layout: Literal["coco", "yolo", "voc"] = "coco"
    depth: Literal["8", "16"] = "8"


@dataclass(frozen=True, kw_only=True)
class AnonymiseConfig:
    """Make a pool without what names people, firms, places and times, of a folder of scans or of a pool.

    Args:
        source: Folder of scans, with tables of declarations (CSV, JSON) where there are any; or a pool of one site,
            whose annotations and truth go along.
        site: Name of the service that gives the scans, as the pool may name it.
        out: Folder of the new pool: new or empty, or the draft of this very run, which is then finished.
        key_file: File with the secret key of the pseudonyms; none given, the environment variable CUSTOMS_XRAY_KEY.
        quarantine: Folder for what is held back, with reasons; none given, OUT with `.quarantine` after it.
        profile: Scanner profile (YAML): what the numbers mean, where text is burnt in, where the cab is.
        licence: Terms under which the pool may be used, in the owner's words.
        may_train: Whether the owner allows training on it.
        may_redistribute: Whether the owner allows passing it on.
        text: `find` looks for text burnt into pixels (extra `ocr`); `none` only blanks what the profile names.
        people: `find` looks for cabs and people; `none` only masks what the profile names.
        dates: `month` keeps year and month; `shift` moves all dates of a consignment by the same secret days.
        code_digits: Digits of a commodity code that stay (2 to 10).
        mass_step_kg: Masses are rounded to multiples of this; 0 keeps them.
        origin: `region` keeps the region of a country of origin, `none` removes it, `country` keeps it.
        descriptions: `keep` keeps the wording of goods after names and numbers were taken out of it; `none` removes it.
        workers: Processes; 0 takes one for each core.
    """

    source: Path
    site: str
    out: Path
    key_file: Path | None = None
    quarantine: Path | None = None
    profile: Path | None = None
    licence: str = "unknown"
    may_train: bool = True
    may_redistribute: bool = False
    text: Literal["find", "none"] = "find"
    people: Literal["find", "none"] = "find"
    dates: Literal["month", "shift"] = "month"
    code_digits: int = 6
    mass_step_kg: float = 10.0
    origin: Literal["region", "country", "none"] = "region"
    descriptions: Literal["keep", "none"] = "none"
    workers: int = 0


@dataclass(frozen=True, kw_only=True)
class AttackConfig:
    """Try to link a pool back to the folder that it was made from, and say what share could be linked, and how.

    Args:
        pool: The pool; what a run that is cut off had read is kept in POOL.attack beside it, and the next goes on.
        source: The folder of originals.
        out: File for the figures (JSON); none given, they are only printed.
    """

    pool: Path
    source: Path
    out: Path | None = None


@dataclass(frozen=True, kw_only=True)
class ForgetConfig:
    """Remove scans or units from a pool for good, and list what was made from it.

    Args:
        pool: The pool; it is changed.
        units: Units or scans to remove; the whole scan goes that holds the unit.
        search: Folders to look through for pools and model packages that were made from this pool.
    """

    pool: Path
    units: list[str] = field(default_factory=list)
    search: list[Path] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MergeConfig:
    """Merge pools into one: labels and schemas agree, duplicates are found, rights are kept for each scan.

    Args:
        pools: Two pools or more.
        out: Folder of the new pool: new or empty, or the draft of this very merge, which is then finished.
        name: Name of the new pool; none given, that of its folder.
    """

    pools: list[Path]
    out: Path
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class DiffConfig:
    """Say what differs between two versions of a pool.

    Args:
        before: The older pool.
        after: The newer pool.
        out: File for all differences, a line of JSON each; none given, they are only counted.
    """

    before: Path
    after: Path
    out: Path | None = None


@dataclass(frozen=True, kw_only=True)
class CheckConfig:
    """Check a pool on disk: schema, files, hashes, references, annotations, rights, leaks between splits.

    Args:
        pool: The pool; what a run that is cut off had read is kept in POOL.check beside it, and the next goes on:
            remove it to have everything read anew.
        report: HTML report with a contact sheet of each class and histograms; none given, problems are only printed.
        pixels: Whether to read every file as well.
    """

    pool: Path
    report: Path | None = None
    pixels: bool = True


@dataclass(frozen=True, kw_only=True)
class SplitConfig:
    """Print how a pool is split, or write a pool that is split anew, by group, with a part held out.

    Args:
        pool: The pool.
        out: Folder of a new pool that is split so; none given, the split is only printed.
        hold_out: What is kept for testing, as scanner=NAME, site=NAME or from=YYYY-MM; several may be given.
    """

    pool: Path
    out: Path | None = None
    hold_out: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class CardConfig:
    """Write CARD.md and croissant.json into a pool.

    Args:
        pool: The pool.
    """

    pool: Path


@dataclass(frozen=True, kw_only=True)
class ThreatsConfig:
    """Make a library of threats for projection into training scans: simulated ones, or single items scanned in air.

    Args:
        out: Folder of the new library; must not exist or be empty.
        source: `sandbox`, or a folder of scans of single items, a folder below it for each kind.
        count: How many objects to simulate, each in two poses.
        seed: Same seed, same bytes.
        profile: Scanner profile (YAML) of the scans, with material curves.
        labels: Canonical label of each folder of scans, as FOLDER=LABEL; other folders are left out.
        pitch_mm: Pixel pitch of the scans, where the profile does not say it.
        licence: Licence of the scans, in the owner's words.
        preview: Where to write a contact sheet of the first of them, PNG; outside of OUT.
    """

    out: Path
    source: str = "sandbox"
    count: int = 300
    seed: int = 7
    profile: Path | None = None
    labels: list[str] = field(default_factory=list)
    pitch_mm: float | None = None
    licence: str = "unknown"
    preview: Path | None = None
