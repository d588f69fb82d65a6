import sys

import pytest

import sandbox
from datasets.checks.run import check_pool
from datasets.pool import read_pool
from imaging import read_scan


@pytest.fixture
def run(monkeypatch, tmp_path):
    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["sandbox.py", "--out", str(tmp_path / "pool"), *arguments])
        return sandbox.main()

    return call


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--scans", "0"], "at least one scan"),
        (["--carriers", "[sledge]"], "a carrier is one of"),
        (["--mismatch_rate", "0.8", "--empty_rate", "0.3"], "rates are shares"),
        (["--contraband_rate", "1.5"], "rates are shares"),
        (["--scanner", "nope"], "one of linac_4_van"),
        (["--scanner", "tunnel_140_parcels"], "with an accelerator"),
    ],
)
def test_wrong_use_is_said_in_one_line(run, capsys, tmp_path, arguments, said):
    assert run(*arguments) == 2
    message = capsys.readouterr().err
    assert said in message
    assert message.count("\n") == 1
    assert not (tmp_path / "pool").exists()


def test_a_folder_with_something_in_it_is_left_alone(run, capsys, tmp_path):
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool" / "mine.txt").write_text("x")
    assert run("--scans", "1") == 2
    assert "empty folder" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "pool").iterdir()] == ["mine.txt"]


def test_a_preview_lies_outside_of_the_pool(run, capsys, tmp_path):
    assert run("--scans", "1", "--preview", str(tmp_path / "pool" / "sheet.png")) == 2
    assert "a pool holds its own files alone" in capsys.readouterr().err
    assert run("--scans", "2", "--workers", "1", "--preview", str(tmp_path / "sheet.png")) == 0
    assert read_scan(tmp_path / "sheet.png").pixels.shape[0] == 3


@pytest.mark.parametrize("name", ["linac_4_van", "linac_9_6_portal"])
def test_another_scanner(run, tmp_path, name):
    assert run("--scans", "2", "--contraband_rate", "1", "--workers", "1", "--scanner", name) == 0
    pool = read_pool(tmp_path / "pool")
    assert check_pool(pool) == []
    assert {record.scanner for record in pool.scans} == {name}
    assert pool.info.scanners[0].channels[-1].energy_kv == (4000 if name == "linac_4_van" else 9000)


def test_two_scans(run, capsys, tmp_path):
    assert run("--scans", "2", "--seed", "1", "--workers", "1", "--site", "port-a") == 0
    pool = read_pool(tmp_path / "pool")
    assert "2 scans" in " ".join(capsys.readouterr().out.split())
    assert check_pool(pool) == []
    assert {record.site for record in pool.scans} == {"port-a"}
