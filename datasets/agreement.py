"""What pools must agree on to be one pool: schema, labels, scanners, and whether truth is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from datasets.pool.errors import PoolError
from datasets.pool.records import Operation, Parent, PoolInfo
from datasets.pool.store import content_hash, truth_hash
from datasets.pool.stream import PoolStream
from imaging import ScannerProfile


def agreed_head(pools: Sequence[PoolStream], name: str) -> PoolInfo:
    """Head of the pool that others are merged into, in whatever order they are given: all labels, sites and scanners.

    Raises:
        PoolError: when one is not what its head says, some are sealed and some are not, labels differ in spelling
            alone, or a scanner has two profiles.
    """
    for pool in pools:
        if content_hash(pool.root) != pool.info.content_hash or truth_hash(pool.root) != pool.info.truth_hash:
            raise PoolError(
                "a pool's files are those of its pool.json", f"others in {pool.root}", "run `pool.py check`"
            )
    if len({pool.is_sealed for pool in pools}) > 1:
        sealed = [str(pool.root) for pool in pools if pool.is_sealed]
        raise PoolError(
            "pools with truth and sealed pools stay apart",
            f"no truth in {sealed}",
            "ask the owner for it, or leave it out",
        )
    parents = tuple(_parent(pool.info) for pool in pools)
    return PoolInfo(
        name=name,
        labels=_one_taxonomy({label for pool in pools for label in pool.info.labels}),
        sites=tuple(sorted({site for pool in pools for site in pool.info.sites})),
        scanners=_scanners(profile for pool in pools for profile in pool.info.scanners),
        history=(Operation(verb="merge", arguments={"name": name}, parents=parents),),
    )


def _parent(info: PoolInfo) -> Parent:
    return Parent(name=info.name, content_hash=info.content_hash, truth_hash=info.truth_hash, history=info.history)


def _one_taxonomy(labels: set[str]) -> tuple[str, ...]:
    def folded(label: str) -> str:
        return "".join(letter for letter in label.casefold() if letter.isalnum())

    for one, other in pairwise(sorted(labels, key=lambda label: (folded(label), label))):
        if folded(one) == folded(other):
            raise PoolError(
                "pools that are merged have one taxonomy",
                f"labels {one!r} and {other!r}",
                "import one of them again with a mapping of its labels",
            )
    return tuple(sorted(labels))


def _scanners(profiles: Iterable[ScannerProfile]) -> tuple[ScannerProfile, ...]:
    found: dict[str, ScannerProfile] = {}
    for profile in profiles:
        if found.setdefault(profile.name, profile) != profile:
            raise PoolError(
                "a scanner has one profile",
                f"two that differ of {profile.name!r}",
                "import one of the pools again with another name of the scanner",
            )
    return tuple(found[name] for name in sorted(found))
