"""What can go wrong with a declaration or a calibration of its checks.

    DeclarationError    a file, a row, a code, a number or a table breaks a rule

Every message has three parts: the rule, what was found, what to do.
"""


class DeclarationError(Exception):
    """Something declared cannot be used; the message says which rule, what was found, and what to do."""

    def __init__(self, rule: str, found: str, remedy: str) -> None:
        self.rule, self.found, self.remedy = rule, found, remedy
        super().__init__(f"{rule}; found {found}; {remedy}")


def shortened(text: str, limit: int = 60) -> str:
    """`text` as a literal of at most `limit` characters, fit for a one-line message whatever it holds."""
    return repr(text if len(text) <= limit else f"{text[:limit]}...")
