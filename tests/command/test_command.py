"""The command line as a whole: help, exit codes, errors, completion, pipes and interruption."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from layerwise.__main__ import main
from layerwise.command import COMMANDS
from layerwise.core.files import pages_in
from layerwise.network.catalogue import Catalogue
from tests.conftest import NETWORKS
from tests.projects import TINY
from tests.terminal import ROOT, environment, in_terminal


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_has_examples_and_exit_codes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command.split(), "--help"]) == 0
    text = capsys.readouterr().out
    assert f"Examples:\n    layerwise {command}" in text
    assert "Exit codes:" in text
    assert max(map(len, text.splitlines())) <= 100


def test_help_lists_all_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    listed = text.partition("Commands:\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in listed.splitlines()] == list(COMMANDS)


WRONG_CALLS = {
    "show tinny": "layerwise: no network 'tinny'; did you mean 'tiny'?\n",
    "show tiny --networks nowhere": "layerwise: no folder nowhere; name the folder of definitions with --networks\n",
    "check --networks nowhere": "layerwise: no folder nowhere; name the folder of definitions with --networks\n",
    "diff HEAD:tiny tiny": "layerwise: a network in a git revision needs the name of its file: "
    "HEAD:networks/tiny.yml#tiny\n",
    "show networks/tiny.yml#other": "layerwise: no network 'other' in networks/tiny.yml; networks: tiny\n",
    "diff tiny tinny": "layerwise: no network 'tinny'; did you mean 'tiny'?\n",
    "new --print ?": "layerwise: no page name can be derived from '?'; use at least one letter a-z or digit\n",
    "chekc": "Usage: layerwise [OPTIONS] COMMAND [ARGS]...\nTry 'layerwise --help' for help.\n\n"
    "Error: No such command 'chekc'. Did you mean 'check'?\n",
    "show": "Usage: layerwise show [OPTIONS] NETWORK\nTry 'layerwise show --help' for help.\n\n"
    "Error: Missing argument 'NETWORK'.\n",
}


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_wrong_call(call: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(call.split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == WRONG_CALLS[call]


def test_of_many_names_only_the_number_is_printed(capsys: pytest.CaptureFixture[str], catalogue: Catalogue) -> None:
    assert main(["show", "zzz", "--networks", str(NETWORKS)]) == 2
    assert (
        capsys.readouterr().err
        == f"layerwise: no network 'zzz'; networks and families: {len(catalogue.titles)}, none of them close\n"
    )


# --- completion -----------------------------------------------------------------------------------------------------


Complete = Callable[[str], list[str]]


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Complete:
    """The completions that a shell gets for some words."""

    def completed(words: str) -> list[str]:
        monkeypatch.setenv("_LAYERWISE_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        with pytest.raises(SystemExit):
            main([])
        return capsys.readouterr().out.splitlines()

    return completed


COMPLETIONS = {
    "layerwise s": ["plain,show", "plain,schema"],
    "layerwise show tin": ["plain,tiny"],
    "layerwise diff tiny tin": ["plain,tiny"],
    "layerwise show mine.": ["file,mine."],
    "layerwise check --form": ["plain,--format"],
    "layerwise check --format g": ["plain,github"],
}


@pytest.mark.parametrize("words", COMPLETIONS)
@pytest.mark.usefixtures("here")
def test_completion(words: str, complete: Complete) -> None:
    assert complete(words) == COMPLETIONS[words]


def test_completion_knows_the_networks_of_another_folder(here: Path, complete: Complete) -> None:
    (here / "networks").rename(here / "others")
    assert complete("layerwise show --networks others tin") == ["plain,tiny"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("_LAYERWISE_COMPLETE", f"{shell}_source")
    with pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 0
    assert f"_LAYERWISE_COMPLETE={shell}_complete" in capsys.readouterr().out


def test_completion_imports_no_calculation() -> None:
    code = "import layerwise.command.show, layerwise.command.diff, sys; print({'yaml'} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, check=True)
    assert run.stdout == b"set()\n"


def test_pages_are_found_without_parsing(catalogue: Catalogue) -> None:
    assert pages_in(NETWORKS).keys() == catalogue.titles.keys()


VARIANTS = {
    "variants:\n  A-1:\n    with: {n: 1}\n  'B 2': {with: {n: 2}}\nlayers: []\n": {"f", "a-1", "b-2"},
    'variants: # two\n    "A: 1":\n        slug: own\n    # no\n\n    B: {slug: own-2}\n': {"f", "own", "own-2"},
    "layers:\n  - a\n": {"f"},
    "variants: {A: }\n": {"f"},
}


@pytest.mark.parametrize("text", VARIANTS)
def test_pages_in_a_folder(text: str, tmp_path: Path) -> None:
    (tmp_path / "f.yml").write_text(text)
    assert pages_in(tmp_path) == dict.fromkeys(VARIANTS[text], tmp_path / "f.yml")


# --- pipes and interruption -----------------------------------------------------------------------------------------


def test_a_closed_pipe_is_no_error() -> None:
    show = subprocess.Popen(
        [sys.executable, "-m", "layerwise", "show", "--json", "resnet-50"],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert show.stdout is not None
    show.stdout.close()
    assert show.stderr is not None
    assert show.stderr.read() == b""
    show.stderr.close()
    show.wait(60)


def test_interruption(here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("layerwise.command.checking.check_together", interrupted)
    assert main(["check"]) == 130
    assert capsys.readouterr() == ("", "\nlayerwise: interrupted\n")


def test_an_encoding_without_the_characters_of_tables(here: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "layerwise", "show", "tiny"],
        cwd=here,
        env=environment(PYTHONIOENCODING="latin-1"),
        capture_output=True,
        check=True,
    )
    assert b"8\xd78\xd73" in run.stdout
    assert rb"\u2500\u2500" in run.stdout


def test_progress_is_shown_on_a_terminal_only(here: Path) -> None:
    for number in range(20):
        (here / "networks" / f"tiny-{number}.yml").write_text(TINY)
    assert "Checking" in in_terminal("check", columns=80, folder=here)
    run = subprocess.run(
        [sys.executable, "-m", "layerwise", "check"], cwd=here, env=environment(), capture_output=True, check=True
    )
    assert (run.stdout, run.stderr) == (b"21 definitions, 21 networks: no errors\n", b"")


# --- output that cannot be written ----------------------------------------------------------------------------------


UNWRITABLE = {
    # what the shell does with standard output: why it cannot be written
    ">&-": "Bad file descriptor",
    ">/dev/full": "No space left on device",
}


@pytest.mark.parametrize("call", ["show tiny", "show --json tiny", "check", "--help", "schema -"])
@pytest.mark.parametrize("redirection", UNWRITABLE)
def test_output_that_cannot_be_written(redirection: str, call: str, here: Path) -> None:
    run = in_shell(f"{call} {redirection}", here)
    assert run.stderr == f"layerwise: standard output cannot be written: {UNWRITABLE[redirection]}\n"
    assert run.returncode == 2


@pytest.mark.parametrize("redirection", [">&- 2>&-", ">/dev/full 2>/dev/full"])
def test_no_stream_can_be_written(redirection: str, here: Path) -> None:
    assert in_shell(f"show tiny {redirection}", here).returncode == 2


def test_a_command_that_prints_nothing_needs_no_output() -> None:
    assert in_shell("schema --check >&-", ROOT).returncode == 0


def in_shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f"{sys.executable} -m layerwise {command}"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


# --- files that would block a reader ---------------------------------------------------------------------------------


@pytest.fixture
def blocked(here: Path) -> Path:
    """A folder whose ``networks/`` holds, next to one definition, what must not be read."""
    networks = here / "networks"
    os.mkfifo(networks / "pipe.yml")
    (networks / "folder.yml").mkdir()
    (networks / "large.yml").touch()
    os.truncate(networks / "large.yml", 2**33)
    return here


NOT_BLOCKED = ["show tiny", "show nothing", "diff tiny networks/tiny.yml", "new Other", "check"]


@pytest.mark.parametrize("call", NOT_BLOCKED)
def test_no_command_waits_for_a_pipe(call: str, blocked: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "layerwise", *call.split()],
        cwd=blocked,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert run.returncode == {"check": 1, "show nothing": 2}.get(call, 0)
    assert "Traceback" not in run.stderr


@pytest.mark.usefixtures("blocked")
def test_check_reports_what_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "networks/folder.yml:1:1: cannot be read: not a regular file",
        "networks/large.yml:1:1: file too large; a definition has at most 100,000 bytes",
        "networks/pipe.yml:1:1: cannot be read: not a regular file",
        "3 errors in 3 of 4 definitions",
    ]


@pytest.mark.usefixtures("blocked")
def test_completion_does_not_wait_for_a_pipe(complete: Complete) -> None:
    assert complete("layerwise show t") == ["plain,tiny"]


@pytest.mark.parametrize("name", ["pipe.yml", "folder.yml", "large.yml"])
@pytest.mark.usefixtures("blocked")
def test_the_files_themselves_are_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", f"networks/{name}"]) == 1
    assert main(["schema", f"networks/{name}"]) == 2
    assert "Traceback" not in capsys.readouterr().err
