"""What a declaration needs to know of goods, whether they come by the container or by post."""

from __future__ import annotations

from typing import Protocol


class Declarable(Protocol):
    """One kind of goods as a trader names it; `net_share` is net over gross of a package."""

    @property
    def key(self) -> str:
        """Key of its names in wording.yaml."""

    @property
    def commodity_code(self) -> str:
        """HS subheading, six digits."""

    @property
    def description(self) -> str:
        """In plain English."""

    @property
    def package(self) -> str:
        """Word of packages.yaml for what it comes in."""

    @property
    def net_share(self) -> float:
        """Net over gross mass of a package."""

    @property
    def palletised(self) -> bool:
        """Whether it comes on pallets."""

    @property
    def group(self) -> str:
        """Its goods group."""
