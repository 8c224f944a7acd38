"""The import rule: a package imports only from packages to its left."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "generator" / "layerwise"
LINE = ("core", "layers", "definition", "network", "importing", "report", "site")
"""The packages from left to right."""
ENTRIES = ("plugin", "command", "extension")
"""Entry points: they may import from every package, and only ``__main__`` imports one of them, ``command``."""
LIBRARIES = {package: {"yaml"} for package in LINE[:5]} | {"report": {"yaml", "markupsafe", "wcwidth"}}
"""Third-party packages that each package needs: the core runs in browsers, notebooks and other tools."""

READERS = {"torch", "keras"}
"""Optional packages, which readers of models import when they run."""

FILES = {path.relative_to(ROOT).with_suffix("").parts: path for path in ROOT.rglob("*.py")}


def imports(path: Path) -> Iterator[str]:
    """The absolute names of all modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages_imported(path: Path) -> set[str]:
    """The packages of this project that a file imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("layerwise.")}


def test_every_module_is_in_a_package() -> None:
    assert {parts[0] for parts in FILES} == {*LINE, *ENTRIES, "__init__", "__main__"}


@pytest.mark.parametrize("package", LINE)
def test_packages_import_from_the_left(package: str) -> None:
    allowed = {*LINE[: LINE.index(package) + 1]}
    wrong = {parts: packages_imported(path) - allowed for parts, path in FILES.items() if parts[0] == package}
    assert not {parts: names for parts, names in wrong.items() if names}


def test_nothing_imports_the_entries() -> None:
    users = {(parts[0], entry) for parts, path in FILES.items() for entry in packages_imported(path) & {*ENTRIES}}
    assert users <= {(entry, entry) for entry in ENTRIES} | {("__main__", "command")}


@pytest.mark.parametrize("package", LIBRARIES)
def test_the_core_needs_few_libraries(package: str) -> None:
    files = {parts: path for parts, path in FILES.items() if parts[0] == package}
    for parts, path in files.items():
        used = {name.partition(".")[0] for name in imports(path)} - sys.stdlib_module_names - {"layerwise"}
        assert used <= LIBRARIES[package] | (READERS if parts[:2] == ("importing", "readers") else set())
