"""What names or shows people in the pixels of a view: text and cabs, and what is in doubt and held back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datasets.anonymise.hold_back import HeldBackError
from datasets.anonymise.rules import Rules
from imaging import ScannerProfile, View
from imaging.anonymisation.people import find_people, stated_cabs
from imaging.anonymisation.removed import Removed
from imaging.anonymisation.text import find_text, stated_text


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas of a view to blank (x0, y0, x1, y1, int64), what they hold, and whether people could be looked for."""

    boxes_N4: NDArray[np.int64]
    removed: tuple[Removed, ...]
    looked_for_people: bool


def areas_to_blank(view: View, rules: Rules, profile: ScannerProfile | None) -> Areas:
    """Where a view shows text or a cab; nowhere in a volume.

    What the profile states counts under all rules; the rules say whether more is looked for.

    Raises:
        HeldBackError: when a person may be seen, text is in doubt, or a volume holds text.
    """
    if view.pixels.ndim == 4:
        refuse_text(view, rules)
        return Areas(np.zeros((0, 4), np.int64), (), looked_for_people=False)
    text_N4, (cabs_N4, looked) = _text(view, rules, profile), _cabs(view, rules, profile)
    removed = (Removed("text in pixels", "blanked", len(text_N4)), Removed("a cab", "masked", len(cabs_N4)))
    boxes_N4 = np.concatenate([text_N4, cabs_N4]).astype(np.int64)
    return Areas(boxes_N4, tuple(one for one in removed if one.count), looked)


def refuse_text(view: View, rules: Rules) -> None:
    """Look again at what was written: nothing may be found.

    Raises:
        HeldBackError: when something is.
    """
    if rules.text == "none":
        return
    planes_SCHW = [view.pixels] if view.pixels.ndim == 3 else np.moveaxis(view.pixels, 1, 0)
    for plane_CHW in planes_SCHW:
        found = find_text(plane_CHW)
        if len(found.boxes_N4) or found.doubts:
            raise HeldBackError("text is left in the pixels, or may be")


def _text(view: View, rules: Rules, profile: ScannerProfile | None) -> NDArray[np.float64]:
    templates = () if profile is None else profile.burnt_in
    if rules.text == "none":
        return stated_text(templates, view.size_hw)
    found = find_text(view.pixels, templates)
    if found.doubts:
        raise HeldBackError("text in the pixels is in doubt", "; ".join(found.doubts))
    return found.boxes_N4


def _cabs(view: View, rules: Rules, profile: ScannerProfile | None) -> tuple[NDArray[np.float64], bool]:
    if rules.people == "none":
        return stated_cabs(view, profile), False
    found = find_people(view, profile)
    if found.elsewhere:
        raise HeldBackError("a person may be seen outside of a cab", "; ".join(found.elsewhere), urgent=True)
    return found.cab_boxes_N4, found.looked
