"""Small files that ask for much: refused, or read, within 2 s and 100 MB of growth, measured in a process of its own.

`tracemalloc` does not see what decoders written in C take; the peak of the process's resident memory does.
"""

import json
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.imaging.tiff_files import with_tag
from tools.fuzzing.dicom_seeds import data_set_start, dicom_bytes
from tools.fuzzing.picture_seeds import jpeg_seeds, small_picture, tiff_bytes
from tools.fuzzing.png_chunks import SIGNATURE, png_chunk, png_chunks, png_file

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks are read from Linux's /proc")

MOST_MIB, MOST_S = 100, 2.0
ZEROS = zlib.compress(bytes(600_000_000), 9)  # 600 MB in 583 kB
GREY = small_picture()
PICTURE_ROWS = zlib.compress(bytes(16 * 25))

READ = """
import json, sys, time
from pathlib import Path
from imaging import ScanError, read_scan

def peak_kib():
    status = Path("/proc/self/status").read_text()  # ru_maxrss would begin at the peak of the process that started this
    return int(status.split("VmHWM:")[1].split()[0])

folder = Path(sys.argv[1])
for warm in sorted((folder / "warm").iterdir()):
    read_scan(warm)
for path in sorted((folder / "bombs").iterdir()):
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew at what is held now
    before, started = peak_kib(), time.perf_counter()
    try:
        answer = str(read_scan(path).pixels.shape)
    except ScanError as error:
        answer = type(error).__name__
    took = time.perf_counter() - started
    print(json.dumps([path.name, answer, took, (peak_kib() - before) / 1024]))
"""


def with_chunk(kind, content):
    chunks = png_chunks(cv2.imencode(".png", GREY)[1].tobytes())
    return SIGNATURE + b"".join(png_chunk(*chunk) for chunk in [chunks[0], (kind, content), *chunks[1:]])


def sized_jpeg(name, height, width):
    return dict(jpeg_seeds())[name].replace(struct.pack(">HH", 16, 24), struct.pack(">HH", height, width), 1)


def with_number(content, tag, value):
    """The explicit little-endian DICOM file with another unsigned short behind a tag."""
    place = content.index(struct.pack("<HH2sH", *tag, b"US", 2)) + 8
    return content[:place] + struct.pack("<H", value) + content[place + 2 :]


def nested_dicom(levels):
    """Sequences of undefined length, one inside the other, before the pixels."""
    opened = struct.pack("<HH2sHIHHI", 0x0008, 0x1140, b"SQ", 0, 0xFFFFFFFF, 0xFFFE, 0xE000, 0xFFFFFFFF)
    closed = struct.pack("<HHIHHI", 0xFFFE, 0xE00D, 0, 0xFFFE, 0xE0DD, 0)
    content = dicom_bytes(GREY[None])
    place = content.index(struct.pack("<HH2s", 0x0008, 0x0060, b"CS"))
    return content[:place] + opened * levels + closed * levels + content[place:]


def deflated_dicom(zeros):
    """A deflated data set with a private element of zeros before the pixels."""
    plain, deflated = dicom_bytes(GREY[None]), dicom_bytes(GREY[None], "deflated")
    meta = deflated[: data_set_start(deflated)]
    start = plain.index(struct.pack("<HH2s", 0x0008, 0x0008, b"CS"))
    place = plain.index(struct.pack("<HH2s", 0x0020, 0x000D, b"UI"))
    private = struct.pack("<HH2sHI", 0x0019, 0x1010, b"OB", 0, zeros)
    packer = zlib.compressobj(9, wbits=-15)
    parts = [packer.compress(plain[start:place] + private)]
    parts += [packer.compress(bytes(1 << 20)) for _ in range(zeros >> 20)]
    parts += [packer.compress(plain[place:]), packer.flush()]
    return meta + b"".join(parts)


def dicom_with_larger_jpeg():
    """Rows and Columns of 16 x 24 over a JPEG of 60000 x 60000."""
    content = dicom_bytes(GREY[None], "jpeg_lossless")
    return content.replace(struct.pack(">HH", 16, 24), struct.pack(">HH", 60_000, 60_000), 1)


def dicom_with_larger_jpeg2000():
    content = dicom_bytes(GREY[None], "jpeg2000")
    return content.replace(struct.pack(">II", 24, 16), struct.pack(">II", 60_000, 60_000))


TOO_LARGE, UNREADABLE, UNSUPPORTED, REFUSED = "ScanTooLarge", "UnreadableScan", "UnsupportedScan", "refused"
BOMBS = {
    # each with its content, and what is answered
    "png 200000 x 200000": (png_file(200_000, 200_000, 16, 0, PICTURE_ROWS), TOO_LARGE),
    "png 2^31 x 1": (png_file(2**31 - 1, 1, 8, 0, PICTURE_ROWS), TOO_LARGE),
    "png of 800 MB in 1 kB": (png_file(20_000, 20_000, 16, 0, PICTURE_ROWS), UNREADABLE),
    "png of 16 x 24 with 600 MB of rows": (png_file(24, 16, 8, 0, ZEROS), UNREADABLE),
    "png with 600 MB of text": (with_chunk(b"zTXt", b"a\0\0" + ZEROS), "(1, 16, 24)"),
    "png with 600 MB of profile": (with_chunk(b"iCCP", b"a\0\0" + ZEROS), "(1, 16, 24)"),
    "jpeg 65000 x 65000": (sized_jpeg("baseline", 65_000, 65_000), TOO_LARGE),
    "jpeg of 399 Mpx in 1 kB": (sized_jpeg("baseline", 20_000, 19_999), UNREADABLE),
    "progressive jpeg of 399 Mpx": (sized_jpeg("progressive", 20_000, 19_999), UNREADABLE),
    "tiff 200000 x 200000": (
        with_tag(with_tag(tiff_bytes(GREY, compression="zlib"), 256, 200_000), 257, 200_000),
        TOO_LARGE,
    ),
    "tiff tile of 2^30": (with_tag(tiff_bytes(GREY, tile=(16, 16), compression="zlib"), 322, 1 << 30), TOO_LARGE),
    "tiff of 16 x 24 with 600 MB of rows": (
        with_tag(with_tag(tiff_bytes(GREY, compression="zlib", rowsperstrip=16), 273, 1000), 279, len(ZEROS)).ljust(
            1000, b"\0"
        )[:1000]
        + ZEROS,
        UNREADABLE,
    ),
    "dicom 65535 x 65535": (
        with_number(with_number(dicom_bytes(GREY[None]), (0x28, 0x10), 65_535), (0x28, 0x11), 65_535),
        TOO_LARGE,
    ),
    "dicom 60000 x 6000 in 1 kB": (
        with_number(with_number(dicom_bytes(GREY[None]), (0x28, 0x10), 60_000), (0x28, 0x11), 6_000),
        UNREADABLE,
    ),
    "dicom deflated with 1 MB before the pixels": (deflated_dicom(1 << 20), "(1, 16, 24)"),
    "dicom deflated from 512 MB": (deflated_dicom(512 << 20), REFUSED),
    "dicom of 2^31 frames": (
        dicom_bytes(np.stack([GREY] * 3)).replace(
            struct.pack("<HH2sH", 0x28, 0x08, b"IS", 2) + b"3 ",
            struct.pack("<HH2sH", 0x28, 0x08, b"IS", 10) + b"2147483647",
        ),
        TOO_LARGE,
    ),
    "dicom with a jpeg of 60000 x 60000": (dicom_with_larger_jpeg(), REFUSED),
    "dicom with a jpeg 2000 of 60000 x 60000": (dicom_with_larger_jpeg2000(), REFUSED),
    "dicom nested 17 deep": (nested_dicom(17), TOO_LARGE),
    "dicom nested 20000 deep": (nested_dicom(20_000), REFUSED),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory, root):
    """(answer, seconds, growth in MiB) of each bomb, all read by one fresh process."""
    folder = tmp_path_factory.mktemp("bombs")
    for name, contents in (
        ("bombs", {name: content for name, (content, _) in BOMBS.items()}),
        (
            "warm",
            {
                "a": cv2.imencode(".png", GREY)[1].tobytes(),
                "b": dict(jpeg_seeds())["progressive"],
                "c": tiff_bytes(GREY, compression="zlib"),
                "d": dicom_bytes(GREY[None], "jpeg2000"),
            },
        ),
    ):
        (folder / name).mkdir()
        for file, content in contents.items():
            (folder / name / file).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(folder)], cwd=root, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "a decoder printed on the operator's terminal"
    return {name: rest for name, *rest in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(answers, name):
    expected = BOMBS[name][1]
    answer, seconds, growth_mib = answers[name]
    assert growth_mib < MOST_MIB
    assert seconds < MOST_S
    if expected == REFUSED:
        assert answer in (TOO_LARGE, UNREADABLE, UNSUPPORTED)
    else:
        assert answer == expected
