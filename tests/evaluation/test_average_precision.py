import contextlib
import io

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from evaluation import Prediction, Truth, average_precision, average_precision_interval
from evaluation.resampled_ap import matches_at, mean_ap

LABELS = ("pistol", "knife", "wrench")


def _reference_coco(truth, predictions, image_ids, labels):
    number = {label: place for place, label in enumerate(labels, start=1)}

    def entry(item):
        x0, y0, x1, y1 = item.box_xyxy
        return {"image_id": item.image_id, "category_id": number[item.label], "bbox": [x0, y0, x1 - x0, y1 - y0]}

    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO()
        known.dataset = {
            "info": {},
            "images": [{"id": image} for image in image_ids],
            "categories": [{"id": place, "name": label} for label, place in number.items()],
            "annotations": [
                {"id": place, "iscrowd": 0, "area": 1.0, **entry(item)} for place, item in enumerate(truth, start=1)
            ],
        }
        known.createIndex()
        found = known.loadRes([{"score": item.score, **entry(item)} for item in predictions])
        run = COCOeval(known, found, "bbox")
        run.evaluate()
        run.accumulate()
        run.summarize()
    per_class = [run.eval["precision"][0, :, place, 0, -1] for place in range(len(labels))]
    return run.stats[:3], [curve.mean() if curve.min() > -1 else None for curve in per_class]


def _made_up(seed, images=40, decimals=3, labels=LABELS):
    random = np.random.default_rng(seed)
    truth, predictions = [], []
    for image in range(1, images + 1):
        for _ in range(random.poisson(1.5)):
            corner, size = random.uniform(0, 80, 2), random.uniform(8, 30, 2)
            box, label = np.concatenate([corner, corner + size]), str(random.choice(labels[:2]))
            truth.append(Truth(image, label, tuple(box.tolist()), f"s{image}"))
            for _ in range(random.poisson(1.0)):
                near = tuple((box + random.normal(0, 2.5, 4).clip(-3.9, 3.9)).tolist())
                predictions.append(Prediction(image, label, near, float(np.round(random.beta(4, 3), decimals))))
        for _ in range(random.poisson(0.7)):
            corner = random.uniform(0, 80, 2)
            box = tuple(np.concatenate([corner, corner + 12]).tolist())
            predictions.append(
                Prediction(image, str(random.choice(labels)), box, float(np.round(random.random(), decimals)))
            )
    return truth, predictions, range(1, images + 1)


def test_without_truth_there_is_no_precision():
    found = average_precision([], [Prediction(1, "pistol", (0, 0, 1, 1), 0.5)], [1], LABELS)
    assert (found["AP"], found["AP50"], found["AP75"]) == (None, None, None)
    assert found["per_class"]["pistol"] == {"AP": None, "AP50": None, "n": 0}
    assert average_precision([], [], [], LABELS)["AP"] is None
    intervals = average_precision_interval([], [], {1: "g"}, LABELS)
    assert intervals[""].as_dict() == {"value": None, "lower": None, "upper": None, "n": 0}
    assert average_precision_interval([], [], {}, LABELS)[""].value is None


def test_without_predictions_everything_is_missed():
    truth = [Truth(1, "pistol", (0, 0, 9, 9), "s")]
    found = average_precision(truth, [], [1, 2], LABELS)
    assert (found["AP"], found["AP50"]) == (0.0, 0.0)
    assert found["per_class"]["knife"]["AP50"] is None
    assert average_precision_interval(truth, [], {1: "a", 2: "b"}, LABELS, draws=50)["pistol"].value == 0.0


def test_a_perfect_detector_scores_one():
    truth, _, images = _made_up(0)
    perfect = [Prediction(item.image_id, item.label, item.box_xyxy, 0.9) for item in truth]
    assert average_precision(truth, perfect, images, LABELS)["AP"] == pytest.approx(1)


@pytest.mark.parametrize("decimals", [3, 1], ids=["distinct", "tied scores"])
@pytest.mark.parametrize("seed", range(4))
def test_precision_is_that_of_pycocotools(seed, decimals):
    truth, predictions, images = _made_up(seed, decimals=decimals)
    (ap, ap50, ap75), per_class = _reference_coco(truth, predictions, images, LABELS)
    found = average_precision(truth, predictions, images, LABELS)
    assert (found["AP"], found["AP50"], found["AP75"]) == pytest.approx((ap, ap50, ap75), abs=1e-9)
    for label, wanted in zip(LABELS, per_class, strict=True):
        assert found["per_class"][label]["AP50"] == (None if wanted is None else pytest.approx(wanted, abs=1e-9))


@pytest.mark.parametrize("decimals", [3, 1], ids=["distinct", "tied scores"])
@pytest.mark.parametrize("seed", range(4))
def test_fast_precision_equals_it_on_the_whole_sample(seed, decimals):
    truth, predictions, images = _made_up(seed, decimals=decimals)
    whole = average_precision(truth, predictions, images, LABELS)
    fast = average_precision_interval(truth, predictions, {i: f"g{i // 3}" for i in images}, LABELS, draws=20)
    assert fast[""].value == pytest.approx(whole["AP50"], abs=1e-9)
    for label in LABELS[:2]:
        assert fast[label].value == pytest.approx(whole["per_class"][label]["AP50"], abs=1e-9)


def test_only_the_hundred_best_predictions_of_an_image_count():
    truth = [Truth(1, "pistol", (0, 0, 10, 10), "s")]
    noise = [Prediction(1, "pistol", (50, 50, 60, 60), 0.9) for _ in range(100)]
    late = [*noise, Prediction(1, "pistol", (0, 0, 10, 10), 0.1)]
    assert average_precision(truth, late, [1], LABELS)["AP50"] == 0
    assert average_precision_interval(truth, late, {1: "g"}, LABELS, draws=2)[""].value == 0


def test_a_resampled_group_counts_as_its_copies():
    """Weighing a group three times is evaluating three copies of its images."""
    truth, predictions, images = _made_up(7, images=12)
    groups = {image: f"g{image % 4}" for image in images}
    counts = np.array([3, 0, 1, 2])
    copies = [(image, copy) for image in images for copy in range(counts[image % 4])]
    number = {key: place for place, key in enumerate(copies, start=1)}

    def repeated(items, kind):
        for item in items:
            for copy in range(counts[item.image_id % 4]):
                values = {name: getattr(item, name) for name in kind.__slots__}
                yield kind(**values | {"image_id": number[item.image_id, copy]})

    whole = average_precision(
        list(repeated(truth, Truth)), list(repeated(predictions, Prediction)), number.values(), LABELS
    )
    assert mean_ap(matches_at(truth, predictions, groups, LABELS), counts) == pytest.approx(whole["AP50"], abs=1e-9)


def test_images_outside_the_question_are_left_out():
    truth, predictions, _ = _made_up(1)
    kept = range(1, 11)
    wanted, _ = _reference_coco(
        [item for item in truth if item.image_id in kept],
        [item for item in predictions if item.image_id in kept],
        kept,
        LABELS,
    )
    assert average_precision(truth, predictions, kept, LABELS)["AP"] == pytest.approx(wanted[0], abs=1e-9)


def test_draws_of_whole_groups_bracket_the_value_and_depend_on_the_seed_alone():
    truth, predictions, images = _made_up(3, images=60)
    groups = {image: f"g{image // 2}" for image in images}
    first, again, other = (
        average_precision_interval(truth, predictions, groups, LABELS, draws=100, seed=seed) for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other
    assert 0 < first[""].lower < first[""].value < first[""].upper < 1
    assert first["wrench"].as_dict() == {"value": None, "lower": None, "upper": None, "n": 0}


def test_one_group_has_no_width_and_confidence_widens():
    truth, predictions, images = _made_up(3, images=60)
    one = average_precision_interval(truth, predictions, dict.fromkeys(images, "g"), LABELS, draws=20)[""]
    assert one.lower == one.value == one.upper
    groups = {image: f"g{image}" for image in images}
    narrow, wide = (
        average_precision_interval(truth, predictions, groups, LABELS, draws=100, confidence=share)[""]
        for share in (0.5, 0.95)
    )
    assert wide.lower < narrow.lower < narrow.upper < wide.upper
