import pytest

from imaging import Channel, ProfileError, Quantity, read_profile

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


def test_yaml_cannot_run_anything(tmp_path):
    with pytest.raises(ProfileError):
        read_profile(written(tmp_path, "!!python/object/apply:os.system ['true']"))


def test_every_profile_of_the_project_is_read(root):
    profiles = sorted((root / "configs" / "scanners").glob("*.yaml"))
    assert "dual_energy_bags" in [path.stem for path in profiles]
    for path in profiles:
        assert read_profile(path).name == path.stem
        assert read_profile(path).source
