"""What can go wrong with a scan.

    ScanError
    ├── UnreadableScan      the bytes are not a scan that we can decode
    ├── UnsupportedScan     decodable in principle, but not by us (format, layout, dtype)
    ├── ScanTooLarge        the header asks for more than the configured limit
    ├── UnusableScan        decoded, but nothing can be judged from it (blank, opaque)
    ├── NoPhysics           a physical quantity was asked of a picture or of unexplained numbers
    ├── ProfileError        the scanner profile is wrong, or does not fit the scan
    ├── ReportError         a threat report contradicts itself
    └── NoKey               pseudonyms were asked for without a key, or with one that can be guessed

Every message has three parts: the rule, what was found, what to do.
"""
# ruff: noqa: N818 -- the names are part of the contract: they say what a scan is, not that it is an error


class ScanError(Exception):
    """A scan cannot be used; the message says which rule, what was found, and what to do."""

    def __init__(self, rule: str, found: str, remedy: str) -> None:
        self.rule, self.found, self.remedy = map(_one_line, (rule, found, remedy))
        super().__init__(f"{self.rule}; found {self.found}; {self.remedy}")


class UnreadableScan(ScanError):
    """The bytes are not a scan that can be decoded."""


class UnsupportedScan(ScanError):
    """The format, layout or dtype is not supported."""


class ScanTooLarge(ScanError):
    """The header asks for more than the configured limit."""


class UnusableScan(ScanError):
    """The scan was decoded, but nothing can be judged from it."""


class NoPhysics(ScanError):
    """A physical quantity was asked of a rendered picture or of numbers without a meaning."""


class ProfileError(ScanError):
    """The scanner profile is wrong, or does not fit the scan."""


class ReportError(ScanError):
    """A threat detection report contradicts itself."""


class NoKey(ScanError):
    """Pseudonyms were asked for without a key, or with one that can be guessed."""


def _one_line(text: str) -> str:
    """Text that fits one line of a UTF-8 log: names and contents of hostile files are quoted in messages."""
    if text.isprintable():
        return text
    shown = (" " if letter.isspace() else letter.encode("unicode_escape").decode() for letter in text)
    return "".join(letter if letter.isprintable() else escaped for letter, escaped in zip(text, shown, strict=True))
