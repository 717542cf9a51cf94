"""docs/architecture.md is true, and what it says of imports and files holds."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "pqs_coder"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
MODULES = sorted(PACKAGE.rglob("*.py"))
NAMES = [path.relative_to(PACKAGE).as_posix() for path in MODULES]
ON_DISK = {"store/files.py", "store/appender.py", "store/locks.py"}
# A library that wants a path (in a folder of its own, gone afterwards); the null device.
ELSEWHERE = {"exchange/spss.py", "cli/main.py"}


def trees(under: str = "") -> Iterator[tuple[str, ast.Module]]:
    for name, path in zip(NAMES, MODULES, strict=True):
        if name.startswith(under):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.Module) -> Iterator[str]:
    """The modules that a module imports, dotted."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def test_every_file_that_the_page_names_is_there() -> None:
    named = re.findall(r"`([\w./]*(?:/|\.(?:py|md|tcss)))`", PAGE)
    assert len(named) > 40
    missing = [one for one in named if not ((PACKAGE / one).exists() or (ROOT / one).exists())]
    assert not missing


def test_every_room_stands_on_the_page() -> None:
    tree = PAGE.partition("    pqs_coder/\n")[2].partition("\n\n")[0]
    told = set(re.findall(r"^ +(\w+)/ ", tree, re.MULTILINE))
    rooms = {path.parent.name for path in PACKAGE.rglob("__init__.py")} - {"pqs_coder"}
    assert rooms <= told
    assert told - rooms == {"item_sets", "sessions", "tests", "benchmarks", "docs"}
    assert all((ROOT / name).is_dir() for name in told - rooms)


def test_the_order_of_imports_is_the_one_that_is_checked() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (house,) = [
        one for one in settings["tool"]["importlinter"]["contracts"] if one["id"] == "house"
    ]
    layers = [one.replace("pqs_coder.", "") for one in house["layers"]]
    assert layers[0] == "__main__"
    order = " > ".join(f"({one})" if "|" in one else one for one in layers[1:])
    assert f"    {order}\n" in PAGE


def test_nothing_inside_imports_the_package_root() -> None:
    guilty = [name for name, tree in trees() if "pqs_coder" in imports(tree)]
    assert not guilty


def test_the_model_needs_the_standard_library_only() -> None:
    for name, tree in trees("model/"):
        for module in imports(tree):
            first = module.partition(".")[0]
            ours = module.startswith(("pqs_coder.model", "pqs_coder.errors", "pqs_coder._version"))
            assert ours or first in sys.stdlib_module_names, f"{name} imports {module}"


def test_every_module_says_what_it_is_for() -> None:
    silent = [name for name, tree in trees() if not ast.get_docstring(tree)]
    assert not silent


METHODS = {"write_text", "write_bytes", "read_text", "unlink", "mkdir", "rmdir", "iterdir"}
CALLS = {"open", "replace", "remove", "fsync", "scandir", "listdir", "makedirs", "copytree"}


def touches_disk(node: ast.AST) -> bool:
    """A call of ``open``, of a function of os or shutil on files, or of a method of Path."""
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Name):
        return called.id == "open"
    if not isinstance(called, ast.Attribute):
        return False
    owner = called.value.id if isinstance(called.value, ast.Name) else ""
    return called.attr in METHODS or (owner in ("os", "shutil") and called.attr in CALLS)


@pytest.mark.parametrize("room", ["cli", "tui", "report", "exchange", "analysis", "desk", "store"])
def test_files_are_touched_in_three_modules_only(room: str) -> None:
    found = {
        f"{name}:{node.lineno}"
        for name, tree in trees(f"{room}/")
        if name not in ON_DISK | ELSEWHERE
        for node in ast.walk(tree)
        if touches_disk(node)
    }
    assert not found


@pytest.mark.parametrize("name", sorted(ON_DISK))
def test_the_search_for_such_calls_finds_them(name: str) -> None:
    ((_, tree),) = trees(name)
    assert any(touches_disk(node) for node in ast.walk(tree))
