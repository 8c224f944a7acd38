"""Files inside zip archives, read within limits."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

from layerwise.importing.trace import MAX_BYTES, ModelImportError

END = b"PK\x05\x06"
END_BYTES = 22 + 65_535
"""Bytes at the end of an archive in which its directory is announced."""
MAX_DIRECTORY = 8_000_000


def read_json(path: Path, ending: str, what: str) -> Any:
    """Read the only file of an archive whose name has an ending. Raises ``ModelImportError`` if it cannot."""
    _check_directory(path, what)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if ("/" + entry.filename).endswith(ending)]
            if len(entries) != 1:
                raise ModelImportError(f"{path.name}: {what} has one file …{ending}, this one {len(entries)}")
            with archive.open(entries[0]) as file:
                content = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise ModelImportError(f"{path.name}: no {what}, or it is damaged: {str(error)[:100]}") from None
    if len(content) > MAX_BYTES:
        raise ModelImportError(f"{path.name}: …{ending} has more than {MAX_BYTES:,} bytes")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ModelImportError(f"{path.name}: …{ending} is not JSON: {str(error)[:100]}") from None


def _check_directory(path: Path, what: str) -> None:
    """Raise ``ModelImportError`` for a file that is no archive, or one with a directory that would fill the memory."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - END_BYTES, 0))
        tail = file.read(END_BYTES)
    place = tail.rfind(END)
    if place < 0 or place + 20 > len(tail):
        raise ModelImportError(f"{path.name}: no {what}: it is no zip archive, or it is truncated")
    (directory,) = struct.unpack("<I", tail[place + 12 : place + 16])
    if directory > min(MAX_DIRECTORY, size):
        raise ModelImportError(f"{path.name}: the directory of its archive has {directory:,} bytes")
