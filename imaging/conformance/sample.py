"""Samples of a vendor's format, with what is known of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from imaging.errors import ScanError, UnreadableScan
from imaging.formats.content import read_content
from imaging.formats.picture import DEFAULT_LIMITS


class Pixel(BaseModel):
    """One golden pixel: `at` is (channel, row, column), for volumes (channel, slice, row, column)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Annotated[tuple[int, ...], Field(min_length=3, max_length=4)]
    value: float


class Expected(BaseModel):
    """What is known of a sample from elsewhere, best the vendor's own viewer; the sidecar `NAME.json` holds it.

    Attributes:
        shape: CHW or CDHW.
        dtype: As numpy calls it.
        levels: At least so many distinct values: a format of 16 bit must not come out with 256.
        pixels: Golden pixels.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    levels: Annotated[int, Field(ge=1)] | None = None
    pixels: tuple[Pixel, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """The content of one whole, readable file of the format."""

    name: str
    content: bytes
    expected: Expected | None = None


def read_samples(folder: Path) -> tuple[Sample, ...]:
    """Every file of a folder but the sidecars, by name.

    Raises:
        ScanError: when there is none, one cannot be read, or a sidecar breaks its schema.
    """
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    names = {file.name for file in files}
    samples = [file for file in files if not (file.suffix == ".json" and file.stem in names)]
    if not samples:
        raise UnreadableScan("samples are the files of a folder", f"none in {folder}", "put a few readable ones there")
    most = DEFAULT_LIMITS.max_bytes
    return tuple(Sample(file.name, bytes(read_content(file, most)), _expected(file)) for file in samples)


def _expected(file: Path) -> Expected | None:
    sidecar = file.with_name(f"{file.name}.json")
    if not sidecar.exists():
        return None
    try:
        return Expected.model_validate_json(bytes(read_content(sidecar, 1 << 20)))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise ScanError(
            "a sidecar is JSON of the documented keys", f"{sidecar}: {where}: {first['msg']}", "mend it"
        ) from error
