"""AP50 of resampled groups: boxes are matched once, each draw only weighs the matches anew.

Letters: D predictions of a label, G groups, T hits. On the whole sample this equals COCO's AP50.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from evaluation.average_precision import MAX_DETECTIONS
from evaluation.matching import overlaps
from evaluation.records import Prediction, Truth
from evaluation.statistics import Counts, Interval, percentile_interval, resampled_counts

Item = TypeVar("Item", Truth, Prediction)
_RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True, eq=False)
class LabelMatches:
    """Predictions of one label by falling score: their group (D), whether they hit (D); threats of each group (G)."""

    group: Counts
    hit: NDArray[np.bool_]
    threats: Counts


def matches_at(
    truth: Sequence[Truth],
    predictions: Sequence[Prediction],
    groups: Mapping[int, str],
    labels: Sequence[str],
    iou: float = 0.5,
) -> dict[str, LabelMatches]:
    """Match predictions to threats image by image, as COCO does: by falling score, each to the best free threat.

    Args:
        truth: Threats.
        predictions: Predictions.
        groups: Group of every image that takes part; what lies in other images is left out.
        labels: Labels to match.
        iou: Overlap from which a prediction is a hit.
    """
    place_of_group = {name: place for place, name in enumerate(sorted(set(groups.values())))}
    truth_at, found_at = _by_label_and_image(truth, groups), _by_label_and_image(predictions, groups)
    return {
        label: _label_matches(
            truth_at[label],
            found_at[label],
            {i: place_of_group[g] for i, g in groups.items()},
            len(place_of_group),
            iou,
        )
        for label in labels
    }


def ap_of(matches: LabelMatches, counts_G: Counts) -> float:
    """101-point interpolated average precision, 0 to 1, each group counting as often as said; nan without threats."""
    threats = int(counts_G @ matches.threats)
    if threats == 0:
        return float("nan")
    weight_D = counts_G[matches.group]
    hits_D = np.cumsum(weight_D * matches.hit)
    precision_D = hits_D / np.maximum(np.cumsum(weight_D), 1)
    precision_T, recall_T = precision_D[matches.hit], hits_D[matches.hit] / threats
    envelope_T = np.maximum.accumulate(precision_T[::-1])[::-1]
    place_R = np.searchsorted(recall_T, _RECALLS, side="left")
    reached = place_R < len(recall_T)
    return float(envelope_T[place_R[reached]].sum() / len(_RECALLS))


def mean_ap(matches: Mapping[str, LabelMatches], counts_G: Counts) -> float:
    """Mean of `ap_of` over the labels that have threats in the draw; nan when none has."""
    values = [value for value in (ap_of(entry, counts_G) for entry in matches.values()) if not np.isnan(value)]
    return float(np.mean(values)) if values else float("nan")


def average_precision_interval(
    truth: Sequence[Truth],
    predictions: Sequence[Prediction],
    groups: Mapping[int, str],
    labels: Sequence[str],
    *,
    confidence: float = 0.95,
    draws: int = 1000,
    seed: int = 0,
) -> dict[str, Interval]:
    """AP50 with its percentile bootstrap interval over groups, for each label and, under "", for their mean.

    Args:
        truth: Threats.
        predictions: Predictions.
        groups: Group of every image that takes part, also of those without anything in them.
        labels: Labels.
        confidence: Confidence of the intervals.
        draws: Bootstrap draws.
        seed: Seed of the bootstrap.
    """
    matches = matches_at(truth, predictions, groups, labels)
    threats = {label: int(entry.threats.sum()) for label, entry in matches.items()}
    threats[""] = sum(threats.values())
    if not groups:
        return {label: Interval(None, None, None, 0) for label in threats}
    groups_n = len(set(groups.values()))
    whole = _aps(matches, np.ones(groups_n, np.int64))
    drawn = [_aps(matches, counts_G) for counts_G in resampled_counts(groups_n, draws, seed)]
    return {
        label: percentile_interval(whole[label], [row[label] for row in drawn], n, confidence)
        for label, n in threats.items()
    }


def _aps(matches: Mapping[str, LabelMatches], counts_G: Counts) -> dict[str, float]:
    values = {label: ap_of(entry, counts_G) for label, entry in matches.items()}
    known = [value for value in values.values() if not np.isnan(value)]
    return {**values, "": float(np.mean(known)) if known else float("nan")}


def _by_label_and_image(items: Iterable[Item], groups: Mapping[int, str]) -> dict[str, dict[int, list[Item]]]:
    found: dict[str, dict[int, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        if item.image_id in groups:
            found[item.label][item.image_id].append(item)
    return found


def _label_matches(
    truth_at: Mapping[int, Sequence[Truth]],
    found_at: Mapping[int, Sequence[Prediction]],
    group_of: Mapping[int, int],
    groups_n: int,
    iou: float,
) -> LabelMatches:
    threats_G = np.zeros(groups_n, np.int64)
    for image, items in truth_at.items():
        threats_G[group_of[image]] += len(items)
    rows: list[tuple[float, int, bool]] = []
    for image in sorted(found_at):
        found = sorted(found_at[image], key=lambda item: -item.score)[:MAX_DETECTIONS]
        hits = _greedy(found, truth_at.get(image, ()), iou)
        rows += [(item.score, group_of[image], hit) for item, hit in zip(found, hits, strict=True)]
    rows.sort(key=lambda row: -row[0])  # stable: ties keep the order of images, as in COCO
    hit_D = np.asarray([row[2] for row in rows], bool)
    end = int(np.flatnonzero(hit_D)[-1]) + 1 if hit_D.any() else 0  # nothing after the last hit changes any AP
    return LabelMatches(np.asarray([row[1] for row in rows[:end]], np.int64), hit_D[:end], threats_G)


def _greedy(found: Sequence[Prediction], truth: Sequence[Truth], iou: float) -> list[bool]:
    if not truth:
        return [False] * len(found)
    overlap_DN = overlaps(
        np.asarray([item.box_xyxy for item in found], float).reshape(-1, 4),
        np.asarray([item.box_xyxy for item in truth], float).reshape(-1, 4),
    )
    free_N, hits = np.ones(len(truth), bool), []
    for row_N in overlap_DN:
        open_N = np.where(free_N, row_N, -1.0)
        best = len(open_N) - 1 - int(np.argmax(open_N[::-1]))  # the last among equals, as in COCO
        hits.append(bool(open_N[best] >= iou))
        free_N[best] &= not hits[-1]
    return hits
