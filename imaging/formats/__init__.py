"""Decoders: bytes of one file to planes, the header checked against the limits before anything is decoded."""

from imaging.formats.picture import DEFAULT_LIMITS, Picture, ReadLimits
from imaging.formats.sniff import decode, format_of

__all__ = ["DEFAULT_LIMITS", "Picture", "ReadLimits", "decode", "format_of"]
