"""The one table of colours for materials: what stands at which place between organic (0) and metal (1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Palette:
    """Colours at middle lightness, RGB from 0 to 1 (K, 3), at rising places from organic (0) to metal (1)."""

    places_K: tuple[float, ...]
    colours_K3: Colours

    def __post_init__(self) -> None:
        places = np.asarray(self.places_K)
        if self.colours_K3.shape != (len(places), 3) or (np.diff(places) <= 0).any():
            raise ValueError(f"a palette has one RGB colour at each of some rising places; found {self.places_K}")

    def at(self, place: NDArray[np.float32]) -> NDArray[np.float32]:
        """Colours (..., 3), float32, of any shape of places."""
        planes = [np.interp(place, self.places_K, self.colours_K3[:, channel]) for channel in range(3)]
        return np.stack(planes, axis=-1).astype(np.float32)


# The places at which hues meet are where operators expect them: organic under a third, metal over two thirds.
_PLACES = (0.2, 0.4, 0.6, 0.8)
_ORANGE, _GREEN, _BLUE = (0.95, 0.55, 0.10), (0.25, 0.66, 0.24), (0.10, 0.38, 0.80)
_PALE = (0.72, 0.70, 0.68)

PALETTES: dict[str, Palette] = {
    # What screeners learn: orange organic, green inorganic or mixed, blue metal.
    "screener": Palette(_PLACES, np.array([_ORANGE, _GREEN, _GREEN, _BLUE])),
    # Orange and blue stay apart for every kind of colour blindness; what lies between them has no hue.
    "orange_blue": Palette(_PLACES, np.array([_ORANGE, _PALE, _PALE, _BLUE])),
}
