"""``layerwise write``: files that are written, and files that are never replaced."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import stat
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from layerwise.__main__ import main
from layerwise.core.files import write_whole
from layerwise.site import writer
from tests.projects import TEMPLATE, TINY


@pytest.fixture
def here(here: Path) -> Path:
    """A folder with one definition and one hand-written page, as the working directory."""
    (here / "docs").mkdir()
    (here / "docs" / "index.md").write_text(TEMPLATE + "# Home\n\n{{ catalogue.entries | length }} network\n")
    return here


def test_only_changes_are_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["write", "out"]) == 0
    page = (here / "out" / "networks" / "tiny.md").read_text()
    assert "| Conv | 8×8×3 | 3×3×4 | 1 | 0 | 6×6×4 | 3×3×3×4 + 4 | 112 |" in page
    assert "| **Total parameters** |  |  |  |  |  |  | **1,562** |" in page
    assert "<" not in page.replace("<https", "").replace("&lt;", "")
    assert (here / "out" / "index.md").read_text() == TEMPLATE + "# Home\n\n1 network\n"
    stamp = (here / "out" / "networks" / "tiny.md").stat().st_mtime_ns
    (here / "docs" / "index.md").write_text("# Other\n")
    capsys.readouterr()
    assert main(["write", "out"]) == 0
    assert capsys.readouterr().out.startswith("out: 1 files written")
    assert (here / "out" / "networks" / "tiny.md").stat().st_mtime_ns == stamp
    assert (here / "out" / "index.md").read_text() == "# Other\n"
    assert not list((here / "out").rglob("*.part"))


def test_the_manifest_lists_every_file(here: Path) -> None:
    assert main(["write", "out"]) == 0
    out = here / "out"
    lines = [line.split("  ") for line in (out / ".layerwise").read_text().splitlines()]
    noted = {name: digest for digest, name in lines}
    files = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    del files[".layerwise"]
    assert noted == {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def test_an_interrupted_run_is_completed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(path: Path, content: bytes) -> None:
        if path.name == "index.md" and path.parent.name == "out":
            raise KeyboardInterrupt
        write_whole(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(writer, "write_whole", interrupted)
        assert main(["write", "out"]) == 130
    (here / "networks" / "tiny.yml").write_text(TINY.replace("10", "20"))
    assert main(["write", "out"]) == 0


# --- runs that were killed -----------------------------------------------------------------------------------------


def run_until_killed(files: int, name: str) -> None:
    """Run ``write`` in a copy of this process that gets a signal when it is about to replace its n-th file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the threads of this process are not needed in its copy
        copy = os.fork()
    if copy == 0:
        _write_until_killed(files, getattr(signal, name))
    _, status = os.waitpid(copy, 0)
    assert os.waitstatus_to_exitcode(status) == -getattr(signal, name)


def _write_until_killed(files: int, by: signal.Signals) -> NoReturn:
    """Run ``write`` with a ``Path.replace`` that kills the process; never returns to the test."""
    replace, left = Path.replace, files

    def replace_or_die(path: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), by)
            signal.pause()
        return replace(path, target)

    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        Path.replace = replace_or_die  # type: ignore[method-assign, assignment]
        main(["write", "out"])
    finally:
        os._exit(1)


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
@pytest.mark.parametrize("files", [1, 2, 5])
def test_the_next_run_completes_a_killed_one(files: int, name: str, here: Path) -> None:
    out = here / "out"
    assert main(["write", "out"]) == 0
    (here / "networks" / "tiny.yml").write_text(TINY.replace("10", "20"))
    run_until_killed(files, name)
    assert len(list(out.rglob(".*.part"))) == 1
    (here / "networks" / "tiny.yml").write_text(TINY.replace("10", "30"))  # a third state of the files
    assert main(["write", "out"]) == 0
    assert not list(out.rglob(".*.part"))
    written = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert main(["write", "other"]) == 0
    other = here / "other"
    assert written == {path.relative_to(other): path.read_bytes() for path in other.rglob("*") if path.is_file()}


def test_a_first_run_that_was_killed_is_completed(here: Path) -> None:
    run_until_killed(4, "SIGKILL")
    (here / "networks" / "tiny.yml").write_text(TINY.replace("10", "20"))
    assert main(["write", "out"]) == 0
    assert not list((here / "out").rglob(".*.part"))


def test_pages_of_a_killed_run_are_deleted_with_their_network(here: Path) -> None:
    assert main(["write", "out"]) == 0
    (here / "networks" / "other.yml").write_text(TINY.replace("Tiny", "Other"))
    run_until_killed(5, "SIGKILL")
    assert list((here / "out").rglob("other.*"))
    (here / "networks" / "other.yml").unlink()
    assert main(["write", "out"]) == 0
    assert not list((here / "out").rglob("*other*"))


def test_files_edited_after_a_killed_run_are_not_replaced(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["write", "out"]) == 0
    (here / "networks" / "tiny.yml").write_text(TINY.replace("10", "20"))
    run_until_killed(3, "SIGKILL")
    (here / "out" / "index.md").write_text("edited")
    capsys.readouterr()
    assert main(["write", "out"]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == ["  out/index.md"]


def test_a_full_disk(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["write", "out"]) == 0
    (here / "networks" / "tiny.yml").write_text(TINY.replace("10", "20"))
    replace = Path.replace

    def full(path: Path, target: Path) -> Path:
        if target.name == "tiny.md":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # as of a descriptor, which has no name
        return replace(path, target)

    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        assert main(["write", "out"]) == 2
    assert capsys.readouterr().err == "layerwise: out/networks/tiny.md cannot be written: No space left on device\n"
    assert not list((here / "out").rglob(".*.part"))
    assert main(["write", "out"]) == 0


# --- foreign files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_links_to_folders_are_not_followed(force: list[str], here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "out").mkdir()
    (here / "elsewhere").mkdir()
    (here / "out" / "networks").symlink_to("../elsewhere")
    assert main(["write", *force, "out"]) == 2
    assert capsys.readouterr().err == ("layerwise: out/networks is a symbolic link, which is not followed; remove it\n")
    assert list((here / "elsewhere").iterdir()) == []


def test_a_folder_may_be_a_link(here: Path) -> None:
    (here / "elsewhere").mkdir()
    (here / "out").symlink_to("elsewhere")
    assert main(["write", "out"]) == 0
    assert (here / "elsewhere" / "index.md").is_file()


def make_link(path: Path) -> None:
    path.symlink_to("../victim.md")


ODD: dict[str, Callable[[Path], None]] = {
    "pipe": os.mkfifo,
    "link": make_link,
    "large": lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 2**33),
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_files_are_replaced_only_by_force(kind: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "out").mkdir()
    (here / "victim.md").write_text(TEMPLATE + "# Home\n\n1 network\n")  # the content that would be written
    ODD[kind](here / "out" / "index.md")
    assert main(["write", "out"]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == ["  out/index.md"]
    assert main(["write", "--force", "out"]) == 0
    assert stat.S_ISREG((here / "out" / "index.md").lstat().st_mode)
    assert (
        (here / "out" / "index.md").read_text()
        == (here / "victim.md").read_text()
        == TEMPLATE + "# Home\n\n1 network\n"
    )


def test_a_manifest_that_is_a_pipe(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "out").mkdir()
    os.mkfifo(here / "out" / ".layerwise")
    assert main(["write", "out"]) == 2
    assert capsys.readouterr().err == "layerwise: out/.layerwise cannot be written: not a regular file\n"


def test_a_hand_written_page_that_is_a_pipe(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(here / "docs" / "pipe.md")
    assert main(["write", "out"]) == 2
    assert capsys.readouterr().err == "layerwise: docs/pipe.md cannot be read: not a regular file\n"


def test_foreign_files_are_not_replaced(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = here / "out"
    (out / "networks").mkdir(parents=True)
    (out / "index.md").write_text("mine")
    (out / "networks" / "tiny.md").write_text("also mine")
    (out / "notes.md").write_text("in no conflict")
    assert main(["write", "out"]) == 2
    assert capsys.readouterr().err == (
        "layerwise: refusing to overwrite files this command did not create (use --force):\n"
        "  out/networks/tiny.md\n"
        "  out/index.md\n"
    )
    assert sorted(path.name for path in out.rglob("*") if path.is_file()) == ["index.md", "notes.md", "tiny.md"]
    assert main(["write", "--force", "out"]) == 0
    assert (out / "index.md").read_text() == TEMPLATE + "# Home\n\n1 network\n"
    assert (out / "notes.md").read_text() == "in no conflict"


def test_edited_files_are_not_replaced(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["write", "out"]) == 0
    (here / "out" / "index.md").write_text("edited")
    (here / "networks" / "tiny.yml").write_text(TINY.replace("10", "20"))
    capsys.readouterr()
    assert main(["write", "out"]) == 2
    assert capsys.readouterr().err.splitlines()[1:] == ["  out/index.md"]
    assert "1,450" in (here / "out" / "networks" / "tiny.md").read_text()
    (here / "out" / "index.md").unlink()
    assert main(["write", "out"]) == 0


def test_pages_of_removed_networks_are_deleted(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("old", "edited"):
        (here / "networks" / f"{name}.yml").write_text(TINY.replace("Tiny", name))
    assert main(["write", "out"]) == 0
    out = here / "out"
    old = {path.relative_to(out).as_posix() for path in out.rglob("old.*")}
    assert {"networks/old.md", "definitions/old.yml"} < old
    (out / "networks" / "edited.md").write_text("mine")
    (out / "networks" / "notes.md").write_text("also mine")
    (here / "networks" / "old.yml").unlink()
    (here / "networks" / "edited.yml").unlink()
    for _ in range(2):  # a warning for as long as the page exists
        capsys.readouterr()
        assert main(["write", "out"]) == 0
        kept = "layerwise: out/networks/edited.md is no longer generated; it is kept because it was edited\n"
        printed = capsys.readouterr()
        assert printed.err == kept
    assert not list(out.rglob("old.*"))
    assert [path.name for path in sorted((out / "networks").glob("*.md"))] == [
        *("by-year.md", "edited.md", "families.md", "index.md", "notes.md", "tiny.md")
    ]
    assert "deleted" not in printed.out
    (out / "networks" / "edited.md").unlink()
    assert main(["write", "out"]) == 0
    assert capsys.readouterr().err == ""
    assert "edited" not in (out / ".layerwise").read_text()


def test_folders_that_become_empty_are_removed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "docs" / "a" / "b").mkdir(parents=True)
    (here / "docs" / "a" / "b" / "c.md").write_text("# C\n")
    assert main(["write", "out"]) == 0
    (here / "docs" / "a" / "b" / "c.md").unlink()
    capsys.readouterr()
    assert main(["write", "out"]) == 0
    assert not (here / "out" / "a").exists()
    assert capsys.readouterr().out.endswith(" unchanged, 1 deleted\n")


def test_nothing_outside_the_folder_is_deleted(here: Path) -> None:
    assert main(["write", "out"]) == 0
    (here / "elsewhere").mkdir()
    (here / "out" / "link").symlink_to(here / "elsewhere")
    victims = [here / "victim.md", here / "elsewhere" / "victim.md"]
    names = ("../victim.md", "link/victim.md", str(here / "victim.md"), "", ".", "networks")
    digest = hashlib.sha256(b"mine").hexdigest()
    for victim in victims:
        victim.write_bytes(b"mine")
    with (here / "out" / ".layerwise").open("a") as manifest:
        manifest.writelines(f"{digest}  {name}\n" for name in names)
    assert main(["write", "out"]) == 0
    assert [victim.read_bytes() for victim in victims] == [b"mine", b"mine"]


REFUSED = {
    "docs": "layerwise: docs contains the hand-written pages; write to another folder\n",
    "docs/out": "layerwise: docs/out contains the hand-written pages; write to another folder\n",
    "file": "layerwise: file/{} cannot be written: Not a directory\n",
    "folder": "layerwise: folder/index.md cannot be written: Is a directory\n",
}


@pytest.mark.parametrize("folder", REFUSED)
def test_where_nothing_can_be_written(folder: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "file").write_text("")
    (here / "folder" / "index.md").mkdir(parents=True)
    assert main(["write", folder]) == 2
    assert capsys.readouterr().err == REFUSED[folder].format(".layerwise")


def test_nothing_is_written_if_there_are_errors(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "networks" / "bad.yml").write_text("name: Bad\n")
    assert main(["write", "out"]) == 1
    assert not (here / "out").exists()
    capsys.readouterr()
    (here / "networks" / "bad.yml").unlink()
    (here / "docs" / "index.md").write_text(TEMPLATE + "a\n{{ nothing }}\n")
    assert main(["write", "out"]) == 1
    assert capsys.readouterr().err == "layerwise: index.md:5:1: 'nothing' is undefined\n"
    (here / "docs" / "index.md").write_bytes(b"\xe9")
    assert main(["write", "out"]) == 2
    assert capsys.readouterr().err == "layerwise: docs/index.md is not UTF-8 at byte 0\n"
    assert not (here / "out").exists()
