"""A vendor format invented for the tests, its adapter, and adapters that break one rule each."""

import os
import struct
import time
from pathlib import Path

import numpy as np

from imaging.errors import UnreadableScan
from imaging.formats.picture import Picture

MAGIC = b"TOYSCAN\0"
HEADER = struct.Struct("<8sHHH")


def toy_content(pixels_CHW):
    channels, height, width = pixels_CHW.shape
    return HEADER.pack(MAGIC, channels, height, width) + pixels_CHW.astype("<u2").tobytes()


class Toy:
    """Keeps every rule."""

    name = "toy"

    def recognises(self, head):
        return head.startswith(MAGIC)

    def decode(self, content, limits):
        if len(content) < HEADER.size or not content.startswith(MAGIC):
            raise UnreadableScan("a toy file has its header", f"{len(content)} bytes", "copy it again")
        _, channels, height, width = HEADER.unpack_from(content)
        limits.check(height, width, 2 * channels)
        return self.pixels(content, (channels, height, width))

    def pixels(self, content, shape):
        if len(content) != HEADER.size + 2 * int(np.prod(shape)):
            raise UnreadableScan("a toy file is whole", f"{len(content)} bytes", "copy it again")
        return Picture(np.frombuffer(content, "<u2", offset=HEADER.size).reshape(shape).astype(np.uint16), False)


class Greedy(Toy):
    def recognises(self, head):
        return True


class Shy(Toy):
    def recognises(self, head):
        return False


class Startled(Toy):
    def recognises(self, head):
        return head[0] == MAGIC[0] and head.startswith(MAGIC)


class Nameless(Toy):
    name = " "


class Careless(Toy):
    """Lets struct's and numpy's errors out."""

    def decode(self, content, limits):
        _, channels, height, width = HEADER.unpack_from(content)
        limits.check(height, width, 2 * channels)
        return Picture(np.frombuffer(content, "<u2", offset=HEADER.size).reshape(channels, height, width) + 0, False)


class Lavish(Toy):
    """Takes memory first and looks at the limits then."""

    def decode(self, content, limits):
        if len(content) >= HEADER.size:
            _, channels, height, width = HEADER.unpack_from(content)
            np.ones((channels, height, width), np.uint16)
        return super().decode(content, limits)


class Lawless(Toy):
    """Knows no limits."""

    def decode(self, content, limits):
        return super().decode(content, type(limits)())


class Papering(Toy):
    """Fills what was cut off with zeros."""

    def pixels(self, content, shape):
        whole = HEADER.size + 2 * int(np.prod(shape))
        return super().pixels(content[:whole].ljust(whole, b"\0"), shape)


class Fickle(Toy):
    count = 0

    def pixels(self, content, shape):
        self.count += 1
        picture = super().pixels(content, shape)
        picture.planes[0, 0, 0] = self.count
        return picture


class Forgetful(Toy):
    """Gives a picture once."""

    given = False

    def pixels(self, content, shape):
        first, self.given = not self.given, True
        return super().pixels(content, shape) if first else None


class EightBit(Toy):
    def pixels(self, content, shape):
        return Picture((super().pixels(content, shape).planes >> 8).astype(np.uint8), False)


class Foreign(Toy):
    """Gives the byte order of the file."""

    def pixels(self, content, shape):
        return Picture(super().pixels(content, shape).planes.astype(">u2"), False)


class Turned(Toy):
    def pixels(self, content, shape):
        return Picture(super().pixels(content, shape).planes.transpose(0, 2, 1), False)


class Flat(Toy):
    def pixels(self, content, shape):
        return Picture(super().pixels(content, shape).planes[0], False)


class Bare(Toy):
    """Gives an array for a picture."""

    def pixels(self, content, shape):
        return super().pixels(content, shape).planes


class Slow(Toy):
    def pixels(self, content, shape):
        time.sleep(60)
        return super().pixels(content, shape)


class Scribbling(Toy):
    def pixels(self, content, shape):
        with Path(os.devnull).open("w") as file:
            file.write("x")
        return super().pixels(content, shape)


class Scheming(Toy):
    def pixels(self, content, shape):
        Path("/nonexistent/a").rename("/nonexistent/b")
        return super().pixels(content, shape)


class SometimesBare(Toy):
    """Gives nothing where the content is damaged."""

    def pixels(self, content, shape):
        try:
            return super().pixels(content, shape)
        except UnreadableScan:
            return None


class Hoarding(Toy):
    """Takes memory for damaged content only."""

    def decode(self, content, limits):
        try:
            return super().decode(content, limits)
        except UnreadableScan:
            np.ones(1 << 23, np.uint8)
            raise
