"""The one table of colours: of materials, of marks and lanes, of what is missing. sRGB, uint8 (red, green, blue).

Marks and lanes are colours of Okabe and Ito (Color Universal Design, 2008), which stay apart with every kind of colour
blindness; marks differ in their lines as well.
"""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of three kinds of material. Only hue and saturation count: lightness is left to the attenuation."""

    organic: Colour
    mixed: Colour
    metal: Colour


PALETTES: dict[str, Palette] = {
    # What screeners learn: orange organic, green inorganic or mixed, blue metal.
    "screener": Palette(organic=(242, 140, 26), mixed=(64, 168, 61), metal=(26, 97, 204)),
    # Orange and blue stay apart with every kind of colour blindness; what lies between them has no hue.
    "orange_blue": Palette(organic=(242, 140, 26), mixed=(128, 128, 128), metal=(26, 97, 204)),
}

NO_DATA: Colour = (150, 60, 150)  # where the detector said nothing: the colour of no material, and never white

DARK: Colour = (24, 24, 28)
BRIGHT: Colour = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class MarkStyle:
    """Colour of a mark, of the text on it, and its line as lengths on and off in units of its thickness."""

    colour: Colour
    text: Colour
    dash: tuple[int, int]


MARKS: dict[str, MarkStyle] = {
    "alarm": MarkStyle((213, 94, 0), BRIGHT, (1, 0)),
    "finding": MarkStyle((86, 180, 233), DARK, (5, 2)),
    "mismatch": MarkStyle((204, 121, 167), DARK, (2, 2)),
}

LANES: dict[str, Colour] = {
    "red": (213, 94, 0),
    "amber": (230, 159, 0),
    "green": (0, 158, 115),
    "manual": (86, 180, 233),
}
