"""A folder of scans and tables of all formats with secrets in every place, and a folder of clean ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.planted_secrets.dicom import secret_dicom
from tools.planted_secrets.pictures import Burnt, Picture, backgrounds, burn
from tools.planted_secrets.plain import secret_jpeg, secret_pillow_tiff, secret_png, secret_tiff
from tools.planted_secrets.secrets import Secrets
from tools.planted_secrets.tables import secret_csv, secret_json

_FORMATS = ("dicom", "tiff16", "png16", "jpeg", "dicom", "tiff8", "png8", "pillow_tiff", "dicom", "table")
_BYTE = ("jpeg", "tiff8", "png8", "pillow_tiff")
_SUFFIX = {"dicom": ".dcm", "jpeg": ".jpg", "png8": ".png", "png16": ".png"}
CLEAN_HEIGHT = 220


@dataclass(frozen=True)
class Planted:
    """A file with a picture: what any reader sees in it, and the strokes of text, where there are any."""

    path: Path
    width: int
    picture_HW: Picture
    strokes_HW: NDArray[np.bool_] | None


def plant(folder: Path, files: int, seed: int) -> tuple[tuple[Planted, ...], Secrets]:
    """Write `files` files into folders whose names are secret as well; every second picture has text burnt into it."""
    secrets = Secrets(np.random.default_rng(seed))
    pictures = backgrounds(files, seed)
    planted: list[Planted] = []
    inside = folder
    for number in range(files):
        if number % 25 == 0:
            inside = folder / secrets.draw("folder name").replace("/", "_")
            inside.mkdir(parents=True)
        name = secrets.draw("file name").replace("/", "_")
        kind = _FORMATS[number % len(_FORMATS)]
        if kind == "table":
            _plant_table(inside / name, number, [one.path.stem for one in planted[-9:]], secrets)
        else:
            path = inside / (name + _SUFFIX.get(kind, ".tif"))
            planted.append(_plant_picture(path, kind, number, next(pictures), secrets))
    return tuple(planted), secrets


def plant_clean(folder: Path, files: int, seed: int) -> None:
    """Pictures without a secret: 16-bit TIFF and PNG."""
    folder.mkdir(parents=True)
    for number, picture in enumerate(backgrounds(files, seed, CLEAN_HEIGHT)):
        cv2.imwrite(str(folder / f"{number:05}{('.png', '.tif')[number % 2]}"), picture)


def _plant_picture(path: Path, kind: str, number: int, crop: NDArray[np.uint16], secrets: Secrets) -> Planted:
    picture: Picture = (crop >> 8).astype(np.uint8) if kind in _BYTE else crop
    burnt = burn(picture, secrets.rng) if number % 2 else Burnt(picture, np.zeros(picture.shape, bool))
    path.write_bytes(b"".join(_encoded(kind, number, burnt.picture_HW, secrets)))
    shown = cv2.imread(str(path), cv2.IMREAD_UNCHANGED) if kind == "jpeg" else burnt.picture_HW
    assert shown is not None
    return Planted(path, shown.shape[1], shown, burnt.strokes_HW if number % 2 else None)


def _encoded(kind: str, number: int, picture: Picture, secrets: Secrets) -> Iterator[bytes]:
    if kind == "dicom":
        yield secret_dicom(picture.astype(np.uint16), number // 2, secrets)
    elif kind == "jpeg":
        yield secret_jpeg(picture.astype(np.uint8), number // 10, secrets)
    elif kind == "pillow_tiff":
        yield secret_pillow_tiff(picture.astype(np.uint8), secrets)
    else:
        yield secret_png(picture, secrets) if "png" in kind else secret_tiff(picture, number, secrets)


def _plant_table(stem: Path, number: int, units: Sequence[str], secrets: Secrets) -> None:
    write, suffix = ((secret_csv, ".csv"), (secret_json, ".json"))[number // 10 % 2]
    stem.with_name(stem.name + suffix).write_text(write(units, secrets), encoding="utf-8")
