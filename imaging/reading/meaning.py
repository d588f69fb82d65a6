"""Planes to a `View`: what the numbers mean, from the scanner profile or from the file itself, never guessed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from imaging.errors import ProfileError
from imaging.formats.picture import Picture
from imaging.law import Law, Levels
from imaging.profile import ScannerProfile
from imaging.scan import COLOUR, DUAL_ENERGY, SINGLE, Channel, Pixels, Quantity, View

_ORDER = (*DUAL_ENERGY, *SINGLE, *COLOUR)
_MOST_ATTENUATION = 80.0  # float32 transmission holds exp(-87): beyond, levels would be told apart no more
_FINEST = 2.0**22  # levels for each unit of -ln T: float32 transmission near 1 tells no finer ones apart
_REMEDY = "choose the profile of the scanner that made it"


def unexplained(view_id: str, picture: Picture, names: tuple[str, ...]) -> View:
    """A view of what a file says about itself: DISPLAY for colour, else the quantity that it states, else UNKNOWN."""
    quantity = Quantity.DISPLAY if names == COLOUR else picture.quantity or Quantity.UNKNOWN
    return View(
        view_id,
        picture.planes,
        tuple(Channel(name) for name in names),
        quantity,
        valid=_valid(picture.planes, picture.padding),
        spacing_mm=picture.spacing_mm,
        geometry=picture.geometry,
        rescale=picture.rescale,
    )


def explained(view_id: str, picture: Picture, names: tuple[str, ...], profile: ScannerProfile) -> View:
    """A view as the profile explains it, `low` before `high`; spacing and geometry of the file where it is silent.

    Raises:
        ProfileError: when the profile cannot be that of the file.
    """
    own: list[str] = [channel.name for channel in profile.channels]
    if set(own) != set(names):
        raise ProfileError(f"a scan of {profile.name!r} has the channels {tuple(own)}", f"{names}", _REMEDY)
    ordered = sorted(names, key=_ORDER.index)
    planes = picture.planes
    if tuple(ordered) != names:
        planes = np.ascontiguousarray(planes[[names.index(name) for name in ordered]])
    places = [own.index(name) for name in ordered]
    channels = profile.view_channels()
    air = _levels("air", profile.air, places, profile, planes)
    law = Law(
        _levels("dark", profile.dark, places, profile, planes),
        profile.gamma,
        1.0 if profile.log is None else profile.log.per_attenuation(),
    )
    _check_numbers(planes, air, profile)
    return View(
        view_id,
        planes,
        tuple(channels[place] for place in places),
        profile.quantity,
        air=air,
        valid=_valid(planes, picture.padding),
        spacing_mm=picture.spacing_mm if profile.spacing_mm is None else tuple(profile.spacing_mm),
        geometry=profile.view_geometry() or picture.geometry,
        rescale=picture.rescale,
        law=None if profile.log is None and profile.dark is None and profile.gamma == 1 else law,
    )


def _levels(
    what: str,
    entries: Sequence[float | list[float]] | None,
    places: list[int],
    profile: ScannerProfile,
    planes: Pixels,
) -> Levels | None:
    """Air or dark of the channels in their order: a tuple, or an array (C, H, 1) or (C, 1, W) along the detector."""
    if entries is None:
        return None
    values = [entries[place] for place in places]
    if not any(isinstance(value, list) for value in values):
        return tuple(float(value) for value in values if not isinstance(value, list))
    axis = -2 if profile.detector_axis == "rows" else -1
    elements = planes.shape[axis]
    lengths = [len(value) for value in values if isinstance(value, list)]
    if planes.ndim != 3 or set(lengths) != {elements}:
        raise ProfileError(
            f"{what} along the detector has a value for each of the {profile.detector_axis} of a radiograph",
            f"{lengths} values for planes of shape {planes.shape}",
            _REMEDY,
        )
    along: NDArray[np.float64] = np.stack(
        [np.broadcast_to(np.asarray(value, np.float64), elements) for value in values]
    )
    return along[:, :, None] if axis == -2 else along[:, None, :]


def _check_numbers(planes: Pixels, air: Levels | None, profile: ScannerProfile) -> None:
    """Refuse a profile whose numbers cannot be those of the file: it would turn every pixel into nonsense."""
    if profile.spacing_mm is not None and len(profile.spacing_mm) != planes.ndim - 1:
        raise ProfileError(
            "spacing is in rows and columns, for volumes in slices, rows and columns", f"{profile.spacing_mm}", _REMEDY
        )
    if not np.issubdtype(planes.dtype, np.integer):
        return
    silent = profile.log is None if profile.quantity is Quantity.ATTENUATION else air is None
    if silent and profile.quantity in (Quantity.ATTENUATION, Quantity.TRANSMISSION):
        raise ProfileError(
            f"{profile.quantity.value} around 1 is stored as floating point, or as integers with "
            + ("a log scale" if profile.quantity is Quantity.ATTENUATION else "an air level"),
            f"{planes.dtype} samples",
            _REMEDY,
        )
    highest = 0.0 if air is None else float(np.max(air))
    if highest > np.iinfo(str(planes.dtype)).max:
        raise ProfileError("air lies in the range of the samples", f"air {highest:g} for {planes.dtype}", _REMEDY)
    if profile.log is not None:
        _check_span(planes, air, profile.log.per_attenuation())


def _check_span(planes: Pixels, air: Levels | None, scale: float) -> None:
    """Refuse a logarithm so steep or so fine that float32 transmission could not tell the levels of this file apart."""
    zero = (0.0, 0.0) if air is None else (float(np.min(air)), float(np.max(air)))
    most = max(abs(float(planes.max()) - zero[0]), abs(float(planes.min()) - zero[1])) / abs(scale)
    if most > _MOST_ATTENUATION or abs(scale) > _FINEST:
        raise ProfileError(
            f"attenuation -ln T is at most {_MOST_ATTENUATION:g}, in at most {_FINEST:.0f} levels for each 1",
            f"{most:.3g} by the log scale of the profile, {abs(scale):.0f} levels for each 1",
            _REMEDY,
        )


def _valid(planes: Pixels, padding: int | None) -> NDArray[np.bool_] | None:
    """False where a sample of any channel is not finite, or is what the file fills with; None where all are sound."""
    sound = None if padding is None else (planes != padding).all(axis=0)
    if not np.issubdtype(planes.dtype, np.integer):
        finite: NDArray[np.bool_] = np.logical_and.reduce(np.isfinite(planes), axis=0)
        sound = finite if sound is None else finite & sound
    return None if sound is None or sound.all() else sound
