"""Pictures by their name without suffix."""

from datasets.layouts.pictures import pictures_of


def test_pictures_are_those_of_just_this_name_within_the_source(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (tmp_path / "out.png").touch()
    for name in ("a.jpg", "a.PNG", "a.b.png", "a.json", "ab.png"):
        (source / name).touch()
    (source / "a.tif").symlink_to(tmp_path / "out.png")
    (source / "a.bmp").mkdir()
    assert [path.name for path in pictures_of(source, source / "a")] == ["a.jpg", "a.PNG"]
    assert [path.name for path in pictures_of(source, source / "a.b")] == ["a.b.png"]
    assert pictures_of(source, source / ("x" * 5000)) == []
