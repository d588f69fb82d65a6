"""The package on disk: what was written is read, and nothing else is."""

import json

import pytest
import torch

from models import ComponentSpec, PackageError, PackageSpec, read_package, write_package
from models.build import build_network
from models.pack import pack

ARGUMENTS = {"channels": 2, "labels": 2, "normalisation": "attenuation", "width": 32}


def spec(role: str = "detector") -> PackageSpec:
    part = ComponentSpec(
        role=role,
        family="compact" if role == "detector" else "goods",
        arguments=ARGUMENTS,
        file=f"{role}.safetensors",
        channels=("low", "high"),
        quantity="physical",
        normalisation="attenuation",
        labels=("firearm", "narcotics"),
    )
    return PackageSpec(name="test", components=(part,), rights=("CC0-1.0",))


def written(folder, role="detector"):
    torch.manual_seed(0)
    description = spec(role)
    network = build_network(description.components[0].family, **ARGUMENTS).eval()
    return network, write_package(folder, description, {role: network})


def test_round_trip_gives_the_same_answers(tmp_path):
    network, description = written(tmp_path / "m")
    package = read_package(tmp_path / "m")
    image, size = torch.rand(1, 2, 64, 64), torch.tensor([[64, 64]])
    one, other = network.detect(image, size)[0], package.components["detector"].module.detect(image, size)[0]
    assert torch.equal(one.scores_N, other.scores_N)
    assert package.spec == description
    assert not package.components["detector"].module.training


def test_same_network_same_bytes(tmp_path):
    _, one = written(tmp_path / "a")
    _, other = written(tmp_path / "b")
    assert one.package_sha256 == other.package_sha256
    for name in ("model.json", "detector.safetensors", "CARD.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_changed_weights_are_refused(tmp_path):
    written(tmp_path / "m")
    path = tmp_path / "m" / "detector.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(PackageError, match="SHA-256"):
        read_package(tmp_path / "m")


@pytest.mark.parametrize(
    ("change", "message"),
    [({"schema_version": 99}, "schema 99"), ({"surprise": 1}, "surprise"), ({"components": 3}, "components")],
)
def test_other_schemas_are_refused_by_name(tmp_path, change, message):
    written(tmp_path / "m")
    path = tmp_path / "m" / "model.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(PackageError, match=message):
        read_package(tmp_path / "m")


def test_weights_outside_of_the_folder_are_not_read(tmp_path):
    written(tmp_path / "m")
    path = tmp_path / "m" / "model.json"
    text = path.read_text().replace("detector.safetensors", "../../etc/passwd")
    path.write_text(text)
    with pytest.raises(PackageError, match="passwd"):
        read_package(tmp_path / "m")


def test_no_folder_no_package(tmp_path):
    with pytest.raises(PackageError, match=r"model\.json"):
        read_package(tmp_path / "nothing")


def test_pack_joins_roles_and_refuses_two_of_one(tmp_path):
    written(tmp_path / "d")
    written(tmp_path / "g", "goods")
    joined = pack([tmp_path / "d", tmp_path / "g"], tmp_path / "both", name="both")
    assert [part.role for part in joined.components] == ["detector", "goods"]
    assert set(read_package(tmp_path / "both").components) == {"detector", "goods"}
    with pytest.raises(PackageError, match="one component for each role"):
        pack([tmp_path / "d", tmp_path / "d"], tmp_path / "twice", name="twice")


def test_card_says_what_cannot_be_promised(tmp_path):
    written(tmp_path / "m")
    text = (tmp_path / "m" / "CARD.md").read_text()
    assert "no rate can be promised" in text
    assert "an officer decides" in text
