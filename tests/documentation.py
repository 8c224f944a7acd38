"""Reads the examples out of documentation, and runs them in a folder of their own.

    python -m tests.documentation PAGE…    # writes into pages what their commands print now; look at the difference

Examples are fenced blocks, each with its language. What a block is can be seen from the block itself, or is said in a
comment above it, which readers do not see:

- ``yaml`` is a whole definition where it has a name and layers, otherwise keys of a file or a list of layers, which are
  put into a small definition. ``<!-- file: networks/x.yml -->`` writes it to a file; ``<!-- into: networks/x.yml -->``
  puts keys into one, in the place of those of the same name or above ``layers``. ``file with diagnostics`` and
  ``into with diagnostics`` make one that cannot be right.
- ``yaml`` and ``python`` whose first line is ``# path/of/a/file`` are excerpts of that file; a line ``# …`` leaves
  something out. Other ``python`` must be readable.
- ``console`` holds commands behind ``$`` with what they print; a line ``…`` stands for any lines.
- ``sh`` holds commands that are run for their exit code, unless they are ``NOT_RUN``; what is made must be a target.
- ``text`` is a drawing and holds no example.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from layerwise.__main__ import main
from layerwise.command import WRONG_CALL
from layerwise.core.errors import DefinitionError
from layerwise.definition import parse
from layerwise.definition.yaml_parser import read
from layerwise.network.catalogue import calculate

ROOT = Path(__file__).parents[1]
NETWORKS = ("lenet-5", "resnet", "vgg")
"""The definitions that are there before an example makes one."""
COLUMNS = 104
"""The width of the terminal: what fits on a page."""
TARGETS = set(re.findall("^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
"""What can be made."""
NOT_RUN = (
    "git clone", "git pull", "git push", "cd ", "curl ", "chromium ", "apt-get ", "python3 -m venv ", "eval ",
    "source ", ".venv/bin/", "python -m ", "_LAYERWISE_COMPLETE=",
)  # fmt: skip
"""Commands that change more than a folder, need a network, or never end."""
SLOW = "layerwise write"
"""What is only asked for its help, which tells whether its options are right."""
BODY = ("defaults", "variants", "blocks", "layers")
"""Keys above which new ones are put."""

_FENCE = re.compile(r"( *)(`{3,})([^`]*)")
_SAID = re.compile(r"<!-- ((?:file|into)(?: with mistakes)?): (\S+) -->")
_SECTION = re.compile(r"^((\w+):.*\n(?:(?:[ #].*)?\n)*)", re.MULTILINE)
_EXCERPT = re.compile(r"# ([\w./-]+/[\w.-]+\.(?:yml|py))")


@dataclass(frozen=True)
class Block:
    """A fenced block, with what a comment above it says."""

    line: int
    """Of its first fence, from 1."""
    language: str
    lines: list[str]
    said: str = ""
    """What is to be done with it: ``file`` or ``into``, and whether it has mistakes."""
    value: str = ""
    """The file."""

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def blocks(markdown: str) -> Iterator[Block]:
    """The fenced blocks of a page."""
    lines = enumerate(markdown.splitlines(), 1)
    above = ""
    for number, line in lines:
        if fence := _FENCE.fullmatch(line):
            body = [inner.removeprefix(fence[1]) for inner in _up_to(fence[2], lines)]
            said = _SAID.fullmatch(above)
            yield Block(number, fence[3], body, *(said.groups() if said else ()))
        above = line.strip()


def _up_to(fence: str, lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    """The lines inside a block."""
    for _, line in lines:
        if line.strip() == fence:
            return
        yield line
    raise AssertionError(f"a block is not closed by {fence}")


class Terminal(io.StringIO):
    """What a command takes for a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass
class Shell:
    """Runs commands in a folder that looks like a fresh clone with few networks."""

    folder: Path
    code: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        networks = self.folder / "networks"
        networks.mkdir()
        for name in NETWORKS:
            text = (ROOT / "networks" / f"{name}.yml").read_text(encoding="utf-8")
            alone = re.sub(r"^related:.*\n", "", text, flags=re.MULTILINE)  # to pages that are not there
            (networks / f"{name}.yml").write_text(alone, encoding="utf-8")
        who = {f"GIT_{role}_{what}": "x" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.environment = {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        for call in ("init --quiet --initial-branch main", "add .", "commit --quiet --message Networks"):
            self.git(call.split())

    def run(self, command: str) -> str:
        """What a command prints, both streams together."""
        words = shlex.split(re.sub(r"(^| )#.*", "", command))
        if command == "echo $?":
            return f"{self.code}\n"
        if words[0] == "layerwise":
            return self.layerwise(words[1:])
        if words[0] == "git":
            return self.git(words[1:])
        self.code = 127
        return f"{words[0]}: no command that an example may have\n"

    def layerwise(self, arguments: list[str]) -> str:
        printed = Terminal()
        with (
            patch.dict(os.environ, {"COLUMNS": str(COLUMNS), "NO_COLOR": "1"}),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
        ):
            self.code = main(arguments)
        return printed.getvalue()

    def git(self, arguments: list[str]) -> str:
        run = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self.code = run.returncode
        return run.stdout


def transcript(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Each command of a console with the lines it prints."""
    calls: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("$ "):
            calls.append((line.removeprefix("$ "), []))
        else:
            assert calls, f"a console begins with '$ ' and a command, not {line!r}"
            calls[-1][1].append(line)
    return calls


def same(expected: list[str], printed: list[str]) -> bool:
    """Whether lines are equal; a line ``…`` stands for any."""
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def mistake_in(block: Block, shell: Shell) -> str:
    """What is wrong with an example; nothing where it is as it should be."""
    snippet = _EXCERPT.fullmatch("".join(block.lines[:1])) if block.language in ("yaml", "python") else None
    if snippet:
        return _excerpt_mistake(snippet[1], block.lines[1:])
    if block.language not in _MISTAKES:
        return f"the language {block.language!r} is none that is tested"
    return _MISTAKES[block.language](block, shell)


def _console_mistake(block: Block, shell: Shell) -> str:
    return "\n".join(filter(None, (_call_mistake(*call, shell) for call in transcript(block.lines))))


def _commands_mistake(block: Block, shell: Shell) -> str:
    return "\n".join(filter(None, (_command_mistake(line, shell) for line in block.lines)))


def _python_mistake(block: Block, _: Shell) -> str:
    try:
        compile(block.text, "example", "exec")
    except SyntaxError as error:
        return str(error)
    return ""


def _text_mistake(block: Block, _: Shell) -> str:
    return "an example needs its language" if re.search(r"layerwise |^\$ ", block.text, re.MULTILINE) else ""


def _call_mistake(command: str, expected: list[str], shell: Shell) -> str:
    printed = shell.run(command).splitlines()
    if shell.code == WRONG_CALL:
        return f"$ {command}\nis a wrong call"
    return "" if same(expected, printed) else "\n".join([f"$ {command}", "prints", *printed, "and not", *expected])


def _command_mistake(line: str, shell: Shell) -> str:
    command = line.partition(" #")[0].strip()
    if targets := set(re.findall(r"(?:^| )make ([a-z-]+)", command)):
        return f"the Makefile has no {targets - TARGETS}" if targets - TARGETS else ""
    if not command or command.startswith(("#", *NOT_RUN)):
        return ""
    printed = shell.run(f"{command} --help" if command.startswith(SLOW) else command)
    expected = (0, 1) if " diff " in command else (0,)
    return "" if shell.code in expected else f"{command}: exit code {shell.code}\n{printed}"


def _definition_mistake(block: Block, shell: Shell) -> str:
    text, name = block.text, "example.yml"
    made, _, mistaken = block.said.partition(" with ")
    if made:
        name, file = block.value, shell.folder / block.value
        text = merged(file.read_text(encoding="utf-8"), text) if made == "into" else text
        file.write_text(text, encoding="utf-8")
    else:
        text = framed(text)
    try:
        calculate(parse(text, name), Path(name)).sound()
    except DefinitionError as error:
        return "" if mistaken else str(error)
    return "it has no mistakes" if mistaken else ""


def merged(text: str, keys: str) -> str:
    """A file with keys in the place of those of the same name; new ones stand above the first of its ``BODY``."""
    there, new = ({name: section for section, name in _SECTION.findall(part)} for part in (text, keys))
    order = list(there)
    place = next(place for place, name in enumerate(order) if name in BODY)
    order[place:place] = [name for name in new if name not in there]
    comment = text.partition("name:")[0]
    return comment + "".join((there | new)[name] for name in order)


_MISTAKES: dict[str, Callable[[Block, Shell], str]] = {
    "yaml": _definition_mistake,
    "python": _python_mistake,
    "console": _console_mistake,
    "sh": _commands_mistake,
    "text": _text_mistake,
}
"""Languages, with what finds out whether an example in it is wrong."""


def framed(text: str) -> str:
    """A whole definition: keys of a file or a list of layers get what they need to be one."""
    data = read(text, "example.yml").data
    if isinstance(data, list):
        text = f"layers:\n{textwrap.indent(text, '  ')}"
        data = {"layers": data}
    frame = {"name": "Example", "input": "56x56x64", "layers": "[{fc: 10}]"}
    if "name" in data and "layers" in data:
        return text
    return text + "".join(f"{key}: {value}\n" for key, value in frame.items() if key not in data)


def _excerpt_mistake(name: str, lines: list[str]) -> str:
    """Whether pieces stand in a file, in this order, however far they are indented there."""
    there = (ROOT / name).read_text(encoding="utf-8").splitlines()
    after = 0
    for piece in "\n".join(lines).split("\n# …\n"):
        wanted = textwrap.dedent(piece).splitlines()
        found = next((n for n in range(after, len(there)) if dedented(there[n : n + len(wanted)]) == wanted), None)
        if found is None:
            return f"{name} does not have:\n{piece}"
        after = found + len(wanted)
    return ""


def dedented(lines: list[str]) -> list[str]:
    """Lines without the indentation they share."""
    return textwrap.dedent("\n".join(lines)).splitlines()


def renewed(page: str, folder: Path) -> str:
    """A page with what its commands print now; a console with a line ``…`` stays."""
    shell, lines = Shell(folder), page.splitlines()
    consoles: list[tuple[Block, list[str]]] = []
    for block in blocks(page):
        if block.language == "console" and "…" not in block.lines:
            printed = [f"$ {call}\n{shell.run(call)}" for call, _ in transcript(block.lines)]
            consoles.append((block, "".join(printed).splitlines()))
        elif diagnostic := mistake_in(block, shell):
            print(f"line {block.line}: {diagnostic}", file=sys.stderr)  # noqa: T201
    for block, printed in reversed(consoles):
        lines[block.line : block.line + len(block.lines)] = printed
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as there:
            text = renewed(Path(name).read_text(encoding="utf-8"), Path(there))
        Path(name).write_text(text, encoding="utf-8")
