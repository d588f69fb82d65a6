"""Every YAML builds, and what it builds is what its folder is for."""

import pytest

from configs.cli import parse_verb
from configs.schema import FitConfig
from imaging import read_profile
from models.build import build_network
from models.recipe import augmentation, component, training


def yamls(root, folder):
    found = sorted((root / "configs" / folder).glob("*.yaml"))
    assert found, f"no YAML in configs/{folder}: the test walks the wrong place"
    return found


def test_every_folder_of_yaml_is_tested(root):
    folders = {path.parent.relative_to(root / "configs").as_posix() for path in (root / "configs").rglob("*.yaml")}
    assert folders == {"train", "scanners"}


def test_every_training_yaml_builds_its_network(root):
    for path in yamls(root, "train"):
        arguments = ["fit", "--config", str(path), "--data.pool", "pool", "--out", "run"]
        _, options = parse_verb({"fit": FitConfig}, "", arguments)
        part = component(
            role=options.network.role,
            family=options.network.family,
            width=options.network.width,
            channels=("low", "high"),
            physical=True,
            long_side=options.data.long_side,
            labels=("firearm", "narcotics"),
        )
        module = training(
            part,
            augmentation(**vars(options.augment), physical=True, fill=part.fill),
            imagenet=options.network.start == "imagenet",
            learning_rate=options.optim.learning_rate,
            backbone_rate=options.optim.backbone_rate,
            weight_decay=options.optim.weight_decay,
            seed=0,
        )
        millions = sum(value.numel() for value in module.network.parameters()) / 1e6
        assert 0.3 < millions < 10, path


def test_the_compact_detector_is_compact(root):
    part = component(
        role="detector",
        family="compact",
        width=96,
        channels=("low", "high"),
        physical=True,
        long_side=None,
        labels=("x",),
    )
    millions = sum(value.numel() for value in build_network(part.family, **part.arguments).parameters()) / 1e6
    assert 1 <= millions <= 2


def test_every_scanner_yaml_is_a_profile(root):
    for path in yamls(root, "scanners"):
        assert read_profile(path).name == path.stem


@pytest.mark.parametrize("bad", ["epoch: 3", "optim: {epochs: many}", "data: {pol: x}"])
def test_unknown_keys_and_wrong_types_are_refused(tmp_path, bad, capsys):
    (tmp_path / "bad.yaml").write_text(bad)
    with pytest.raises(SystemExit) as end:
        parse_verb(
            {"fit": FitConfig}, "", ["fit", "--config", str(tmp_path / "bad.yaml"), "--data.pool", "p", "--out", "o"]
        )
    assert end.value.code == 2
    assert "error" in capsys.readouterr().err
