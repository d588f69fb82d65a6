"""What must be said of every pool of customs scans, in sentences: where it is from, what it may not be used for."""

from __future__ import annotations

from datasets.card.facts import CardFacts

_BASES = {
    "simulated": "were simulated: what is in them is known exactly",
    "physical_exam": "were opened and examined by hand",
    "image_review": "were looked at by people on a screen: what nobody noticed is not annotated",
    "assumed": "were never verified: what is said of them is assumed",
}


def collection(facts: CardFacts) -> str:
    """How the scans came about."""
    kinds = "; ".join(f"{count:,} scans {_BASES[basis]}" for basis, count in sorted(facts.bases.items()))
    sites = ", ".join(sorted(facts.sites))
    return f"X-ray and CT scans of cargo, vehicles, parcels and bags, given by: {sites}. {kinds}."


def collection_types(facts: CardFacts) -> list[str]:
    """Terms of Croissant RAI for how data came about."""
    return ["Others"] if not facts.is_simulated else ["Software Collection"]


def missing(facts: CardFacts) -> str:
    """What is not there."""
    unknown = "A label that a scan was not examined for is unknown in it, not absent; `examined_for` says which were."
    sealed = " Truth and annotations were left out: this copy is sealed for testing." if facts.is_sealed else ""
    undated = "" if facts.months else " No scan says in which month it was taken."
    return f"{unknown}{sealed}{undated}"


def annotation(facts: CardFacts) -> str:
    """How objects were annotated."""
    if facts.is_sealed:
        return "Annotations were left out of this copy."
    if facts.is_simulated:
        return (
            "Boxes and shapes are the bounds of what was simulated; `visible_bbox` is what stands out of the noise; "
            "`detectability` says by how much."
        )
    return (
        "Boxes are those of the sources, with their labels mapped to one taxonomy. What was wrong in them was treated "
        "by stated rules and counted. Nobody drew them anew."
    )


def preprocessing(facts: CardFacts) -> list[str]:
    """What was done to files."""
    steps = [
        "Splits are the SHA-256 of the group modulo 10, after near-duplicates and shared declarations were joined."
    ]
    if not facts.is_simulated:
        steps.insert(0, "Pixels keep the depth and the channels of the scanner; no level was merged with another.")
    return steps


def personal(facts: CardFacts) -> list[str]:
    """What may still be known of people and firms."""
    if facts.is_simulated:
        return ["None: persons, firms and goods are invented."]
    if facts.is_anonymised:
        return [
            "Pseudonymised, not anonymous: headers, names, places and days were taken out and names replaced by keyed "
            "pseudonyms, but whoever holds an original can recognise the picture of its cargo.",
            "Where law protects personal data, treat it as such; a unit is removed on request with `pool.py forget`.",
        ]
    return [
        "The history of this pool names no anonymisation: treat it as holding whatever its sources held, which may "
        "name people, firms, vehicles and places.",
    ]


def biases(facts: CardFacts) -> list[str]:
    """How the pool differs from what crosses a border."""
    found = [
        "The share of scans with contraband is that of the sources, or was chosen; it is not the share in traffic.",
        "Objects that are easily found were found more often, unless the scans were simulated or examined by hand.",
    ]
    if len(facts.scanners) > 1:
        most, count = facts.scanners.most_common(1)[0]
        found.append(
            f"{count / facts.scans:.0%} of the scans come from one scanner ({most}): results differ by scanner."
        )
    elif facts.scanners:
        found.append("All scans come from one scanner: nothing here tells how a detector does on another.")
    rare = sorted(label for label in facts.info.labels if facts.labels[label] < 10)
    if rare and not facts.is_sealed:
        found.append(f"Labels with fewer than ten objects: {', '.join(rare)}.")
    return found


def limitations(facts: CardFacts) -> list[str]:
    """What must not be concluded."""
    found = [
        "A rate measured here holds for consignments and scanners like these; elsewhere it is unknown.",
        "Objects of a scan and scans of a group are not independent: count groups, not boxes.",
    ]
    if facts.is_simulated:
        found.append("Simulated scans do not replace real ones when a detector is admitted.")
    if any(name.startswith(("display", "unknown")) for name in facts.quantities):
        found.append("Some views are rendered pictures, or numbers whose meaning nobody stated: they hold no physics.")
    return found


def uses(facts: CardFacts) -> list[str]:
    """What it is for, as far as rights go."""
    may = sum(count for (_, train, _), count in facts.rights.items() if train)
    pass_on = sum(count for (_, _, redistribute), count in facts.rights.items() if redistribute)
    return [
        "Training and benchmarking of detectors of contraband, and of checks of scans against declarations.",
        f"Training is allowed on {may:,} of {facts.scans:,} scans, passing on of {pass_on:,}: each keeps its rights.",
        "Not for deciding on a person or a consignment without an officer, nor for finding out who sent what.",
    ]


def impact() -> str:
    """What use of it may do to people."""
    return (
        "Detectors choose whose goods are opened. False alarms delay and burden honest traders, misses let contraband "
        "through, and both may fall unevenly on origins, carriers and goods that are rare here. Report rates with "
        "their intervals, for each scanner, and let an officer decide."
    )


def maintenance() -> str:
    """How it changes."""
    return (
        "Its content hash names a version, its history says how it came about, `pool.py diff` says what changed, and "
        "`pool.py forget` removes a unit and lists what was made from the pool."
    )
