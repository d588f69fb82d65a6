"""TIFF and BigTIFF: the tags that say how pixels lie, and the pixels; every other tag and byte goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import accumulate

from imaging.anonymisation.cleaned import Cleaned, Tally, told
from imaging.anonymisation.tiff_directory import Form, Numbers, directories, form_of, text, written
from imaging.anonymisation.tiff_hidden import hidden_in, written_anew
from imaging.anonymisation.tiff_page import DESCRIPTION, Page, is_reduced, page_of, place_of
from imaging.errors import UnreadableScan
from imaging.formats.content import Content
from imaging.formats.picture import DEFAULT_LIMITS
from imaging.formats.tiff import decode_tiff
from imaging.formats.tiff_axes import stated_axes

_MOST_CHARACTERS = 1 << 20  # of a description that readers look at


def clean_tiff(content: Content) -> Cleaned:
    """Full-size pages with the tags that say how their pixels lie, strips and tiles byte for byte without a gap.

    Thumbnails, directories below pages, texts, times, places, resolution, profiles of colour and private tags go; of a
    description the numbers of channels and slices stay where they say that pages are slices. Uncompressed strips are
    cut where their rows end. Alpha, tiles that reach over the edge, and bytes behind coded rows could be anything, and
    no reader of ours shows them: a file with some is written anew without, every level of the picture as it was.

    Source: TIFF 6.0; Adobe's technical notes; BigTIFF design.

    Raises:
        UnreadableScan: truncated or malformed, or strips that share bytes.
        UnsupportedScan: values that no reader of ours knows.
    """
    view, tally = memoryview(content), Tally()
    form = form_of(view)
    pages: list[Page] = []
    described = ""
    for entries in directories(view, form):
        if is_reduced(view, entries, form):
            tally["TIFF thumbnail", "removed"] += 1
            continue
        if DESCRIPTION in entries:
            described = described if pages else text(view, entries[DESCRIPTION])
            tally[place_of(DESCRIPTION), "removed"] += 1
        pages.append(page_of(view, entries, form, tally))
    kept_bytes = sum(strip.size for page in pages for strip in page.strips)
    if not pages or kept_bytes > len(view):
        raise UnreadableScan("a TIFF has full-size pages of bytes of their own", "none", "export the file again")
    decode_tiff(content, DEFAULT_LIMITS)  # refuses pages that are none, and text that is said to be coded
    hidden = {what for page in pages if (what := hidden_in(view, page))}
    if hidden:
        tally.update((what, "removed") for what in hidden)
        return Cleaned(clean_tiff(written_anew(content)).parts, told(tally))
    if axes := _axes(described, pages):
        tally[place_of(DESCRIPTION), "removed"] -= 1
        tally[place_of(DESCRIPTION), "replaced"] += described != axes
    head = _head(pages, axes, form)
    if len(view) > len(head) + kept_bytes:
        tally["TIFF bytes around what stays", "removed"] += 1
    strips = (strip for page in pages for strip in page.strips)
    return Cleaned((head, *(view[strip.begin : strip.begin + strip.size] for strip in strips)), told(tally))


def _axes(described: str, pages: Sequence[Page]) -> str:
    """What a reader needs of a description: how many channels and slices its pages are, where there are slices."""
    axes = [(name, size) for name, size in stated_axes(described[:_MOST_CHARACTERS]) if size != 1]
    slices = ("Z" in dict(axes)) and set(dict(axes)) <= {"C", "Z"}
    if len(pages) == 1 or not slices or pages[0].samples != 1 or len(described) > _MOST_CHARACTERS:
        return ""
    names = "".join(name for name, _ in axes) + "YX"
    return json.dumps({"axes": names, "shape": [*(size for _, size in axes), *pages[0].size_hw]})


def _head(pages: Sequence[Page], axes: str, form: Form) -> bytes:
    """Header and directories; they are as long whatever the offsets are, so the first draft says where pixels begin."""
    draft = _directories(pages, axes, 0)
    return written(_directories(pages, axes, len(written(draft, form))), form)


def _directories(pages: Sequence[Page], axes: str, begin: int) -> list[dict[int, Numbers | str]]:
    found: list[dict[int, Numbers | str]] = []
    for page in pages:
        sizes = tuple(strip.size for strip in page.strips)
        ends = tuple(accumulate(sizes, initial=begin))
        found.append({**page.kept, page.tags[0]: ends[:-1], page.tags[1]: sizes})
        begin = ends[-1]
    if axes:
        found[0][DESCRIPTION] = axes
    return found
