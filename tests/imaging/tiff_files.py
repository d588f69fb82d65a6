"""TIFF files with one thing changed."""

import struct


def with_tag(content, code, value):
    """The little-endian TIFF with another value in a tag that holds one number."""
    start = struct.unpack_from("<I", content, 4)[0]
    changed = bytearray(content)
    for entry in range(start + 2, start + 2 + 12 * struct.unpack_from("<H", content, start)[0], 12):
        if struct.unpack_from("<H", content, entry)[0] == code:
            struct.pack_into("<HII", changed, entry + 2, 4, 1, value)
            return bytes(changed)
    raise KeyError(code)
