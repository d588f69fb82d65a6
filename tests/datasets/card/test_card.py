"""CARD.md and croissant.json: the same bytes, valid, true, and no harm from what names say."""

import json
import logging
import re
import shutil

import pytest

from datasets.checks.run import problems_at
from datasets.pool import PoolError, read_pool
from datasets.pool.store import content_hash
from datasets.verbs import card
from datasets.verbs.outcome import quietly
from tests.datasets.checks.sound import edit_lines, edit_object, reseal, sound_pool

HOSTILE = "`|<script>alert(1)</script>\n# heading [a](javascript:b)"


@pytest.fixture
def pool(tmp_path):
    return sound_pool(tmp_path / "pool")


def carded(root):
    card.run(pool=root, track=quietly)
    return (root / "CARD.md").read_text("utf-8"), json.loads((root / "croissant.json").read_text("utf-8"))


def test_counts_are_those_of_the_pool(pool):
    text, document = carded(pool)
    held = read_pool(pool)
    assert f"| scans | {len(held.scans)} in {len({scan.group for scan in held.scans})} groups |" in text
    for label in held.info.labels:
        count = sum(one.category_id == held.info.labels.index(label) + 1 for one in held.annotations.annotations)
        assert f"| `{label}` | {count} | {len(held.scans)} |" in text
    assert document["rai:dataCollectionTimeFrame"] == ["2024-05-01", "2024-05-31"]
    assert document["license"] == ["CC0-1.0"]


def test_writing_a_card_twice_gives_the_same_bytes_and_disturbs_nothing(pool):
    before = content_hash(pool)
    first = carded(pool)
    assert carded(pool) == first
    assert content_hash(pool) == before
    assert problems_at(pool) == []
    assert not list(pool.glob("*.new"))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib, inside mlcroissant
def test_mlcroissant_takes_it_and_reads_the_records(pool, caplog):
    mlcroissant = pytest.importorskip("mlcroissant")
    carded(pool)
    with caplog.at_level(logging.WARNING):
        data = mlcroissant.Dataset(jsonld=pool / "croissant.json")
    assert not data.metadata.ctx.issues.errors
    assert {warning.split('"')[1] for warning in data.metadata.ctx.issues.warnings} <= {
        "https://schema.org/datePublished"
    }
    scans = list(data.records("scans"))
    assert [scan["scans/scan_id"].decode() for scan in scans] == [f"s{number:03}" for number in range(24)]


def test_every_term_of_responsible_ai_that_croissant_asks_for_is_there(pool):
    _, document = carded(pool)
    for term in (
        "dataCollection",
        "dataCollectionType",
        "dataCollectionMissingData",
        "dataPreprocessingProtocol",
        "dataAnnotationProtocol",
        "dataAnnotationPlatform",
        "dataUseCases",
        "dataBiases",
        "dataLimitations",
        "dataSocialImpact",
        "personalSensitiveInformation",
        "dataReleaseMaintenancePlan",
    ):
        assert document[f"rai:{term}"]


def test_what_is_said_of_people_follows_the_history(pool):
    assert "are invented" in carded(pool)[0]
    edit_lines(pool / "scans.jsonl", lambda scans: scans[0].update(exam_basis="image_review"))
    assert "names no anonymisation" in carded(pool)[0]
    parent = {"name": "p", "content_hash": "", "history": [{"verb": "anonymise"}]}
    edit_object(pool / "pool.json", lambda info: info.update(history=[{"verb": "merge", "parents": [parent]}]))
    assert "Pseudonymised, not anonymous" in carded(pool)[0]


def test_a_sealed_pool_does_not_count_its_objects(pool):
    for name in ("truth.jsonl", "annotations.json"):
        (pool / name).unlink()
    text, document = carded(pool)
    assert "| objects | sealed |" in text
    assert {part["@id"] for part in document["distribution"]} == {
        "pool.json",
        "scans.jsonl",
        "declarations.jsonl",
        "images-tiff",
    }


def test_hostile_names_stay_words(pool):
    edit_object(
        pool / "pool.json", lambda info: info.update(name=HOSTILE, labels=[HOSTILE, "narcotics"], sites=[HOSTILE])
    )
    edit_object(pool / "annotations.json", lambda found: found["categories"][0].update(name=HOSTILE))

    def rename(records):
        for record in records:
            record |= {"scanner": HOSTILE, "site": HOSTILE, "examined_for": [HOSTILE, "narcotics"]}
            record["rights"]["licence"] = HOSTILE

    edit_lines(pool / "scans.jsonl", rename)
    reseal(pool)
    text, document = carded(pool)
    outside = re.sub(r"`[^`\n]*`", "", text)
    assert "<script>" not in outside
    assert "javascript" not in outside
    assert "heading" not in outside
    assert document["name"] == HOSTILE


def test_an_empty_pool_has_a_card(pool):
    for name in ("scans.jsonl", "declarations.jsonl", "truth.jsonl"):
        (pool / name).write_text("")
    (pool / "annotations.json").write_text('{"annotations":[],"categories":[],"images":[]}')
    shutil.rmtree(pool / "images")
    text, _ = carded(pool)
    assert "| scans | 0 in 0 groups |" in text


def test_no_pool_no_card(tmp_path):
    with pytest.raises(PoolError, match="a pool is a folder"):
        carded(tmp_path)
    assert list(tmp_path.iterdir()) == []
