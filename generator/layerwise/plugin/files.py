"""Files of MkDocs that know whether they changed since the last build of a server."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel


class SiteFile(File):
    """A file with a key: files of the same path and of equal keys have equal output."""

    key: Hashable = None
    is_current = False
    """True if the last build wrote the output of this key."""

    @classmethod
    def of(cls, file: File) -> SiteFile:
        """The same file of the docs or the theme, with a key; that of a page does not know yet what it evaluates to."""
        found = cls(file.src_uri, file.src_dir, file.dest_dir, file.use_directory_urls, inclusion=file.inclusion)
        with suppress(OSError):  # MkDocs reports a file that cannot be read
            stat = os.stat(str(file.abs_src_path))
            found.key = (file.abs_src_path, stat.st_mtime_ns, stat.st_size)
        return found

    def is_modified(self) -> bool:
        """Return True if the output has to be written."""
        return not self.is_current


class GeneratedFile(SiteFile):
    """A file whose content is only made if it is needed."""

    make: Callable[[], bytes]

    @classmethod
    def of_content(
        cls,
        config: MkDocsConfig,
        path: str,
        key: Hashable,
        content: Callable[[], bytes],
        inclusion: InclusionLevel = InclusionLevel.UNDEFINED,
        output: str | None = None,
    ) -> GeneratedFile:
        """A file by its path below the docs; ``output`` is its path on the site if that does not follow from it."""
        site, directories = config.site_dir, config.use_directory_urls
        file = cls(path, None, site, directories, dest_uri=output, inclusion=inclusion)
        file.key, file.make, file.generated_by = key, content, "layerwise"
        return file

    @property  # type: ignore[misc] # it cannot be set
    def content_bytes(self) -> bytes:
        """The content."""
        return self.make()

    @property  # type: ignore[misc] # it cannot be set
    def content_string(self) -> str:
        """The content as text."""
        return self.make().decode()

    def copy_file(self, dirty: bool = False) -> None:
        """Write the content to the site."""
        if not (dirty and self.is_current):
            output = Path(self.abs_dest_path)
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_bytes(self.make())


class SiteFiles(Files):
    """Files that note which of them a page looks for while its links are resolved."""

    def __init__(self, files: Iterable[File]) -> None:
        super().__init__(files)
        self.lookups: dict[str, bool] = {}
        """Paths that were looked for, and whether there is such a file."""

    def get_file_from_path(self, path: str) -> File | None:
        """Return the file of a path."""
        file = super().get_file_from_path(path)
        self.lookups[path] = file is not None
        return file
