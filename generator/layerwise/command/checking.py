"""Check definitions file by file, on all processors: only what must hold across files is kept of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from layerwise.core.errors import DefinitionError, Diagnostic
from layerwise.core.files import display_name
from layerwise.definition import load
from layerwise.definition.parsing import check_blocks
from layerwise.network.catalogue import across_files, calculate
from layerwise.network.pages import FilePages
from layerwise.report.parallel import parallel_each


class Checked(NamedTuple):
    """The result of checking a file by itself."""

    diagnostics: list[Diagnostic]
    pages: FilePages | None = None
    """None if the file has diagnostics."""
    networks: int = 0


def check_each(files: Sequence[Path]) -> Iterator[Checked]:
    """Check every file by itself, in order."""
    return parallel_each(partial(_check, files), range(len(files)))


def _check(files: Sequence[Path], place: int) -> Checked:
    file = files[place]
    try:
        if check_blocks(file, display_name(file)):
            return Checked([])
        definition = load(file, display_name(file))
        state = calculate(definition, file).sound()
    except DefinitionError as error:
        return Checked(list(error.diagnostics))
    return Checked([], FilePages.of(definition), len(state.entries))


def check_together(files: Sequence[Path], checked: Sequence[Checked], beside: Iterable[Path] | None) -> int:
    """The number of networks in checked files, which are all there is or have others ``beside`` them.

    Raises ``DefinitionError`` with the diagnostics of every file and of the files together.
    """
    diagnostics = [diagnostic for file in checked for diagnostic in file.diagnostics]
    pages = [file.pages for file in checked if file.pages]
    networks = sum(file.networks for file in checked)
    names = {display_name(file): file for file in files}
    diagnostics += across_files(pages, networks, names, beside, is_sound=not diagnostics)
    if diagnostics:
        raise DefinitionError(diagnostics)
    return networks
