"""Who may import whom. This test is the rule's documentation (DESIGN.md, "The house").

ui, cli → flows → {portfolio, terms, claims, identity, registries, payments, listings, forms,
tables, timestamps, copies, store} → model, errors
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DESKTOP = ROOT / "desktop"

# Leaves that every room may use: values, errors, shipped files, the protocol's schemas.
LEAVES = {"model", "errors", "assets", "__init__"}
SIBLINGS = {
    "portfolio",
    "terms",
    "claims",
    "identity",
    "registries",
    "payments",
    "store",
    "listings",
    "forms",
    "tables",
    "timestamps",
    "copies",
}

ROOMS: dict[str, set[str]] = {
    "model": set(),
    "errors": set(),
    "assets": set(),
    "protocol": LEAVES,
    "portfolio": LEAVES,
    "terms": LEAVES | {"identity"},
    "claims": LEAVES | {"identity", "protocol"},
    "identity": LEAVES,
    "registries": LEAVES | {"identity", "protocol"},
    "payments": LEAVES | {"tables"},
    "listings": LEAVES | {"tables"},
    "forms": LEAVES | {"tables"},
    "tables": LEAVES,
    "timestamps": LEAVES | {"identity"},
    "copies": LEAVES,
    "store": LEAVES,
    "practice": LEAVES | {"identity", "protocol"},
    "services": LEAVES | SIBLINGS,
    "flows": LEAVES | SIBLINGS | {"services", "practice"},
    "ui": LEAVES | SIBLINGS | {"services", "flows"},
    "cli": LEAVES | SIBLINGS | {"services", "flows", "practice", "ui"},
    "__main__": {"cli"},
}

# Third-party packages that belong to one place only.
ONLY_IN: dict[str, set[str]] = {
    "PySide6": {"ui"},
    "sqlite3": {"store"},
    "pysqlite3": {"store"},
    "sqlite_utils": {"store", "practice"},
    "requests": {"registries"},
    "urllib3": {"registries"},
    "uvicorn": {"practice"},
    "starlette": {"practice"},
    "keyring": {"identity"},
    "click": {"cli"},
    "xlsxwriter": {"tables"},
    "fpdf": {"payments"},
    "currency_converter": {"payments"},
    "tomli_w": {"forms"},
    "c2pa": {"copies"},
}
ONLY_IN_FILE = {
    "pebble": {"portfolio/pool.py"},
    "concurrent.futures": {"portfolio/pool.py"},
    "dask": {"portfolio/cluster.py"},
    "distributed": {"portfolio/cluster.py"},
    "watchfiles": {"portfolio/watch.py"},
}
JUNK_DRAWERS = {"utils", "util", "helpers", "common", "misc", "manager", "managers"}
MAX_LINES = 420


def modules() -> list[Path]:
    return sorted(DESKTOP.rglob("*.py"))


def room_of(path: Path) -> str:
    first = path.relative_to(DESKTOP).parts[0]
    return first.removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def relative(path: Path) -> str:
    return path.relative_to(DESKTOP).as_posix()


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_rooms_import_only_downwards(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    allowed = ROOMS[room] | {room}
    for name in imports_of(path):
        if name.startswith("desktop."):
            other = name.split(".")[1]
            assert other in allowed or other == "__version__", f"{relative(path)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_packages_stay_in_their_place(path: Path) -> None:
    room = room_of(path)
    for name in imports_of(path):
        for package, rooms in ONLY_IN.items():
            if name == package or name.startswith(package + "."):
                assert room in rooms, f"{relative(path)} imports {name}"
        for package, files in ONLY_IN_FILE.items():
            if name == package or name.startswith(package + "."):
                assert relative(path) in files, f"{relative(path)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_no_junk_drawers_and_no_endless_modules(path: Path) -> None:
    names = {part.removesuffix(".py") for part in path.relative_to(DESKTOP).parts}
    assert not names & JUNK_DRAWERS
    assert path.read_text(encoding="utf-8").count("\n") <= MAX_LINES


@pytest.mark.parametrize("path", modules(), ids=relative)
def test_every_module_and_public_function_says_what_it_does(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"{relative(path)} has no docstring"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{relative(path)}: {node.name} has no docstring"


def test_one_broad_except() -> None:
    broad = [
        relative(path)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") in ("Exception", "BaseException"))
    ]
    assert broad == ["ui/job.py"]


def test_every_room_is_named_here() -> None:
    assert {room_of(path) for path in modules()} - {"__init__"} == set(ROOMS)


def test_the_top_level_is_the_agreed_one() -> None:
    agreed = {
        "desktop", "resources", "tests", "build.spec", "pyproject.toml", "README.md", "LICENSE",
        "CHANGELOG.md", "requirements.lock", "build", "dist",
    }  # fmt: skip
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - agreed == set()
