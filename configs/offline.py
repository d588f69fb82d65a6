"""The one place where third-party packages are told to stay off the network, before any of them is imported.

And to take memory in large pages: a batch of 50 MB in small ones costs more time than what is computed on it.
"""

from __future__ import annotations

import os
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent.parent / "build" / "ultralytics"

OFFLINE = {
    "NO_ALBUMENTATIONS_UPDATE": "1",  # asks PyPI for its newest version at import
    "YOLO_OFFLINE": "true",  # asks DNS whether it is online
    "YOLO_CONFIG_DIR": str(_FOLDER),  # writes settings to the home folder
}
LARGE_PAGES = {"THP_MEM_ALLOC_ENABLE": "1"}  # torch asks Linux for them; no effect elsewhere


def stay_offline() -> None:
    """Set the environment of this process and of its children."""
    os.environ.update(OFFLINE | LARGE_PAGES)
