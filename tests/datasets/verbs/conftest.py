"""`pool.py anonymise` with the very pieces that clean files; text and people are not looked for unless asked."""

import pytest

from datasets.verbs import anonymise
from datasets.verbs.outcome import quietly

KEY = "00112233445566778899aabbccddeeff"


@pytest.fixture
def anonymised(tmp_path, monkeypatch):
    """Anonymise a source to `tmp_path / out`; options may be given."""
    monkeypatch.setenv("CUSTOMS_XRAY_KEY", KEY)

    def run(source, out="pool", **given):
        options = {
            "source": source, "site": "north", "out": tmp_path / out, "key_file": None,
            "quarantine": None, "profile": None, "licence": "unknown", "may_train": True, "may_redistribute": True,
            "text": "none", "people": "none", "dates": "month", "code_digits": 6, "mass_step_kg": 10.0,
            "origin": "region", "descriptions": "none", "workers": 1, "track": quietly,
        }  # fmt: skip
        return anonymise.run(**{**options, **given})

    return run
