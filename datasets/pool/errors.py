"""What can go wrong with a pool."""


class PoolError(Exception):
    """A pool cannot be used; the message says which rule, what was found, and what to do."""

    def __init__(self, rule: str, found: str, remedy: str) -> None:
        super().__init__(f"{rule}; found {found}; {remedy}")
