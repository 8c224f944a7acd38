"""Writes the pages to disk, for use without MkDocs."""

from __future__ import annotations

from pathlib import Path

from generator.errors import LayerwiseError
from generator.pages import data
from generator.pages.render import Renderer


def write(renderer: Renderer, folder: Path, docs: Path) -> tuple[int, int]:
    """Write generated pages, the hand-written ones of ``docs``, data and definitions; returns (written, unchanged).

    A file is written only where its content changes. Raises ``LayerwiseError`` where the folder cannot be written to,
    or is the docs themselves, whose pages would be replaced.
    """
    if folder.resolve() == docs.resolve():
        raise LayerwiseError(f"{folder} holds the hand-written pages; write to another folder")
    contents = {page.path: page.markdown for page in renderer.generated()}
    for path in sorted(docs.rglob("*.md")) if docs.is_dir() else ():
        name = path.relative_to(docs).as_posix()
        contents[name] = renderer.written(name, path.read_text(encoding="utf-8")).markdown
    contents |= data.files(renderer.catalogue)
    for source in {entry.network.definition.source.file: entry.file for entry in renderer.catalogue.entries}.values():
        contents[f"definitions/{source.name}"] = source.read_text(encoding="utf-8")
    return _written(folder, contents)


def _written(folder: Path, contents: dict[str, str]) -> tuple[int, int]:
    written = 0
    for name, content in contents.items():
        path = folder / name
        encoded = content.encode()
        try:
            if path.is_file() and path.read_bytes() == encoded:
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.part")
            part.write_bytes(encoded)
            part.replace(path)  # so that no file is ever half written
        except OSError as error:
            raise LayerwiseError(f"{path} cannot be written: {error.strerror}") from None
        written += 1
    return written, len(contents) - written
