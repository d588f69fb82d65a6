import math
import os

import pytest
import yaml

from imaging import Channel, ProfileError, Quantity, ScannerProfile, read_profile
from imaging.profile import DetectorEntry

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
