"""Making pools: the rate beside plain copying and hashing, where pixels stay as they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import imagecodecs
import numpy as np
from numpy.typing import NDArray

from benchmarks.case import Case
from datasets.verbs import anonymise
from datasets.verbs.outcome import quietly
from tools.fuzzing.dicom_seeds import dicom_bytes
from tools.fuzzing.picture_seeds import tiff_bytes

_SHAPE = (4096, 2048)
_FILES = 24  # a run has fixed costs of a tenth of a second or two, which a pool does not feel
_KEY = "00112233445566778899aabbccddeeff"
_CHUNK = 1 << 20


def pooling_cases(folder: Path) -> Iterator[Case]:
    """A case for each format: scans of 16 MiB of pixels, headers rewritten and pixels kept, one process."""
    key_file = folder / "key"
    key_file.write_text(_KEY, encoding="utf-8")
    for name, suffix, encoded in (("TIFF", ".tif", tiff_bytes), ("DICOM", ".dcm", _dicom), ("PNG", ".png", _png)):
        source = folder / f"anonymise_{name}"
        source.mkdir()
        for number in range(_FILES):
            (source / f"{number}{suffix}").write_bytes(encoded(_picture(number)))
        megabytes = sum(path.stat().st_size for path in source.iterdir()) / 1e6
        also = {"unpacking alone": partial(_unpack, source)} if name == "PNG" else {}  # what no check can do without
        yield _case(name, source, key_file, megabytes, also)


def _picture(seed: int) -> NDArray[np.uint16]:
    """Smooth shapes of its own under noise: no two resemble each other, as in a pool of different scans."""
    rng = np.random.default_rng(seed)
    rough = rng.uniform(2000, 50_000, (16, 8)).astype(np.float32)
    smooth_HW = cv2.resize(rough, _SHAPE[::-1], interpolation=cv2.INTER_CUBIC)
    return np.clip(smooth_HW + rng.normal(0, 300, _SHAPE), 0, 65_535).astype(np.uint16)


def _dicom(plane_HW: NDArray[np.uint16]) -> bytes:
    return dicom_bytes(plane_HW[None], storage="dx")


def _png(plane_HW: NDArray[np.uint16]) -> bytes:
    _, png = cv2.imencode(".png", plane_HW, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return png.tobytes()


def _unpack(source: Path) -> None:
    """Unpack the rows of every PNG in a folder, each written by OpenCV with its header first."""
    for path in sorted(source.iterdir()):
        content, packed, at = path.read_bytes(), [], 8
        while at < len(content):
            length = int.from_bytes(content[at : at + 4], "big")
            if content[at + 4 : at + 8] == b"IDAT":
                packed.append(content[at + 8 : at + 8 + length])
            at += 12 + length
        imagecodecs.deflate_decode(b"".join(packed), out=_SHAPE[0] * (1 + 2 * _SHAPE[1]))


def _case(name: str, source: Path, key_file: Path, megabytes: float, also: Mapping[str, Callable[[], object]]) -> Case:
    def ours() -> None:
        with TemporaryDirectory() as beside:
            anonymise.run(
                source=source, site="bench", out=Path(beside, "pool"), key_file=key_file, quarantine=None, profile=None,
                licence="unknown", may_train=True, may_redistribute=False, text="none", people="none", dates="month",
                code_digits=6, mass_step_kg=10.0, origin="region", descriptions="none", workers=1, track=quietly,
            )  # fmt: skip

    def copied() -> None:
        with TemporaryDirectory() as out:
            for path in sorted(source.iterdir()):
                _copy_and_hash(path, Path(out, path.name))

    return Case(f"anonymise {name}, pixels kept", "MB/s", megabytes, {"ours": ours, "copy and hash": copied, **also})


def _copy_and_hash(path: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source, target.open("wb") as copy:
        while block := source.read(_CHUNK):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()
