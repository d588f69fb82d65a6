"""Small sources in the layouts in which public sets are published."""

import json

import cv2
import numpy as np
import pytest


def picture(seed: int, height: int = 48, width: int = 64) -> np.ndarray:
    """A smooth random colour picture on white, unlike those of other seeds."""
    coarse = np.random.default_rng(seed).uniform(40, 255, (6, 8, 3)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)


@pytest.fixture
def coco_source(tmp_path):
    """Forty pictures in COCO layout, with groups, scenes, a near-duplicate and every kind of dirt."""
    folder = tmp_path / "source"
    (folder / "images").mkdir(parents=True)
    images, annotations = [], []
    for number in range(40):
        seed = 3 if number == 4 else number
        cv2.imwrite(str(folder / "images" / f"bag{number:02}.png"), picture(seed))
        images.append(
            {
                "id": number + 1,
                "file_name": f"bag{number:02}.png",
                "height": 48,
                "width": 64,
                "group": f"c{number // 2}" if number > 9 else f"s{number}",
                "scene": str(number % 2),
            }
        )
        annotations.append(
            {"id": number + 1, "image_id": number + 1, "category_id": 1 + number % 2, "bbox": [8, 8, 20, 16]}
        )
    images[5]["height"] = 999
    images.append({"id": 99, "file_name": "gone.png", "height": 48, "width": 64})
    annotations += [
        {"id": 50, "image_id": 1, "category_id": 1, "bbox": [60, 40, 20, 20]},
        {"id": 51, "image_id": 2, "category_id": 1, "bbox": [100, 100, 5, 5]},
        {"id": 52, "image_id": 3, "category_id": 9, "bbox": [1, 1, 5, 5]},
        {"id": 53, "image_id": 77, "category_id": 1, "bbox": [1, 1, 5, 5]},
    ]
    categories = [{"id": 1, "name": "Gun"}, {"id": 2, "name": "Knife"}, {"id": 3, "name": "Pliers"}]
    document = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "annotations.json").write_text(json.dumps(document))
    return folder
