"""The three rates that an evaluator signs. Each is a share with its interval; the cluster is the scan's group."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from evaluation.matching import located
from evaluation.records import Prediction, ScanTruth, Truth
from evaluation.statistics import Interval, rate_interval


def pd_loc(
    truths: Sequence[Truth],
    alarms: Sequence[Prediction],
    group_of_scan: Mapping[str, str],
    *,
    iou: float = 0.3,
    match_label: bool = True,
    confidence: float = 0.95,
) -> Interval:
    """Share of threats with an alarm on them; a threat in an image that was not processed counts as missed."""
    hits_N = located(truths, alarms, iou=iou, match_label=match_label)
    return rate_interval(hits_N, [group_of_scan[item.scan_id] for item in truths], confidence)


def pd_scan(threat_scans: Sequence[ScanTruth], alarmed: Collection[str], confidence: float = 0.95) -> Interval:
    """Share of scans with a threat that alarm at all, wherever; a scan that was not processed counts as missed."""
    return _share_alarmed(threat_scans, alarmed, confidence)


def pfa_scan(clean_scans: Sequence[ScanTruth], alarmed: Collection[str], confidence: float = 0.95) -> Interval:
    """Share of clean scans that alarm. Give processed scans only: an unread scan is not one without an alarm."""
    return _share_alarmed(clean_scans, alarmed, confidence)


def _share_alarmed(scans: Sequence[ScanTruth], alarmed: Collection[str], confidence: float) -> Interval:
    return rate_interval([scan.scan_id in alarmed for scan in scans], [scan.group for scan in scans], confidence)
