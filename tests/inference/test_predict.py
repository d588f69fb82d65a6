from __future__ import annotations

import errno

import numpy as np
import pytest
import torch
from inference_fakes import DarkBlobs, MeanGoods, blob_pixels, component, package, scan_of

from declarations import UnitClaim
from imaging import Quantity
from inference import MOST_FINDINGS, OutOfResources, PackageMisfit, Prediction, Request, predict
from inference.errors import one_line, stop_if_out_of_resources
from models import Detections

CLAIM = UnitClaim(unit_id="u", declaration_ids=("d",))


class Fixed(torch.nn.Module):
    """Answers the same for every image."""

    def __init__(self, boxes, scores, labels=None):
        super().__init__()
        labels = [0] * len(scores) if labels is None else labels
        self.answer = Detections(torch.tensor(boxes).reshape(-1, 4), torch.tensor(scores), torch.tensor(labels).long())

    def detect(self, image_BCHW, size_B2):
        return [self.answer for _ in image_BCHW]


def one(module, scan, **options):
    (result,) = predict(package(component("detector", module, **options)), [Request(scan)])
    return result


def test_no_scans_no_predictions(detector):
    assert predict(package(detector), []) == []


def test_a_scan_without_dark_blobs_has_no_findings(detector):
    (result,) = predict(package(detector), [Request(scan_of(blob_pixels()))])
    assert isinstance(result, Prediction)
    assert result.findings == ()
    assert result.top_score == -np.inf


def test_boxes_are_pixels_of_the_stored_view_at_any_working_scale():
    boxes = [(10, 20, 50, 28), (80, 40, 90, 88)]
    scan = scan_of(blob_pixels(*boxes, size_hw=(200, 300)))
    for long_side in (None, 150):
        found = one(DarkBlobs(), scan, long_side=long_side).findings
        assert sorted(box.box_xyxy for box in found) == [pytest.approx(box, abs=3) for box in boxes]
        assert [box.label for box in sorted(found, key=lambda box: box.box_xyxy)] == ["blade", "firearm"]


def test_what_is_said_of_a_scan_does_not_depend_on_its_neighbours(detector):
    rng = np.random.default_rng(0)
    sizes = [(96, 128), (96, 120), (40, 33), (200, 64), (96, 128)]
    scans = [scan_of(rng.integers(0, 65536, size, dtype=np.uint16), f"s{n}") for n, size in enumerate(sizes)]
    together = predict(package(detector), [Request(scan) for scan in scans])
    alone = [predict(package(detector), [Request(scan)])[0] for scan in scans]
    assert together == alone


def test_findings_are_clipped_rounded_floored_and_counted():
    scan = scan_of(blob_pixels(size_hw=(64, 64)))
    boxes = [[-5.0, -5.0, 10.123456, 70.0], [64.0, 0.0, 80.0, 10.0], [1.0, 1.0, 1.001, 9.0], [2.0, 2.0, 9.0, 9.0]]
    found = one(Fixed(boxes, [0.9, 0.8, 0.7, 0.01]), scan).findings
    assert [(item.box_xyxy, item.score) for item in found] == [((0.0, 0.0, 10.12, 64.0), 0.9)]
    many = one(Fixed([[0.0, 0.0, 5.0, 5.0]] * 150, [0.5] * 150), scan).findings
    assert len(many) == MOST_FINDINGS


@pytest.mark.parametrize(("boxes", "scores"), [([[0.0, 0.0, 5.0, np.nan]], [0.5]), ([[0.0, 0.0, 5.0, 5.0]], [np.nan])])
def test_numbers_that_are_none_fail_the_scan_and_do_not_vanish(boxes, scores):
    result = one(Fixed(boxes, scores), scan_of(blob_pixels()))
    assert isinstance(result, ValueError)
    assert "finite" in str(result)


class Refuses(DarkBlobs):
    """Fails on any pass that holds a picture with a black corner."""

    def detect(self, image_BCHW, size_B2):
        if (image_BCHW[:, 0, 0, 0] == 0).any():
            raise RuntimeError("a black corner")
        return super().detect(image_BCHW, size_B2)


def test_one_bad_scan_costs_no_other():
    bad = blob_pixels((5, 5, 20, 10))
    bad[0, 0] = 0
    scans = [scan_of(blob_pixels((5, 5, 20, 10)), "a"), scan_of(bad, "b"), scan_of(blob_pixels((5, 5, 20, 10)), "c")]
    first, second, third = predict(package(component("detector", Refuses())), [Request(scan) for scan in scans])
    assert isinstance(second, RuntimeError)
    assert isinstance(first, Prediction)
    assert first == third
    assert len(first.findings) == 1


def test_a_package_that_does_not_fit_is_refused_for_that_scan_alone(detector):
    colour = scan_of(np.zeros((3, 40, 40), np.uint8), quantity=Quantity.DISPLAY)
    grey = scan_of(blob_pixels())
    refused, done = predict(package(detector), [Request(colour), Request(grey)])
    assert isinstance(refused, PackageMisfit)
    assert "red, green, blue" in str(refused)
    assert isinstance(done, Prediction)


def test_goods_are_weighed_in_the_region_of_each_unit(detector, goods):
    pixels = blob_pixels((0, 0, 64, 96), size_hw=(96, 128))
    claims = (
        CLAIM.model_copy(update={"region_xyxy": (0, 0, 64, 96)}),
        CLAIM.model_copy(update={"region_xyxy": (64, 0, 128, 96)}),
        CLAIM,
    )
    (result,) = predict(package(detector, goods), [Request(scan_of(pixels), claims)])
    dark, bright, whole = (one.goods_logit for one in result.evidence)
    assert dark["steel"] == pytest.approx(4 * (0.5 - 2000 / 65535), abs=5e-4)
    assert bright["textiles"] > 0 > bright["steel"]
    assert dark["steel"] > whole["steel"] > bright["steel"]
    assert result.roles == ("detector", "goods")


def test_evidence_that_is_not_there_says_why(detector):
    (result,) = predict(package(detector), [Request(scan_of(blob_pixels()), (CLAIM,))])
    (evidence,) = result.evidence
    assert evidence.goods_logit == {}
    assert evidence.mass is None
    assert evidence.fill is None
    assert set(evidence.missing) == {"goods", "mass", "fill"}
    assert result.roles == ("detector",)


def test_a_goods_network_that_does_not_fit_does_not_stop_the_detector(detector):
    colour_goods = component("goods", MeanGoods(), channels=("red", "green", "blue"), labels=("steel", "textiles"))
    (result,) = predict(package(detector, colour_goods), [Request(scan_of(blob_pixels()), (CLAIM,))])
    assert "red, green, blue" in result.evidence[0].missing["goods"]


def test_without_a_declaration_the_goods_network_is_not_asked(detector, goods):
    claim = UnitClaim(unit_id="u", problem="no declaration is linked")
    (result,) = predict(package(detector, goods), [Request(scan_of(blob_pixels()), (claim,))])
    assert result.evidence[0].missing["goods"] == "no declaration is linked"


class OutOfMemory(torch.nn.Module):
    def detect(self, image_BCHW, size_B2):
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")


def test_no_memory_stops_the_run_and_is_not_a_failed_scan():
    with pytest.raises(OutOfResources, match="batch_size"):
        one(OutOfMemory(), scan_of(blob_pixels()))


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_full_disk_stops_the_run(code):
    with pytest.raises(OutOfResources, match="make room"):
        stop_if_out_of_resources(OSError(code, "No space left on device", "x.png"))
    stop_if_out_of_resources(FileNotFoundError(errno.ENOENT, "gone"))


def test_an_error_is_one_bounded_line():
    assert one_line(ValueError("a\nb\n" + "c" * 900)).count("\n") == 0
    assert len(one_line(ValueError("c" * 900))) == 400
    assert one_line(KeyError()) == "KeyError"
