"""The program that converts a page: where its project is, and how it learns of errors."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from markdown import Markdown

from layerwise.core.errors import DefinitionError, Diagnostic

LOGGER = "mkdocs.plugins.layerwise"
"""A logger whose warnings end a strict build of MkDocs and of ProperDocs; others print them."""
RELATIVE_PATHS = "relpath"
"""The name of MkDocs' own processor, which knows the page and the configuration."""


@dataclass(frozen=True, slots=True)
class Host:
    """The page at hand, as far as the program names it."""

    page: str = "page"
    above: int = 0
    """The lines of its front matter, which are not part of its Markdown."""
    root: Path = Path()
    """The folder of the project."""
    is_strict: bool = False
    """True if errors are exceptions."""

    @classmethod
    def of(cls, md: Markdown, lines: int, *, is_strict: bool) -> Host:
        """The host of a page with a number of lines, without empty ones at its end."""
        if RELATIVE_PATHS not in md.treeprocessors:
            return cls(is_strict=is_strict)
        processor = md.treeprocessors[RELATIVE_PATHS]
        file, config = getattr(processor, "file", None), getattr(processor, "config", None)
        if file is None or config is None or not config.config_file_path:
            return cls(is_strict=is_strict)
        above = file.content_string.rstrip().count("\n") + 1 - lines
        return cls(file.src_uri, max(0, above), Path(config.config_file_path).parent, is_strict)

    def folder(self, networks: Path) -> Path:
        """The folder of definitions."""
        return self.root / networks

    def warn(self, line: int, diagnostic: Diagnostic) -> None:
        """Report an error in the block that begins at a line. Raises ``DefinitionError`` if errors are exceptions."""
        place = replace(diagnostic, file=self.page, line=self.above + line + diagnostic.line)
        if self.is_strict:
            raise DefinitionError([place])
        logging.getLogger(LOGGER).warning("%s", place)
