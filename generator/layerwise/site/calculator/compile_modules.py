"""Packs the modules that the calculator needs as bytecode. Runs in Pyodide when the engine is built."""

from __future__ import annotations

import py_compile
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

from layerwise.report.engine import warm_up

SOURCES, LIBRARY = Path("/sources"), Path("/library")
ENGINE, IMPORTER = Path("/python.zip"), Path("/importing.zip")
"""The modules that the engine needs, and the others, which it needs for the first model that is imported."""
ENCODINGS = ("ascii", "latin_1", "utf_8_sig", "idna")
"""Codecs that Python or PyYAML look up by name."""
DOCUMENTED = "layerwise/layers/"
"""Modules whose sources are packed as well: errors quote the docstrings of options."""

WITH_DOCSTRINGS = ("layerwise/", "pyodide/", "_pyodide/")
"""Packages whose docstrings are read."""


def run() -> None:
    """Import the engine and the importer, and pack what has been imported."""
    warm_up()
    for name in ENCODINGS:
        __import__(f"encodings.{name}")
    engine = _imported()
    _write(ENGINE, engine)
    import_module("layerwise.report.dropped")
    importing = import_module("layerwise.importing")
    for module in walk_packages(importing.__path__, f"{importing.__name__}."):
        import_module(module.name)
    _write(IMPORTER, [file for file in _imported() if file not in engine])


def _imported() -> list[Path]:
    return [Path(file) for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]


def _write(output: Path, files: list[Path]) -> None:
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for folder, names in ((SOURCES, _below(SOURCES, files)), (LIBRARY, _library(files))):
            for name in sorted(names):
                _pack(archive, folder, name)


def _below(folder: Path, files: list[Path]) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in files if file.is_relative_to(folder)}


def _library(files: list[Path]) -> set[str]:
    """The modules of the standard library, which are imported from an archive of their own."""
    found = {file.as_posix().partition(".zip/")[2] for file in files if ".zip/" in file.as_posix()}
    return {name for name in found if (LIBRARY / name).is_file()}


def _pack(archive: zipfile.ZipFile, folder: Path, name: str) -> None:
    """Add the bytecode of a module, which depends on no time and no folder, so that equal builds are equal."""
    compiled = Path("/compiled.pyc")
    py_compile.compile(
        str(folder / name),
        cfile=str(compiled),
        dfile=name,
        doraise=True,
        optimize=0 if name.startswith(WITH_DOCSTRINGS) else 2,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    _add(archive, f"{name}c", compiled.read_bytes())
    if name.startswith(DOCUMENTED):
        _add(archive, name, (folder / name).read_bytes())


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
