"""``layerwise check``: the errors it prints, and their positions."""

from __future__ import annotations

from pathlib import Path

import pytest

from layerwise.__main__ import main
from layerwise.command.report import annotation
from layerwise.core.errors import Diagnostic
from tests.terminal import in_terminal

GOOD = "name: {0}\ninput: 8x8x3\nlayers: [{{fc: 10}}]\n"


@pytest.fixture
def networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of definitions in the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "networks").mkdir()
    return tmp_path / "networks"


BAD = {
    "a.yml": "name: A\ninput: 8x8x\nlayers: [{conv: 3x3x}, {cnv: 1}]\n",
    "b.yml": "name: B\ninput: 8x8x3\nlayers: [{conv: 9x9x2}]\n",
}
SIDES = "8000x1 for sequences, 16x112x112x3 for volumes"
KERNELS = "3x64 for sequences, 3x3x3x64 for volumes"
PRINTED = f"""\
networks/a.yml:2:8: input: expected height × width × channels, like 224x224x3; {SIDES}, got '8x8x'
    2 | input: 8x8x
      |        ^
networks/a.yml:3:17: conv: expected kernel height × kernel width × output channels, like 3x3x64; {KERNELS}, got '3x3x'
    3 | layers: [{{conv: 3x3x}}, {{cnv: 1}}]
      |                 ^
networks/a.yml:3:25: unknown layer kind or block 'cnv'; did you mean 'conv'?
    3 | layers: [{{conv: 3x3x}}, {{cnv: 1}}]
      |                         ^
networks/b.yml:3:17: Conv (conv): a window of 9×9 does not fit into 8×8×3
    3 | layers: [{{conv: 9x9x2}}]
      |                 ^
4 errors in 2 of 3 definitions
"""


def test_all_errors_of_all_files_are_printed(networks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in BAD.items():
        (networks / name).write_text(text)
    (networks / "good.yml").write_text(GOOD.format("Good"))
    assert main(["check"]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", PRINTED)


def test_no_errors(networks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (networks / "a.yml").write_text(GOOD.format("A"))
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "1 definition, 1 network: no errors\n"
    (networks / "b.yml").write_text(GOOD.format("B"))
    assert main(["check"]) == 0
    assert capsys.readouterr().out == "2 definitions, 2 networks: no errors\n"


def test_files_and_folders_are_checked_against_each_other(networks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (networks / "a.yml").write_text(GOOD.format("A"))
    Path("a.yml").write_text(GOOD.format("A"))
    assert main(["check", "networks", "networks/a.yml"]) == 0  # a file that is named twice is one
    assert capsys.readouterr().out == "1 definition, 1 network: no errors\n"
    assert main(["check", "a.yml", "networks"]) == 1
    assert capsys.readouterr().err == (
        "networks/a.yml:1:1: page networks/a/ already belongs to a.yml; choose another name or slug\n"
        "    1 | name: A\n"
        "      | ^\n"
        "1 error in 1 of 2 definitions\n"
    )


FAMILY = "name: Family\ninput: 8x8x3\nlayers: [relu]\nvariants: {A: , B: }\n"
RELATED = GOOD.format("C") + "related: [a, b, family, aa]\n"
BROKEN = "name: Broken\n"
NEIGHBOURS = [
    # the files of a folder, the one that is checked, and its errors
    ({"a": GOOD.format("A"), "family": BROKEN}, "a", []),
    ({"a": GOOD.format("A"), "family": FAMILY}, "a", ["1:1: page networks/a/ already belongs to networks/family.yml"]),
    ({"a": GOOD.format("A"), "family": FAMILY}, "family", ["4:12: page networks/a/ already belongs to networks/a.yml"]),
    ({"a": GOOD.format("A"), "family": FAMILY, "c": GOOD.format("C")}, "c", []),
    ({"c": RELATED, "family": FAMILY}, "c", ["4:25: related: no page 'aa'; did you mean 'a'?"]),
    ({"c": RELATED, "family": FAMILY}, "family", []),
    ({"c": RELATED, "family": FAMILY, "broken": BROKEN}, "c", []),  # its pages are unknown
    ({"C_": GOOD.format("C"), "D_": GOOD.format("D")}, "C_", ["1:1: the name of the file is the address of its page"]),
]


@pytest.mark.parametrize(("files", "named", "diagnostics"), NEIGHBOURS)
def test_a_file_is_compared_with_its_neighbours(
    files: dict[str, str], named: str, diagnostics: list[str], networks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in files.items():
        (networks / f"{name}.yml").write_text(text)
    assert main(["check", "--format", "github", f"networks/{named}.yml"]) == bool(diagnostics)
    printed = [line for line in capsys.readouterr().out.splitlines() if line.startswith("::error")]
    assert len(printed) == len(diagnostics)
    for line, diagnostic in zip(printed, diagnostics, strict=True):
        row, column, message = diagnostic.split(":", 2)
        assert line.startswith(f"::error file=networks/{named}.yml,line={row},col={column}::{message.strip()}")


LEADS_OUT = "networks/link.yml:1:1: a symbolic link that leads out of the folder is not followed"


def test_a_link_out_of_the_folder_is_a_definition_of_its_own(
    networks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (networks / "a.yml").write_text(GOOD.format("A"))
    Path("elsewhere.yml").write_text(GOOD.format("B"))
    (networks / "link.yml").symlink_to("../elsewhere.yml")
    assert main(["check"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert (lines[0], lines[-1]) == (LEADS_OUT, "1 error in 1 of 2 definitions")


UNREADABLE = {
    "nothing.yml": "1:1: cannot be read: No such file or directory",
    "folder.yml/none.yml": "1:1: cannot be read: No such file or directory",
    "latin.yml": "1:7: the byte 0xE9 is not valid UTF-8; save the file as UTF-8",
}


@pytest.mark.parametrize("name", UNREADABLE)
@pytest.mark.usefixtures("networks")
def test_files_that_cannot_be_read(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("folder.yml").mkdir()
    Path("latin.yml").write_bytes(b"name: \xe9\n")
    assert main(["check", name]) == 1
    assert capsys.readouterr().err == f"{name}:{UNREADABLE[name]}\n1 error in 1 of 1 definition\n"


def test_annotations_for_github(networks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (networks / "b.yml").write_text(BAD["b.yml"])
    assert main(["check", "--format", "github"]) == 1
    printed = capsys.readouterr()
    message = "Conv (conv): a window of 9×9 does not fit into 8×8×3"
    assert printed.out == f"::error file=networks/b.yml,line=3,col=17::{message}\n"
    assert printed.err == "1 error in 1 of 1 definition\n"


def test_annotations_are_escaped() -> None:
    # https://docs.github.com: %, carriage return and line feed; in properties also colon and comma
    printed = annotation(Diagnostic("a,b:c.yml", 1, 2, "50 %: a\nb"))
    assert printed == "::error file=a%2Cb%3Ac.yml,line=1,col=2::50 %25: a%0Ab"


def test_places_are_bold_and_carets_red_in_a_terminal(networks: Path) -> None:
    (networks / "b.yml").write_text(BAD["b.yml"])
    folder = networks.parent
    place, caret = "\x1b[1mnetworks/b.yml:3:17: \x1b[0mConv", "\x1b[31m\x1b[1m^\x1b[0m"
    coloured = in_terminal("check", columns=80, folder=folder)
    assert place in coloured
    assert caret in coloured
    for plain in (
        in_terminal("check", "--no-color", columns=80, folder=folder),
        in_terminal("check", columns=80, folder=folder, NO_COLOR="1"),
        in_terminal("check", columns=80, folder=folder, TERM="dumb"),
    ):
        assert "\x1b" not in plain


def test_lines_are_those_of_yaml(networks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (networks / "a.yml").write_bytes("\ufeffname: A\r\n# one\r\ninput: 8x8x3\r\nlayers: [{cnv: 1}]\r\n".encode())
    assert main(["check"]) == 1
    assert capsys.readouterr().err.splitlines()[1:3] == ["    4 | layers: [{cnv: 1}]", "      |           ^"]
