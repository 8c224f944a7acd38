"""Files: reading within bounds, and writing that leaves nothing half done."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from layerwise.core.files import pages_in, part_of, read_bounded, stale_parts, write_whole
from layerwise.core.limits import FILE_BYTES


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


IRREGULAR: dict[str, Callable[[Path], None]] = {
    "pipe": make_pipe,
    "folder": Path.mkdir,
    "endless device": lambda path: path.symlink_to("/dev/zero"),
    "socket": make_socket,
}


@pytest.mark.parametrize("kind", IRREGULAR)
def test_only_regular_files_are_read(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    IRREGULAR[kind](path)
    with pytest.raises(OSError, match="not a regular file") as error:
        read_bounded(path)
    assert error.value.filename == str(path)
    assert pages_in(tmp_path) == {}


def test_a_path_that_becomes_a_pipe_does_not_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, file = tmp_path / "pipe", tmp_path / "file"
    os.mkfifo(path)
    file.write_text("")
    status = file.stat()
    monkeypatch.setattr(os, "stat", lambda *_, **__: status)  # as if it had been a file a moment ago
    with pytest.raises(OSError, match="not a regular file"):
        read_bounded(path)


def test_of_a_large_file_one_byte_too_many_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes(b"")
    os.truncate(path, 2**33)  # a sparse file of 8 GB
    assert len(read_bounded(path)) == FILE_BYTES + 1
    assert len(read_bounded(path, 10)) == 11
    assert pages_in(tmp_path) == {"x": path}


def test_small_files_are_read_completely(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert read_bounded(tmp_path / "x", 3) == b"abc"


@pytest.mark.parametrize("replace", [True, False])
def test_a_full_disk_leaves_no_file(replace: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # of a descriptor: without a name

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left on device") as error:
        write_whole(tmp_path / "x.md", b"new", replace=replace)
    assert error.value.filename == str(tmp_path / "x.md")
    assert list(tmp_path.iterdir()) == []


def test_a_file_left_by_a_process_with_the_same_number_is_replaced(tmp_path: Path) -> None:
    part_of(tmp_path / "x.md").write_text("half")
    write_whole(tmp_path / "x.md", b"new")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("x.md", "new")]


def test_only_our_own_temporary_files_are_stale(tmp_path: Path) -> None:
    for name in (".x.md.12.part", ".y.md.12.part", ".x.md.part", "x.md.12.part", ".x.md.a.part"):
        (tmp_path / name).write_text("")
    (tmp_path / ".x.md.13.part").mkdir()
    (tmp_path / ".x.md.14.part").symlink_to(".x.md.12.part")
    assert stale_parts(tmp_path, {"x.md"}) == [tmp_path / ".x.md.12.part"]
