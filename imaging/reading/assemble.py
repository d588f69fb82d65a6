"""Pictures of one scan's files to one picture per view, its channels named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from imaging.errors import ProfileError, UnsupportedScan
from imaging.formats.picture import Picture
from imaging.join import JoinRule, Place
from imaging.names import energy_of
from imaging.profile import ScannerProfile
from imaging.scan import COLOUR, DUAL_ENERGY, SINGLE


@dataclass(frozen=True, eq=False, slots=True)
class Part:
    """All channels of one view, in the order of their names."""

    view_id: str
    picture: Picture
    names: tuple[str, ...]


def whole_file(file: Path, picture: Picture, profile: ScannerProfile | None, view_id: str = "0") -> Part:
    """The view in one file.

    Raises:
        UnsupportedScan: when the planes have no names without a profile.
        ProfileError: when the profile has other channels.
    """
    planes = picture.planes.shape[0]
    if profile is not None:
        names = tuple(channel.name for channel in profile.channels)
        if len(names) != planes or (picture.colour and names != COLOUR):
            raise ProfileError(
                f"a scan of {profile.name!r} has the channels {names}",
                f"{planes} {'colour ' if picture.colour else ''}plane(s) in {file}",
                "choose the profile of the scanner that made it",
            )
        return Part(view_id, picture, names)
    single = SINGLE if picture.channel is None else (picture.channel,)
    known = {1: single, 2: DUAL_ENERGY, 3: COLOUR if picture.colour else ()}.get(planes, ())
    if not known:
        raise UnsupportedScan(
            "without a profile a file has one plane, two energies, or RGB colour",
            f"{planes} planes in {file}",
            "say what the planes are in a scanner profile",
        )
    return Part(view_id, picture, known)


def refuse_lone_energy(file: Path, picture: Picture, profile: ScannerProfile | None) -> None:
    """Refuse one plane whose name speaks of one energy, where its scanner has two.

    Raises:
        UnsupportedScan: then.
    """
    if picture.planes.shape[0] == 1 and energy_of(file) is not None and (profile is None or len(profile.channels) > 1):
        raise UnsupportedScan(
            "a file named for one energy comes with its partner",
            f"{file} alone",
            "put the file of the other energy beside it, or take the energy out of its name",
        )


def pair(files: Sequence[Path], pictures: Sequence[Picture]) -> Part:
    """The view of two files, one for each energy, in any order.

    Raises:
        UnsupportedScan: when they are not one of low and one of high energy, alike in size and type.
    """
    by_energy = {
        _energy(file, picture, energy_of(file)): (file, picture) for file, picture in zip(files, pictures, strict=True)
    }
    if len(files) != 2 or set(by_energy) != set(DUAL_ENERGY):
        raise UnsupportedScan(
            "several files of one scan are one named _low and one named _high, or what a profile's `join` says",
            ", ".join(str(file) for file in files) or "no file",
            "name the files by their energy, or state `join` in the scanner profile",
        )
    return _stacked([by_energy[energy] for energy in DUAL_ENERGY], DUAL_ENERGY, "0")


def joined(rule: JoinRule, placed: Sequence[tuple[Place, Path, Picture]], profile: ScannerProfile) -> list[Part]:
    """The views of files that a join rule has placed, once it has found them whole.

    Raises:
        ScanError: when the files of a view do not belong together.
    """
    at = {(place.view_id, place.channel): (file, picture) for place, file, picture in placed}
    parts = []
    for view_id in rule.view_ids:
        if not rule.energies:
            parts.append(whole_file(*at[view_id, None], profile, view_id))
            continue
        names = tuple(str(channel) for channel in rule.channels)
        for name in names:
            _energy(*at[view_id, name], name)
        parts.append(_stacked([at[view_id, name] for name in names], names, view_id))
    return parts


def _energy(file: Path, picture: Picture, named: str | None) -> str | None:
    """The energy of a file, by its name or its content.

    Raises:
        UnsupportedScan: when the two contradict each other.
    """
    if None not in (named, picture.channel) and named != picture.channel:
        raise UnsupportedScan(
            "a file's name and content speak of one energy",
            f"{file}, whose content says {picture.channel}",
            "see which is right, and rename the file",
        )
    return named or picture.channel


def _stacked(members: Sequence[tuple[Path, Picture]], names: tuple[str, ...], view_id: str) -> Part:
    files, pictures = zip(*members, strict=True)
    kinds = {(str(one.planes.dtype), one.planes.shape, one.quantity, one.spacing_mm, one.rescale) for one in pictures}
    if len(kinds) > 1 or pictures[0].planes.shape[0] != 1:
        found = " and ".join(f"{one.planes.dtype} {one.planes.shape}" for one in pictures)
        raise UnsupportedScan(
            "the energies of one scan are single planes of one size, type and scale",
            f"{found} in {files[0]} and its partner",
            "export the energies of the same pass",
        )
    planes = np.concatenate([one.planes for one in pictures]) if len(pictures) > 1 else pictures[0].planes
    return Part(view_id, replace(pictures[0], planes=planes, channel=None), names)
