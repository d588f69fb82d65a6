"""Records of a pool under new names: no word of theirs passes that is not from a closed list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from datasets.anonymise.coarser import coarser_line, rounded_kg
from datasets.anonymise.one_scan import Written, WrittenFile
from datasets.anonymise.rules import Rules
from datasets.pool.objects import LabelledObject, ViewObjects
from datasets.pool.records import Falsehood, FileRecord, Rights, ScanRecord, TruthRecord, UnitRecord
from datasets.pool.split import split_of
from datasets.pool.stream import PoolEntry
from declarations.schema import DeclaredPart
from imaging import ScannerProfile
from imaging.anonymisation.scrub import scrub

_UNIT_KINDS = ("container", "trailer", "wagon", "van", "parcel", "bag", "pallet")
_ISO_TYPE = re.compile(r"[0-9A-Z]{4}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MID_MONTH = 15

Values = Mapping[str, str | int | float | bool | None]


def renamed_scan(
    scan: ScanRecord,
    written: Written,
    rules: Rules,
    rights: Rights,
    profile: ScannerProfile | None,
    known_scanners: set[str],
) -> ScanRecord:
    """The line of a scan under new names. What its owner forbids stays forbidden."""
    group = rules.pseudonyms.of("group", scan.group)
    views = tuple(
        view.model_copy(update={"geometry": old.geometry, "spacing_mm": old.spacing_mm or view.spacing_mm})
        for view, old in zip(written.views, scan.views, strict=True)
    )
    return scan.model_copy(
        update={
            "scan_id": written.scan_id,
            "site": rules.pseudonyms.site,
            "scanner": profile.name if profile is not None else _scanner(scan.scanner, known_scanners, rules),
            "captured": _month(scan, rules),
            "split": split_of(group) if scan.split == split_of(scan.group) else scan.split,
            "group": group,
            "rights": Rights(
                licence=scan.rights.licence if rights.licence == "unknown" else rights.licence,
                may_train=scan.rights.may_train and rights.may_train,
                may_redistribute=scan.rights.may_redistribute and rights.may_redistribute,
            ),
            "views": views,
            "units": tuple(_unit(unit, rules) for unit in scan.units),
        }
    )


def masked_objects(
    entry: PoolEntry, scan_id: str, source: Path, root: Path, rules: Rules
) -> tuple[tuple[ViewObjects, ...] | None, int, tuple[WrittenFile, ...]]:
    """What is annotated, how many values of its attributes were removed, and the files of its masks, written anew."""
    if entry.annotated is None:
        return None, 0, ()
    numbers = {view.view_id: str(number) for number, view in enumerate(entry.scan.views)}
    removed, files, objects = 0, [], []
    for one in entry.annotated:
        mask = None
        if one.mask is not None:
            file = _mask(one.mask, f"{scan_id}_v{numbers[one.view_id]}", source, root, rules)
            mask = FileRecord(path=file.path, channels=one.mask.channels, sha256=file.sha256)
            files.append(file)
        kept = tuple(_object(found) for found in one.objects)
        removed += sum(len(old.attributes) - len(new.attributes) for old, new in zip(one.objects, kept, strict=True))
        objects.append(ViewObjects(view_id=numbers[one.view_id], objects=kept, mask=mask))
    return tuple(objects), removed, tuple(files)


def renamed_truth(truth: TruthRecord, rules: Rules) -> tuple[TruthRecord, int]:
    """The truth of a unit, and how many facts in words were removed."""
    kept = tuple(Falsehood(kind=_kind(one.kind), facts=_numbers(one.facts)) for one in truth.falsehoods)
    removed = sum(len(old.facts) - len(new.facts) for old, new in zip(truth.falsehoods, kept, strict=True))
    renamed = truth.model_copy(
        update={
            "unit_id": rules.pseudonyms.of("unit", truth.unit_id),
            "falsehoods": kept,
            "lines": tuple(coarser_line(line, rules) for line in truth.lines),
        }
    )
    return renamed, removed


def _unit(unit: UnitRecord, rules: Rules) -> UnitRecord:
    return unit.model_copy(
        update={
            "unit_id": rules.pseudonyms.of("unit", unit.unit_id),
            "kind": unit.kind if unit.kind in _UNIT_KINDS else "unknown",
            "iso_type": unit.iso_type if _ISO_TYPE.fullmatch(unit.iso_type or "") else None,
            "tare_kg": rounded_kg(unit.tare_kg, rules),
            "declarations": tuple(
                DeclaredPart(
                    declaration_id=rules.pseudonyms.of("declaration", part.declaration_id),
                    line_nos=part.line_nos,
                    gross_mass_kg=rounded_kg(part.gross_mass_kg, rules),
                )
                for part in unit.declarations
            ),
        }
    )


def _scanner(name: str, known: set[str], rules: Rules) -> str:
    """A profile's name was chosen to be given on; what else stands there may be a place or a person."""
    return name if name in known or name == "unknown" else f"scanner-{rules.pseudonyms.of('scanner', name, 8)}"


def _month(scan: ScanRecord, rules: Rules) -> str | None:
    if scan.captured is None or rules.dates == "month":
        return scan.captured
    year, month = map(int, scan.captured.split("-"))
    shift = rules.pseudonyms.shift(rules.pseudonyms.of("group", scan.group))
    return f"{date(year, month, _MID_MONTH) + shift:%Y-%m}"


def _mask(mask: FileRecord, name: str, source: Path, root: Path, rules: Rules) -> WrittenFile:
    target = root / "masks" / f"{name}{Path(mask.path).suffix}"
    target.parent.mkdir(exist_ok=True)
    done = scrub(source / mask.path, target, rules.pseudonyms, dates=rules.dates, group="")
    path = done.path.relative_to(root).as_posix()
    return WrittenFile(path, done.sha256, done.size_bytes, done.removed, ())


def _object(found: LabelledObject) -> LabelledObject:
    return found.model_copy(update={"attributes": _numbers(found.attributes)})


def _numbers(values: Values) -> dict[str, str | int | float | bool | None]:
    return {name: value for name, value in values.items() if not isinstance(value, str) and _NAME.fullmatch(name)}


def _kind(kind: str) -> str:
    return kind if _NAME.fullmatch(kind) else "other"
