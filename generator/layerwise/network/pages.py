"""The pages of definition files, and the checks across all files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from layerwise.core.errors import Diagnostic, suggestion
from layerwise.core.files import slugify
from layerwise.definition import Definition

DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)))
"""Names that Windows reserves for devices, with any ending.

See https://learn.microsoft.com/windows/win32/fileio/naming-a-file.
"""
RESERVED = {"index": "the catalogue", "by-year": "the list by year", "families": "the list by family"}
RESERVED |= dict.fromkeys(DEVICES, "a Windows device")
"""Addresses below ``networks/`` that no network can have."""

Place = tuple[int, int]
"""A line and a column."""


@dataclass(frozen=True, slots=True)
class FilePages:
    """The slugs of a file's pages and of the pages it is related to, with their places, and its family."""

    file: str
    """The name of the file in errors."""
    family: str
    family_place: Place
    pages: tuple[tuple[str, Place], ...]
    related: tuple[tuple[str, Place], ...]

    @classmethod
    def of(cls, definition: Definition) -> FilePages:
        """Return the pages of a definition: that of its family, then those of its networks."""
        root, metadata = definition.root, definition.metadata
        family = [(definition.slug, _place(root.key_error("")))] if definition.is_family else []
        networks = [(variant.slug, _place(variant.node.key_error(""))) for variant in definition.variants]
        related = [(slug, _place(root.at("related", n).error(""))) for n, slug in enumerate(metadata.related)]
        family_place = _place(root.at("family" if metadata.family else "name").error(""))
        return cls(definition.source.file, definition.family, family_place, (*family, *networks), tuple(related))


def _place(diagnostic: Diagnostic) -> Place:
    return diagnostic.line, diagnostic.column


def duplicate_pages(files: Iterable[FilePages]) -> list[Diagnostic]:
    """Return a diagnostic for every page or family whose slug an earlier file already has."""
    diagnostics: list[Diagnostic] = []
    taken = dict(RESERVED)
    families: dict[str, str] = {}
    for file in files:
        family = families.setdefault(slugify(file.family), file.family)
        if family != file.family:
            message = f"families {family!r} and {file.family!r} have the same slug; use one spelling"
            diagnostics.append(Diagnostic(file.file, *file.family_place, message))
        for slug, place in file.pages:
            if slug in taken:
                message = f"page networks/{slug}/ already belongs to {taken[slug]}; choose another name or slug"
                diagnostics.append(Diagnostic(file.file, *place, message))
            taken.setdefault(slug, file.file)
    return diagnostics


def missing_related(files: Iterable[FilePages]) -> list[Diagnostic]:
    """Return a diagnostic for every related page that does not exist; ``files`` must be complete."""
    files = list(files)
    pages = {slug for file in files for slug, _ in file.pages}
    return [
        Diagnostic(file.file, *place, f"related: no page {slug!r}; {suggestion(slug, pages, 'pages')}")
        for file in files
        for slug, place in file.related
        if slug not in pages
    ]
