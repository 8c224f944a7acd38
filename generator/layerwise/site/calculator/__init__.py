"""Builds the calculator: the engine as Python for browsers, and the scripts of its page.

The packages come from npm. A build is kept in ``.cache/calculator`` until a source or a package changes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import markupsafe
import yaml

from layerwise.core.errors import LayerwiseError
from layerwise.report.reference.language import language

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1]
"""The package ``layerwise``."""
ENGINE = ("core", "layers", "definition", "network", "importing", "report")
"""The parts of the package that run in a browser."""
LIBRARIES = (yaml, markupsafe)
NPM_PACKAGES = (
    "@codemirror/autocomplete",
    "@codemirror/commands",
    "@codemirror/lang-yaml",
    "@codemirror/language",
    "@codemirror/lint",
    "@codemirror/state",
    "@codemirror/view",
    "@lezer/highlight",
    "esbuild",
    "pyodide",
)
CACHE = Path(".cache/calculator")
KEPT = 3
"""Number of builds in the cache: other processes may still read an earlier one."""
MAX_MESSAGE = 2_000
"""Characters of an error of Node, which quotes whole minified files."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a calculator."""

    folder: Path
    proposals: str = ""
    """The repository's page for a new definition, if it has one."""

    @property
    def version(self) -> str:
        """The name of the folder: the same for the same files."""
        return self.folder.name

    @property
    def files(self) -> list[Path]:
        """All files, sorted."""
        return sorted(self.folder.iterdir())


def missing(root: Path) -> str:
    """Return what is needed to build the calculator and is not there; ``root`` is the folder of ``node_modules``."""
    if shutil.which("node") is None:
        return "Node.js is not installed"
    absent = [name for name in NPM_PACKAGES if not (root / "node_modules" / name / "package.json").is_file()]
    return f"npm packages are not installed: {', '.join(absent)}" if absent else ""


def bundle(root: Path, proposals: str = "") -> Bundle:
    """Return the calculator, built with the npm packages of a folder unless it is in the cache.

    Raises ``LayerwiseError`` with the message of Node if it cannot be built.
    """
    cache = root / CACHE
    folder = cache / _digest(root)
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".") as parent:
            built = Path(parent, folder.name)
            built.mkdir()
            _build(root, built, Path(parent))
            if not folder.is_dir():  # another process may have been faster
                os.replace(built, folder)
        _forget_old(cache)
    return Bundle(folder, proposals)


def _build(root: Path, folder: Path, scratch: Path) -> None:
    sources = scratch / "sources.zip"
    with zipfile.ZipFile(sources, "w") as archive:
        for name, path in _modules():
            archive.write(path, name)
        archive.write(HERE / "compile_modules.py", "compile_modules.py")
    text = json.dumps(language(), ensure_ascii=False, separators=(",", ":"))
    (folder / "language.json").write_text(text, encoding="utf-8")
    shutil.copyfile(HERE / "calculator.css", folder / "calculator.css")
    _node("engine.mjs", root, sources, folder)
    _node("scripts.mjs", root, HERE / "browser", folder)


def _node(script: str, *arguments: Path) -> None:
    command = ["node", str(HERE / script), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own script
    if result.returncode:
        lines = [line[:200] for line in result.stderr.splitlines()]
        raise LayerwiseError(f"the calculator cannot be built: {script}:\n" + "\n".join(lines)[:MAX_MESSAGE])


def _modules() -> Iterator[tuple[str, Path]]:
    """The modules that run in a browser, by their names in the archive."""
    yield "layerwise/__init__.py", PACKAGE / "__init__.py"
    for folder in (
        *(PACKAGE / name for name in ENGINE),
        *(Path(str(library.__file__)).parent for library in LIBRARIES),
    ):
        above = PACKAGE.parent if folder.is_relative_to(PACKAGE) else folder.parent
        for path in sorted(folder.rglob("*.py")):
            yield path.relative_to(above).as_posix(), path


def _digest(root: Path) -> str:
    """The digest of everything that a build is made of."""
    digest = blake2b(digest_size=6)
    packages = [root / "node_modules" / name / "package.json" for name in NPM_PACKAGES]
    own = [path for path in sorted(HERE.rglob("*")) if path.suffix in {".py", ".mjs", ".css"}]
    assets = sorted((HERE.parent / "assets").glob("*.js"))
    for path in (*(path for _, path in _modules()), *packages, *own, *assets):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _forget_old(cache: Path) -> None:
    builds = [path for path in cache.iterdir() if path.is_dir() and not path.name.startswith(".")]
    for path in sorted(builds, key=lambda path: path.stat().st_mtime_ns)[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
