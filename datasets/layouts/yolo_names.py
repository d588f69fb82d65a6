"""`data.yaml` of a YOLO data set: names of the classes by number, and where the images of each subset are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from datasets.layouts.objects import plain
from datasets.layouts.words import lines_of
from datasets.pool.errors import PoolError

MOST_BYTES = 1 << 18
MOST_DEPTH = 16
_SUBSETS = ("train", "val", "test")
_NAME_FILES = ("classes.txt", "labels/classes.txt", "obj.names", "data/obj.names")


@dataclass(frozen=True)
class YoloNames:
    """Names by class number, and for each subset the folders or lists of images, as written."""

    names: Mapping[int, str]
    places: Mapping[str, tuple[str, ...]]


def yolo_names(source: Path) -> YoloNames:
    """What `data.yaml`, or another YAML file with `names`, says; without one, the lines of `classes.txt`.

    Raises:
        PoolError: when there is neither, or it can not be read.
    """
    for path in sorted(source.glob("*.y*ml"), key=lambda path: (path.stem != "data", path.name)):
        document = _document(path)
        if names := _numbered(document.get("names")):
            root = document.get("path")
            places = {subset: _places(root, document.get(subset)) for subset in _SUBSETS}
            return YoloNames(names, {subset: found for subset, found in places.items() if found})
    for path in (source / name for name in _NAME_FILES):
        if path.is_file():
            return YoloNames(dict(enumerate(plain(" ".join(words)) for _, words in lines_of(path))), {})
    raise _refused(f"neither a data.yaml with names nor a classes.txt in {source}")


def _document(path: Path) -> Mapping[object, object]:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refused(f"{path.name} of {path.stat().st_size} bytes")
        text = path.read_text(encoding="utf-8-sig")
        _refuse_swelling(text, path.name)
        document = yaml.safe_load(text)
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise _refused(f"{path.name}: {str(error)[:300]}") from error
    return document if isinstance(document, dict) else {}


def _refuse_swelling(text: str, name: str) -> None:
    """Refuse references, which can swell without end, and depth, which takes the square of it in time."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_DEPTH or isinstance(event, yaml.AliasEvent):
            raise _refused(f"{name} with references, or more than {MOST_DEPTH} levels")


def _numbered(names: object) -> dict[int, str]:
    if isinstance(names, list):
        return {number: plain(name) for number, name in enumerate(names)}
    if isinstance(names, dict):
        return {number: plain(name) for number, name in names.items() if type(number) is int}
    return {}


def _places(root: object, stated: object) -> tuple[str, ...]:
    """Where images of a subset are, below `path` where one is stated."""
    each = [one for one in (stated if isinstance(stated, list) else [stated]) if isinstance(one, str) and one]
    return tuple(f"{root}/{one}" if isinstance(root, str) and root else one for one in each)


def _refused(found: str) -> PoolError:
    return PoolError(
        "the yolo layout names its classes in data.yaml or classes.txt",
        found,
        "name the folder that holds it as --source, or write such a file",
    )
