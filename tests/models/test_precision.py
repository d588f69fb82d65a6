"""Which number format is computed in: bf16 only where a processor has it, since it is slower where it is emulated."""

from pathlib import Path

import pytest
import torch

from models.precision import has_bf16, lightning_precision

CPUINFO = Path("/proc/cpuinfo")


@pytest.mark.skipif(torch.cuda.is_available() or not CPUINFO.is_file(), reason="asks Linux about its processor")
def test_bf16_is_there_where_linux_says_so():
    text = CPUINFO.read_text(encoding="utf-8")
    if "avx2" not in text:
        pytest.skip("a processor of another kind")
    assert has_bf16() == any(flag in text.split() for flag in ("avx512_bf16", "amx_bf16"))


@pytest.mark.parametrize(
    ("machine", "avx512", "amx", "expected"),
    [
        ("x86_64", False, False, False),
        ("AMD64", True, False, True),
        ("x86_64", False, True, True),
        ("aarch64", False, False, True),
    ],
)
def test_what_onednn_emulates_does_not_count(monkeypatch, machine, avx512, amx, expected):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("models.precision.onednn_takes_bf16", lambda: True)
    monkeypatch.setattr("models.precision.platform.machine", lambda: machine)
    monkeypatch.setattr("torch.cpu._is_avx512_bf16_supported", lambda: avx512)
    monkeypatch.setattr("torch.cpu._is_amx_tile_supported", lambda: amx)
    assert has_bf16() == expected
    assert lightning_precision("auto") == ("bf16-mixed" if expected else "32-true")
    assert lightning_precision("float32") == "32-true"
    assert lightning_precision("bf16") == "bf16-mixed"
    monkeypatch.setattr("models.precision.onednn_takes_bf16", lambda: False)
    assert not has_bf16()
