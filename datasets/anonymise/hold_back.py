"""Why a file does not get into the pool."""

from __future__ import annotations


class HeldBackError(Exception):
    """A scan is held back.

    Args:
        reason: A sentence of ours that holds nothing of the file.
        detail: Where in the file, for whoever looks at it; stays with the quarantine.
        urgent: Whether somebody has to look at once.
    """

    def __init__(self, reason: str, detail: str = "", *, urgent: bool = False) -> None:
        self.reason, self.detail, self.urgent = reason, detail, urgent
        super().__init__(reason)
