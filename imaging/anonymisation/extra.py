"""What the extra `ocr` brings, loaded only where pixels are looked at for text."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from imaging.errors import ScanError

_PACKAGES = {"rapidocr_onnxruntime": "rapidocr-onnxruntime", "zxingcpp": "zxing-cpp"}


def from_extra(module: str) -> ModuleType:
    """A module of the extra.

    Raises:
        ScanError: when the extra is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise ScanError(
            "text and codes in pixels are looked for with the extra `ocr`",
            f"no {_PACKAGES[module]}",
            "install it (`pip install .[ocr]`, from the wheelhouse where there is no network)",
        ) from error
