"""Command lines: lists by repetition, YAML and flags together, wrong use refused."""

import pytest

from configs.cli import parse, parse_verb
from configs.schema import EvaluateConfig, PackConfig, SandboxConfig

EVALUATE = ["--truth", "pool", "--out", "out"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--predictions", "a=x"], ["a=x"]),
        (["--predictions", "a=x", "--predictions", "b=y"], ["a=x", "b=y"]),
        (['--predictions=["a=x","b=y"]'], ["a=x", "b=y"]),
        (["--predictions", '["a=x"]'], ["a=x"]),
        (["--predictions", "a=with space, and [brackets"], ["a=with space, and [brackets"]),
    ],
)
def test_lists_are_given_by_repetition_or_as_json(words, expected):
    assert parse(EvaluateConfig, [*EVALUATE, *words]).predictions == expected


def test_lists_of_paths_in_a_verb():
    _, options = parse_verb({"pack": PackConfig}, "", ["pack", "--components", "a", "--components", "b", "--out", "o"])
    assert [path.name for path in options.components] == ["a", "b"]


def test_flags_win_over_yaml(tmp_path):
    (tmp_path / "c.yaml").write_text("scans: 5\nseed: 9\n")
    options = parse(SandboxConfig, ["--config", str(tmp_path / "c.yaml"), "--seed", "3", "--out", "o"])
    assert (options.scans, options.seed) == (5, 3)


def test_print_config_is_a_config(tmp_path, capsys):
    with pytest.raises(SystemExit) as end:
        parse(SandboxConfig, ["--out", "o", "--scans", "17", "--print_config"])
    assert end.value.code == 0
    (tmp_path / "c.yaml").write_text(capsys.readouterr().out)
    assert parse(SandboxConfig, ["--config", str(tmp_path / "c.yaml")]).scans == 17


@pytest.mark.parametrize("words", [[], ["--out", "o", "--scans", "many"], ["--out", "o", "--kind", "moon"]])
def test_wrong_use_ends_with_2(words, capsys):
    with pytest.raises(SystemExit) as end:
        parse(SandboxConfig, words)
    assert end.value.code == 2
    assert "error" in capsys.readouterr().err
