"""Who may import whom. The picture in ARCHITECTURE.md, as a test."""

import ast
from pathlib import Path

import pytest

ROOMS = ("imaging", "datasets", "gpu", "models", "declarations", "inference", "evaluation", "configs")
ALLOWED = {
    "imaging": set(),
    "gpu": set(),
    "evaluation": set(),
    "configs": set(),
    "declarations": {"evaluation.statistics"},
    "datasets": {"imaging", "declarations", "gpu", "evaluation.statistics"},
    "models": {"gpu", "evaluation"},
    "inference": {"imaging", "models", "declarations", "gpu", "evaluation"},
}
HEAVY = {"torch", "torchvision", "albumentations", "lightning", "ultralytics"}
NOT_HERE = {
    "imaging": HEAVY,
    "declarations": HEAVY,
    "evaluation": HEAVY,
    "configs": HEAVY,
    "datasets/pool": HEAVY,
    "datasets/sandbox": HEAVY,
    "datasets/layouts": HEAVY,
    "gpu": {"cv2", "pydicom", "albumentations"},
}


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.add(node.module)
    return names


def files_of(root: Path, folder: str) -> list[Path]:
    files = sorted((root / folder).rglob("*.py"))
    assert files, f"no source in {folder}: the test walks the wrong place"
    return files


def breaks(room: str, name: str) -> bool:
    """Whether a room may not import a module of ours."""
    head = name.split(".", maxsplit=1)[0]
    if head not in ROOMS or head == room:
        return False
    return not any(name == allowed or name.startswith(f"{allowed}.") for allowed in ALLOWED[room])


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_only_along_the_arrows(root, room):
    found = {(str(path.relative_to(root)), name) for path in files_of(root, room) for name in imported_names(path)}
    assert [(path, name) for path, name in sorted(found) if breaks(room, name)] == []


@pytest.mark.parametrize("folder", NOT_HERE)
def test_rooms_stay_free_of_what_they_must_not_load(root, folder):
    found = {
        (str(path.relative_to(root)), name.split(".")[0])
        for path in files_of(root, folder)
        for name in imported_names(path)
    }
    assert [(path, name) for path, name in sorted(found) if name in NOT_HERE[folder]] == []


def test_ultralytics_is_imported_in_one_file_at_most(root):
    users = [
        path
        for room in ROOMS
        for path in files_of(root, room)
        if any(n.startswith("ultralytics") for n in imported_names(path))
    ]
    assert len(users) <= 1


def test_the_check_itself_can_fail():
    assert breaks("imaging", "declarations.schema")
    assert breaks("declarations", "evaluation.matching")
    assert not breaks("declarations", "evaluation.statistics")
    assert not breaks("datasets", "gpu")
    assert breaks("models", "datasets.pool")


def test_no_library_folder_sees_the_options(root):
    users = [
        str(path.relative_to(root))
        for room in ROOMS
        if room != "configs"
        for path in files_of(root, room)
        if any(name.startswith("configs") for name in imported_names(path))
    ]
    assert users == []


def test_scripts_stay_under_120_lines(root):
    for name in ("train", "infer", "evaluate", "pool", "sandbox"):
        assert len((root / f"{name}.py").read_text().splitlines()) < 120, name
