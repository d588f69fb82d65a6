import numpy as np
import pytest
import tifffile

from imaging import UnsupportedScan, write_png, write_tiff

PICTURE = np.random.default_rng(3).integers(0, 256, (30, 40, 3), dtype=np.uint8)
PIXELS = np.random.default_rng(3).integers(0, 65_536, (2, 30, 40), dtype=np.uint16)


def test_same_pixels_same_bytes_and_no_leftovers(tmp_path):
    for name in ("a", "b"):
        write_png(tmp_path / f"{name}.png", PICTURE)
        write_tiff(tmp_path / f"{name}.tif", PIXELS)
    for suffix in ("png", "tif"):
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.tif", "b.png", "b.tif"]


def test_no_metadata_is_written(tmp_path):
    write_png(tmp_path / "a.png", PICTURE)
    write_tiff(tmp_path / "a.tif", PIXELS)
    content = (tmp_path / "a.png").read_bytes()
    assert not any(kind in content for kind in (b"tEXt", b"iTXt", b"zTXt", b"tIME", b"eXIf"))
    with tifffile.TiffFile(tmp_path / "a.tif") as file:
        assert not {270, 305, 306, 315, 316} & {tag.code for tag in file.pages[0].tags}
        assert file.pages[0].compression.name == "ZSTD"


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    write_png(tmp_path / "a.png", PICTURE)
    before = (tmp_path / "a.png").read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="space"):
        write_png(tmp_path / "a.png", PICTURE // 2)
    assert (tmp_path / "a.png").read_bytes() == before


def test_pixels_are_those_that_another_reader_sees(tmp_path):
    write_tiff(tmp_path / "a.tif", PIXELS, compression=None)
    assert np.array_equal(tifffile.imread(tmp_path / "a.tif"), PIXELS)


@pytest.mark.parametrize("picture", [PICTURE.astype(np.float32), PICTURE[..., :2], PICTURE[None]])
def test_png_refuses_what_it_cannot_hold(tmp_path, picture):
    with pytest.raises(UnsupportedScan):
        write_png(tmp_path / "a.png", picture)


@pytest.mark.parametrize(
    "pixels",
    [PIXELS.astype(np.int64), PIXELS > 9, PIXELS[0], PIXELS[:, :0], np.zeros((2, 4, 2, 2), np.uint8), PIXELS[:1, None]],
)
def test_tiff_refuses_what_it_cannot_hold(tmp_path, pixels):
    with pytest.raises(UnsupportedScan):
        write_tiff(tmp_path / "a.tif", pixels)
