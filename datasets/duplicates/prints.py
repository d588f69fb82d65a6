"""Some kilobytes by which a view is known again: a small picture of what it absorbs, and keys of its landmarks.

Attenuation makes the print blind to brightness: a gain moves it by a constant and a gamma stretches it, and neither
changes the sign of a coefficient or a correlation. Landmarks make it blind to crops: a patch around the strongest
lights and darks is the same patch wherever the border was cut. A view of more than 8 bits has its noise still, and
its picture is kept in 16 bits, of which the lower 8 are mostly that noise.

The pieces are old: landmarks are extrema of differences of Gaussians (Lowe, IJCV 60, 2004), their keys the signs of
the lowest DCT coefficients of a patch (as in perceptual hashes; Zauner 2010), the unsure signs taken both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from imaging import NoPhysics, Quantity, Scan, View

THUMBNAIL = 96
SIDE = 192
"""Side of the square in which landmarks are looked for; whatever the aspect, so that stretching does not matter."""
LANDMARKS = 48
PATCH = 30
"""Half the side of a landmark's patch, in pixels of that square."""
BITS = 24
LEAST_CONTRAST = 0.01
"""Standard deviation of attenuation below which a view is blank: an empty belt resembles nothing."""
NOISE_STEP = 1 / 256
"""Step of the levels of a picture with noise; that of a picture without is 1."""
_AREA = THUMBNAIL * THUMBNAIL
_SAMPLE = 1 << 14
_ROOM = 3
_DARKEST = 1 / 64
_BORDER = 8
_LEAST_BLOB = 0.02
_CELLS = 16
_FREQUENCIES = sorted(((v, u) for v in range(8) for u in range(8) if v + u), key=lambda vu: (sum(vu), vu))[:BITS]
_ROWS, _COLUMNS = (np.array(axis) for axis in zip(*_FREQUENCIES, strict=True))
_WAVES = cv2.dct(np.eye(_CELLS, dtype=np.float32), flags=cv2.DCT_ROWS).T[: 1 + max(*_ROWS, *_COLUMNS)] @ cv2.resize(
    np.eye(2 * PATCH, dtype=np.float32), (2 * PATCH, _CELLS), interpolation=cv2.INTER_AREA
)
"""What shrinks one axis of a patch by averages and takes its lowest DCT coefficients, a row each."""
_WEIGHTS = np.left_shift(np.uint32(1), np.arange(BITS, dtype=np.uint32))
MIRRORED = int(_WEIGHTS[_COLUMNS % 2 == 1].sum())
"""Signs that turn in a patch that is mirrored left-right: XOR with it mirrors a key."""
Image = NDArray[np.float32]


def scan_prints(scan_id: str, scan: Scan) -> Iterator[tuple[str, bytes]]:
    """Prints of all views of a scan under its name, as `near_duplicate_pairs` takes them."""
    yield from ((scan_id, view_print(view)) for view in scan.views)


def view_print(view: View) -> bytes:
    """Print of a view; of a volume, that of its mean projection. Empty bytes for a view without contrast."""
    signal_HW = _mean_plane(_signal(_shrunk(view)))
    attenuation_HW = -np.log(np.clip(_small(signal_HW, SIDE), _DARKEST, 1))
    return fingerprint(attenuation_HW, noisy=_is_noisy(view))


def fingerprint(attenuation_HW: Image, *, noisy: bool = False) -> bytes:
    """Print of a picture of attenuation, of any size, empty if it is blank.

    It is `THUMBNAIL` squared levels (uint8), with noise as many 256ths of a level (uint8), then keys (uint32).

    Args:
        attenuation_HW: The picture.
        noisy: Whether its noise is that of the exposure: neither rounded nor compressed away.
    """
    square = _small(attenuation_HW.astype(np.float32), SIDE)
    small = cv2.resize(square, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    if float(small.std()) < LEAST_CONTRAST:
        return b""
    low, high = float(small.min()), float(small.max())
    levels = (small - low) * (255 / (high - low))
    picture = _with_noise(levels) if noisy else np.rint(levels).astype(np.uint8).tobytes()
    return picture + _keys(square).astype("<u4").tobytes()


def _with_noise(levels: Image) -> bytes:
    whole, rest = np.divmod(np.rint(levels / NOISE_STEP).astype(np.uint16), round(1 / NOISE_STEP))
    return whole.astype(np.uint8).tobytes() + rest.astype(np.uint8).tobytes()


def _is_noisy(view: View) -> bool:
    """Whether it has more levels than 8 bits: what was compressed with loss has no more, however it is kept."""
    pixels = view.pixels[0].ravel()
    levels = np.sort(pixels[:: pixels.size // _SAMPLE + 1])  # a twentieth of the time of `np.unique`
    return bool(np.count_nonzero(levels[1:] > levels[:-1]) >= 1 << 8)


def _shrunk(view: View) -> View:
    """A large view with fewer pixels, where their mean means what they mean: far less to convert.

    Rounding to levels is drowned by the averaging that follows: what is left has `_ROOM` times the side of a print.
    """
    height, width = (max(1, side // (_ROOM * SIDE)) for side in view.size_hw)
    is_linear = view.quantity is not Quantity.ATTENUATION and view.law is None and not isinstance(view.air, np.ndarray)
    if not is_linear or height * width < _ROOM or view.pixels.dtype != np.uint16 or view.pixels.ndim != 3:
        return view
    rows, columns = view.size_hw[0] // height, view.size_hw[1] // width
    whole_CHW = view.pixels[:, : rows * height, : columns * width]  # of whole blocks: twice as fast
    planes = [cv2.resize(plane, (columns, rows), interpolation=cv2.INTER_AREA) for plane in whole_CHW]
    return replace(view, pixels=np.stack(planes), valid=None)


def _signal(view: View) -> Image:
    """The view's signal; of counts whose air nobody stated, the share of the full scale."""
    try:
        return view.signal()
    except NoPhysics:
        return replace(view, quantity=Quantity.UNKNOWN).signal()


def holds_noise(print_: bytes) -> bool:
    """Whether the picture in a print was kept with its noise."""
    return len(print_) >= 2 * _AREA  # keys are at most 3 for a landmark, far fewer bytes than a second plane


def thumbnail_of(print_: bytes) -> Image:
    """The small picture in a print that is not empty, float32 (`THUMBNAIL`, `THUMBNAIL`) in 0 to 255."""
    levels = np.frombuffer(print_, np.uint8, _AREA).astype(np.float32)
    if holds_noise(print_):
        levels += np.frombuffer(print_, np.uint8, _AREA, offset=_AREA) * np.float32(NOISE_STEP)
    return levels.reshape(THUMBNAIL, THUMBNAIL)


def keys_of(print_: bytes) -> list[int]:
    """Keys of the landmarks in a print, each once, rising."""
    return [int(key) for key in np.frombuffer(print_[_AREA << holds_noise(print_) :], "<u4")]


def _mean_plane(signal: Image) -> Image:
    """Mean over channels and slices, (H, W)."""
    planes_NHW = signal.reshape(-1, *signal.shape[-2:])
    return planes_NHW[0] if len(planes_NHW) == 1 else planes_NHW.mean(axis=0, dtype=np.float32)


def _small(image: Image, side: int) -> Image:
    """Shrunk by averages and stretched by lines, each axis on its own: averages of a stretched axis would be steps."""
    height, width = image.shape
    averaged = cv2.resize(image, (min(width, side), min(height, side)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(averaged, (side, side), interpolation=cv2.INTER_LINEAR))


def _keys(square: Image) -> NDArray[np.uint32]:
    """Keys of each landmark: its signs, and with the one or the other of its two weakest coefficients turned."""
    smooth = cv2.GaussianBlur(square, (0, 0), 4)
    blobs = np.abs(smooth - cv2.GaussianBlur(square, (0, 0), 7))
    padded = np.asarray(cv2.copyMakeBorder(smooth, PATCH, PATCH, PATCH, PATCH, cv2.BORDER_REFLECT_101), np.float32)
    values = _coefficients(np.lib.stride_tricks.sliding_window_view(padded, (2 * PATCH, 2 * PATCH))[_landmarks(blobs)])
    keys = (values > 0) @ _WEIGHTS
    weakest = np.argsort(np.abs(values), axis=1, kind="stable")[:, :2]
    return np.unique(np.concatenate([keys, keys ^ _WEIGHTS[weakest[:, 0]], keys ^ _WEIGHTS[weakest[:, 1]]]))


def _landmarks(blobs: Image) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the strongest extrema, away from the border, where a crop would change them."""
    peaks = (blobs == cv2.dilate(blobs, np.ones((11, 11), np.uint8))) & (blobs > _LEAST_BLOB * blobs.max())
    inner = np.zeros_like(peaks)
    inner[_BORDER:-_BORDER, _BORDER:-_BORDER] = peaks[_BORDER:-_BORDER, _BORDER:-_BORDER]
    rows, columns = np.nonzero(inner)
    strongest = np.argsort(-blobs[rows, columns], kind="stable")[:LANDMARKS]
    return rows[strongest], columns[strongest]


def _coefficients(patches_NHW: Image) -> Image:
    """The lowest DCT coefficients (N, `BITS`) of patches shrunk to `_CELLS` squared; both are sums along each axis."""
    along_rows = (patches_NHW.reshape(-1, 2 * PATCH) @ _WAVES.T).reshape(-1, 2 * PATCH, len(_WAVES))
    return np.asarray((_WAVES @ along_rows)[:, _ROWS, _COLUMNS])
