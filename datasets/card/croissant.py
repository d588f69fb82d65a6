"""A pool as Croissant 1.1 JSON-LD with the terms of responsible AI (Croissant RAI 1.0).

Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html and .../croissant-rai-spec.html.
"""

from __future__ import annotations

import json
from calendar import monthrange
from pathlib import Path
from typing import Any

from datasets.card import words
from datasets.card.facts import CardFacts
from datasets.pool.store import (
    ANNOTATIONS_FILE,
    DECLARATIONS_FILE,
    POOL_FILE,
    SCANS_FILE,
    TRUTH_FILE,
    file_sha256,
)

CONTEXT = json.loads((Path(__file__).parent / "context.json").read_text(encoding="utf-8"))
_LINES = "application/jsonlines"
_FILES = {
    POOL_FILE: ("application/json", "Schema version, labels, sites, scanner profiles, hashes, history"),
    SCANS_FILE: (_LINES, "A scan a line: site, scanner, month, split, rights, views, units"),
    DECLARATIONS_FILE: (_LINES, "A declaration a line: what a trader said"),
    TRUTH_FILE: (_LINES, "A unit a line: what really was in it"),
    ANNOTATIONS_FILE: ("application/json", "Objects in the COCO layout"),
}
_FORMATS = {"tif": "image/tiff", "tiff": "image/tiff", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
_DICOM = "application/dicom"
_FIELDS = {
    SCANS_FILE: {
        "scan_id": ("sc:Text", "Name of the scan"),
        "site": ("sc:Text", "Service that gave it"),
        "scanner": ("sc:Text", "What made it"),
        "captured": ("sc:Text", "Month, YYYY-MM"),
        "split": ("sc:Text", "Side of the split: train, val, calibration or test"),
        "group": ("sc:Text", "What stands on one side of the split"),
        "exam_basis": ("sc:Text", "How it is known what is in the scan"),
    },
    DECLARATIONS_FILE: {"declaration_id": ("sc:Text", "Name of the declaration")},
    TRUTH_FILE: {"unit_id": ("sc:Text", "Name of the unit"), "outcome": ("sc:Text", "What was found")},
}


def croissant(root: Path, facts: CardFacts) -> str:
    """The text of `croissant.json`, without times: same pool, same bytes, so no date of publication either."""
    there = [name for name in _FILES if (root / name).is_file()]
    document = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": facts.info.name,
        "description": f"{facts.scans:,} customs X-ray scans. {words.collection(facts)}",
        "version": f"{facts.info.schema_version}.0.0+{facts.info.content_hash[:12]}",
        "citeAs": f"{facts.info.name}, content sha256:{facts.info.content_hash}",
        "identifier": f"sha256:{facts.info.content_hash}",
        "license": sorted({licence or "unknown" for licence, _, _ in facts.rights}),
        "creator": [{"@type": "sc:Organization", "name": site} for site in sorted(facts.sites)],
        "keywords": ["customs", "X-ray", "non-intrusive inspection", *sorted(facts.info.labels)],
        "isLiveDataset": False,
        "distribution": [*(_file(root, name) for name in there), *_images(facts)],
        "recordSet": [_records(name) for name in there if name in _FIELDS],
        **_responsible(facts),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _file(root: Path, name: str) -> dict[str, Any]:
    encoding, description = _FILES[name]
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": description,
        "contentUrl": name,
        "contentSize": f"{(root / name).stat().st_size} B",
        "encodingFormat": encoding,
        "sha256": file_sha256(root / name),
    }


def _images(facts: CardFacts) -> list[dict[str, Any]]:
    return [
        {
            "@type": "cr:FileSet",
            "@id": f"images-{suffix}",
            "name": f"images-{suffix}",
            "description": f"{count:,} files of views; scans.jsonl names each with its hash",
            "encodingFormat": _FORMATS.get(suffix, _DICOM),
            "includes": f"images/**.{suffix}" if suffix else "images/**",
        }
        for suffix, count in sorted(facts.suffixes.items())
    ]


def _records(name: str) -> dict[str, Any]:
    record_set = name.partition(".")[0]
    return {
        "@type": "cr:RecordSet",
        "@id": record_set,
        "name": record_set,
        "description": _FILES[name][1],
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{record_set}/{column}",
                "name": column,
                "description": description,
                "dataType": kind,
                "source": {"fileObject": {"@id": name}, "extract": {"column": column}},
            }
            for column, (kind, description) in _FIELDS[name].items()
        ],
    }


def _responsible(facts: CardFacts) -> dict[str, Any]:
    terms: dict[str, Any] = {
        "rai:dataCollection": words.collection(facts),
        "rai:dataCollectionType": words.collection_types(facts),
        "rai:dataCollectionMissingData": words.missing(facts),
        "rai:dataCollectionRawData": "Scans as the scanners export them, with declarations where the service gave them",
        "rai:dataPreprocessingProtocol": words.preprocessing(facts),
        "rai:dataAnnotationProtocol": [words.annotation(facts)],
        "rai:dataAnnotationPlatform": ["Not known: annotations are those of the sources, or of the simulator"],
        "rai:dataUseCases": words.uses(facts),
        "rai:dataBiases": words.biases(facts),
        "rai:dataLimitations": words.limitations(facts),
        "rai:dataSocialImpact": words.impact(),
        "rai:personalSensitiveInformation": words.personal(facts),
        "rai:dataReleaseMaintenancePlan": words.maintenance(),
    }
    if facts.months:
        first, last = facts.months
        days = monthrange(int(last[:4]), int(last[5:]))[1]
        terms["rai:dataCollectionTimeFrame"] = [f"{first}-01", f"{last}-{days:02}"]
    return terms
