import math
import os

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from imaging import Channel, ProfileError, Quantity, ScannerProfile, read_profile
from imaging.profile import DetectorEntry, RegionEntry

GOOD = """
name: test
quantity: counts
channels: [{name: low, energy_kv: 6000}, {name: high, energy_kv: 9000}]
air: [1000, 2000]
material_curves:
  steel: {areal_density_g_cm2: [0, 10], attenuation: {low: [0, 0.4], high: [0, 0.3]}}
"""


def written(tmp_path, text):
    (tmp_path / "p.yaml").write_text(text, encoding="utf-8")
    return tmp_path / "p.yaml"


def test_a_profile_is_read(tmp_path):
    profile = read_profile(written(tmp_path, GOOD))
    assert profile.quantity is Quantity.COUNTS
    assert profile.view_channels() == (Channel("low", 6000), Channel("high", 9000))
    assert profile.material_curves["steel"].attenuation["high"] == [0, 0.3]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("air: [1000, 2000]", "air: [1000]", "air has one value per channel"),
        ("air: [1000, 2000]", "air: [1000, -1]", "air"),
        ("air: [1000, 2000]", "vendor: x", "vendor"),
        ("name: high", "name: low", "named once"),
        ("[0, 10]", "[10, 0]", "rise"),
        ("[0, 0.3]", "[0]", "points"),
        (", high: [0, 0.3]", "", "curve 'steel'"),
        ("counts", "photons", "quantity"),
        ("name: test", "name: ../test", "name"),
        ("name: test", "name: [", "YAML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, old, new, where):
    with pytest.raises(ProfileError, match=where):
        read_profile(written(tmp_path, GOOD.replace(old, new, 1)))


def test_a_profile_that_is_not_there(tmp_path):
    with pytest.raises(ProfileError, match="name a readable file"):
        read_profile(tmp_path / "absent.yaml")


def test_a_profile_is_a_regular_file_of_a_likely_size(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ProfileError, match="a named pipe"):
        read_profile(tmp_path / "pipe")
    (tmp_path / "huge").write_bytes(GOOD.encode() + b"\n" * (1 << 20))
    with pytest.raises(ProfileError, match="at most 1048576 bytes"):
        read_profile(tmp_path / "huge")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00name")
    with pytest.raises(ProfileError):
        read_profile(tmp_path / "bytes")


def test_yaml_cannot_run_anything(tmp_path):
    with pytest.raises(ProfileError):
        read_profile(written(tmp_path, "!!python/object/apply:os.system ['true']"))


def test_every_profile_of_the_project_is_read(root):
    profiles = sorted((root / "configs" / "scanners").glob("*.yaml"))
    assert "dual_energy_bags" in [path.stem for path in profiles]
    for path in profiles:
        assert read_profile(path).name == path.stem
        assert read_profile(path).source


FULL = """
name: full
quantity: counts
channels: [{name: low}, {name: high}]
air: [[1000, 2000], 3000]
dark: [10, [20, 30]]
detector_axis: columns
gamma: 2.2
pages: channels
detector: {quanta: [9000, 8000], electronic: [0.001, 0], point_spread_px: 0.4, interlace_px: 0.5}
raw: {dtype: uint16, byte_order: big, samples: 2, lines: rest, layout: interleaved, offset: 8, footer: 2, line: column}
join: {pattern: "{scan}_{view}_{energy}", energies: {a: low, b: high}, views: {t: top, s: side}}
"""


def test_every_key_is_read_and_written_back(tmp_path):
    profile = read_profile(written(tmp_path, FULL))
    assert (profile.air, profile.dark, profile.detector_axis) == ([[1000, 2000], 3000], [10, [20, 30]], "columns")
    assert (profile.gamma, profile.raw.lines, profile.raw.line, profile.join.view_ids) == (
        2.2,
        "rest",
        "column",
        ("top", "side"),
    )
    assert (profile.detector.quanta, profile.detector.electronic) == ([9000, 8000], [0.001, 0])
    assert (profile.detector.point_spread_px, profile.detector.interlace_px) == (0.4, 0.5)
    assert ScannerProfile.model_validate(profile.model_dump(mode="json")) == profile


def test_the_example_shows_every_key(root):
    shown = yaml.safe_load((root / "configs" / "scanners" / "example_two_views.yaml").read_text(encoding="utf-8"))
    assert set(shown) == set(ScannerProfile.model_fields)
    assert set(shown["detector"]) == set(DetectorEntry.model_fields)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("dark: [10, [20, 30]]", "dark: [10]", "dark has one value"),
        ("dark: [10, [20, 30]]", "dark: [10, [20, 3000]]", "dark lies under air"),
        ("dark: [10, [20, 30]]", "dark: [1000, 0]", "dark lies under air"),
        ("quanta: [9000, 8000]", "quanta: [9000]", "detector has one value per channel"),
        ("electronic: [0.001, 0]", "electronic: [0.001]", "detector has one value per channel"),
        ("quanta: [9000, 8000]", "quanta: [9000, 0]", "detector.quanta"),
        ("electronic: [0.001, 0]", "electronic: [0.001, -1]", "detector.electronic"),
        ("point_spread_px: 0.4", "point_spread_px: -0.4", "detector.point_spread_px"),
        ("interlace_px: 0.5", "interlace_px: 2", "detector.interlace_px"),
        ("gamma: 2.2", "gamma: 9", "gamma"),
        ("quantity: counts", "quantity: attenuation", "dark and gamma belong"),
        ("gamma: 2.2", "log: {scale: 9}", "log belongs"),
        ("b: high", "b: low", "join.energies names"),
        ("pages: channels", "pages: volume", "one channel"),
        ("dtype: uint16", "dtype: uint12", "raw.dtype"),
        ("lines: rest", "lines: rest, slices: 4", "rest"),
        ("{scan}_", "{scan}{scan}_", "join"),
        ("detector_axis: columns", "detector_axis: time", "detector_axis"),
    ],
)
def test_what_does_not_go_together_is_said(tmp_path, old, new, where):
    with pytest.raises(ProfileError, match=where):
        read_profile(written(tmp_path, FULL.replace(old, new, 1)))


def test_a_logarithm_needs_a_base_above_1_and_air_where_it_falls(tmp_path):
    text = "{{name: a, quantity: attenuation, channels: [{{name: single}}], log: {}, air: {}}}".format
    rising = read_profile(written(tmp_path, text("{scale: 1000, base: 10}", "null")))
    assert rising.log.per_attenuation() == pytest.approx(1000 / math.log(10))
    falling = read_profile(written(tmp_path, text("{scale: 1000, falling: true}", "[60000]")))
    assert falling.log.per_attenuation() == -1000
    for log, air in (("{scale: 1, base: 1}", "null"), ("{scale: 1, falling: true}", "null"), ("{scale: 0}", "null")):
        with pytest.raises(ProfileError):
            read_profile(written(tmp_path, text(log, air)))


def test_gamma_and_dark_go_with_transmission_as_well(tmp_path):
    text = "{name: a, quantity: transmission, channels: [{name: single}], gamma: 2.2, dark: [1], air: [255]}"
    assert read_profile(written(tmp_path, text)).gamma == 2.2


@pytest.mark.parametrize("size_hw", [(1, 1), (5, 7), (100, 300), (3000, 30_000)])
def test_a_region_in_pixels_counts_from_the_far_edge_where_it_is_negative(size_hw):
    height, width = size_hw
    assert RegionEntry(box=(0, 0, 0, 0)).box_px(size_hw) == (0, 0, width, height)
    assert RegionEntry(box=(-200, 0, 0, 30)).box_px(size_hw) == (max(width - 200, 0), 0, width, min(30, height))
    assert RegionEntry(box=(2, -4, 4, -2)).box_px(size_hw) == (
        min(2, width), max(height - 4, 0), min(4, width), max(height - 2, 0)
    )  # fmt: skip
    assert RegionEntry(box=(0, 0.5, 1, 1), unit="fraction").box_px(size_hw) == (0, height / 2, width, height)


def test_a_region_that_lies_outside_of_a_picture_has_no_area_there():
    for box in ((500, 0, 600, 10), (-100, 0, 100, 0), (0, 900, 10, 901)):
        x0, y0, x1, y1 = RegionEntry(box=box).box_px((300, 400))
        assert (x1 - x0) * (y1 - y0) == 0
    assert RegionEntry(box=(-100, 0, 100, 0)).box_px((300, 150)) == (50, 0, 100, 300)


@given(
    box=st.tuples(*[st.floats(-1e4, 1e4) | st.integers(-50, 50) | st.floats()] * 4),
    unit=st.sampled_from(["px", "fraction"]),
    size_hw=st.tuples(st.integers(1, 40_000), st.integers(1, 40_000)),
)
def test_a_region_lies_in_every_picture(box, unit, size_hw):
    if unit == "fraction":
        box = tuple(abs(value) % 1 for value in box)
    try:
        region = RegionEntry(box=box, unit=unit)
    except ValueError:
        ends = ((box[0], box[2]), (box[1], box[3]))
        inverted = any(one >= two and (unit == "fraction" or (one < 0) == (two <= 0)) for one, two in ends)
        assert inverted or not all(map(math.isfinite, box))
        return
    x0, y0, x1, y1 = region.box_px(size_hw)
    assert 0 <= x0 <= x1 <= size_hw[1]
    assert 0 <= y0 <= y1 <= size_hw[0]


@pytest.mark.parametrize(
    ("box", "unit", "said"),
    [
        ((10, 0, 5, 10), "px", "ends to the right"),
        ((10, 0, 10, 10), "px", "ends to the right"),
        ((0, 10, 10, 10), "px", "ends to the right"),
        ((-5, 0, -10, 10), "px", "ends to the right"),
        ((0, 0, math.nan, 10), "px", "ends to the right"),
        ((0, 0, math.inf, 10), "px", "ends to the right"),
        ((0.5, 0, 0, 1), "fraction", "ends to the right"),  # 0 is the far edge in pixels alone
        ((0, 0, 0, 1), "fraction", "ends to the right"),
        ((0, 0, 1.1, 1), "fraction", "between 0 and 1"),
        ((-0.1, 0, 1, 1), "fraction", "between 0 and 1"),
        ((0, 0, math.nan, 1), "fraction", "between 0 and 1"),
        ((0, 0, 10), "px", "box"),
        ((0, 0, 10, 10), "mm", "unit"),
    ],
)
def test_a_region_that_is_none_is_refused(tmp_path, box, unit, said):
    text = GOOD + yaml.safe_dump({"burnt_in": [{"box": list(box), "unit": unit}]})
    with pytest.raises(ProfileError, match=said):
        read_profile(written(tmp_path, text))


def test_regions_of_text_and_cabs_are_read(tmp_path):
    profile = read_profile(
        written(tmp_path, GOOD + "burnt_in: [{box: [-200, 0, 0, 30]}]\ncab: [{box: [0, 0, 0.2, 1], unit: fraction}]\n")
    )
    assert profile.burnt_in == [RegionEntry(box=(-200, 0, 0, 30))]
    assert profile.cab == [RegionEntry(box=(0, 0, 0.2, 1), unit="fraction")]
    assert read_profile(written(tmp_path, GOOD)).burnt_in == []
