"""New definitions: whether their pages are free, their comment for editors, and their files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from layerwise.core.errors import LayerwiseError
from layerwise.core.files import display_name, pages_in, write_whole


def check_free(slugs: Iterable[str], networks: Path, hint: str, own: Path | None = None) -> None:
    """Raise ``LayerwiseError`` with a hint if a page belongs to another file than ``own``."""
    from layerwise.network.pages import RESERVED

    pages = pages_in(networks) if networks.is_dir() else {}
    for slug in slugs:
        owner = RESERVED.get(slug) or (display_name(pages[slug]) if pages.get(slug, own) != own else None)
        if owner:
            raise LayerwiseError(f"the page networks/{slug}/ already belongs to {owner}; {hint}")


def create(file: Path, text: str, hint: str, *, replace: bool = False) -> None:
    """Write a file. Raises ``LayerwiseError`` with a hint if it exists, or if it cannot be written."""
    try:
        write_whole(file, text.encode(), replace=replace)
    except FileExistsError as error:
        raise LayerwiseError(f"{file} already exists; {hint}") from error
    except OSError as error:
        raise LayerwiseError(f"{file} cannot be written: {error.strerror}") from error


def schema_from(folder: Path) -> str:
    """Return the path from a folder to the schema, which editors use for help and warnings."""
    from layerwise.definition import schema

    return Path(os.path.relpath(schema.PATH, folder)).as_posix()
