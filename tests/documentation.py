"""Read the examples in documentation, and run them in a temporary folder.

    python -m tests.documentation PAGE…    # update the output of commands in pages; review the changes

Examples are fenced blocks with a language. The block itself, or a hidden comment above it, determines how it is tested:

- ``yaml`` with a name and layers is a whole definition. Other ``yaml`` has keys of a file or a list of layers, which
  are completed to a small definition. ``<!-- file: networks/x.yml -->`` writes the block to a file;
  ``<!-- into: networks/x.yml -->`` merges its keys into a file: they replace those with the same name, and new ones are
  inserted above ``layers``. ``file with errors`` and ``into with errors`` expect the definition to have errors.
- ``yaml`` and ``python`` with the first line ``# path/of/a/file`` are snippets of that file; a line ``# …`` skips
  lines. Other ``python`` must compile.
- ``yaml`` with the first line ``# mkdocs.yml`` has keys of that file; the options of the plugin and of the Markdown
  extension must be valid.
- ``yaml`` with the first line ``# .pre-commit-config.yaml`` or ``# a file in .github/workflows`` names hooks of this
  repository or inputs of its action, which must exist.
- ``markdown`` is a page, and ``layerwise`` a block of one; its blocks for the Markdown extension must not have errors.
- ``console`` has commands after ``$`` with their output; a line ``…`` matches any lines.
- ``pycon`` is a Python session, whose output is compared.
- ``sh`` has commands that must succeed, except for those in ``NOT_RUN``; targets of ``make`` must exist.
- ``text`` is a drawing and must not contain commands.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

import yaml
from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig

from layerwise.__main__ import main
from layerwise.command import WRONG_CALL
from layerwise.core.errors import DefinitionError
from layerwise.definition import parse
from layerwise.definition.yaml_parser import read
from layerwise.extension import LayerwiseExtension
from layerwise.importing.trace import Trace, parse_trace
from layerwise.network.catalogue import calculate
from tests.traces import FOLDER

ROOT = Path(__file__).parents[1]
NETWORKS = ("lenet-5", "resnet", "vgg")
"""The definitions that exist before an example adds one."""
COLUMNS = 104
"""The width of the terminal, which fits on a page."""
TARGETS = set(re.findall("^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
"""The targets of the Makefile."""
NOT_RUN = (
    "git clone", "git pull", "git push", "cd ", "curl ", "chromium ", "apt-get ", "python3 -m venv ", "eval ",
    "source ", ".venv/bin/", "python -m ", "_LAYERWISE_COMPLETE=",
)  # fmt: skip
"""Commands that change more than the temporary folder, need a network connection, or never end."""
HELP_ONLY = "layerwise write"
"""A slow command, run only with ``--help``, which still checks its options."""
BODY_KEYS = ("defaults", "variants", "blocks", "layers")
"""Keys above which new ones are inserted."""

_FENCE = re.compile(r"( *)(`{3,})([^`]*)")
_DIRECTIVE = re.compile(r"<!-- ((?:file|into)(?: with errors)?): (\S+) -->")
_SECTION = re.compile(r"^((\w+):.*\n(?:(?:[ #].*)?\n)*)", re.MULTILINE)
_SNIPPET = re.compile(r"# ([\w./-]+/[\w.-]+\.(?:yml|py))")


@dataclass(frozen=True)
class Block:
    """A fenced block, with the directive in the comment above it."""

    line: int
    """Line number of the opening fence, from 1."""
    language: str
    lines: list[str]
    directive: str = ""
    """``file`` or ``into``, optionally followed by ``with errors``."""
    file: str = ""
    """The file of the directive."""

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def blocks(markdown: str) -> Iterator[Block]:
    """Find the fenced blocks of a page."""
    lines = enumerate(markdown.splitlines(), 1)
    above = ""
    for number, line in lines:
        if fence := _FENCE.fullmatch(line):
            body = [inner.removeprefix(fence[1]) for inner in _up_to(fence[2], lines)]
            directive = _DIRECTIVE.fullmatch(above)
            yield Block(number, fence[3], body, *(directive.groups() if directive else ()))
        above = line.strip()


def _up_to(fence: str, lines: Iterator[tuple[int, str]]) -> Iterator[str]:
    """Read the lines inside a block."""
    for _, line in lines:
        if line.strip() == fence:
            return
        yield line
    raise AssertionError(f"missing closing fence {fence}")


class Terminal(io.StringIO):
    """Output that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass
class Shell:
    """Run commands in a folder that resembles a fresh clone with few networks."""

    folder: Path
    code: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        networks = self.folder / "networks"
        networks.mkdir()
        for name in NETWORKS:
            text = (ROOT / "networks" / f"{name}.yml").read_text(encoding="utf-8")
            without_related = re.sub(r"^related:.*\n", "", text, flags=re.MULTILINE)  # the pages do not exist here
            (networks / f"{name}.yml").write_text(without_related, encoding="utf-8")
        identity = {f"GIT_{role}_{field}": "x" for role in ("AUTHOR", "COMMITTER") for field in ("NAME", "EMAIL")}
        self.environment = {**os.environ, **identity, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        for call in ("init --quiet --initial-branch main", "add .", "commit --quiet --message Networks"):
            self.git(call.split())

    def run(self, command: str) -> str:
        """Run a command and return its output, with both streams combined."""
        words = shlex.split(re.sub(r"(^| )#.*", "", command))
        if command == "echo $?":
            return f"{self.code}\n"
        if words[0] == "layerwise":
            return self.layerwise(words[1:])
        if words[0] == "git":
            return self.git(words[1:])
        self.code = 127
        return f"{words[0]}: command not allowed in examples\n"

    def layerwise(self, arguments: list[str]) -> str:
        output = Terminal()
        with (
            patch.dict(os.environ, {"COLUMNS": str(COLUMNS), "NO_COLOR": "1"}),
            patch("layerwise.importing.readers.torch_export.trace_torch", _stored_trace),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
        ):
            self.code = main(arguments)
        return output.getvalue()

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


def _stored_trace(source: str, _: object = None) -> Trace:
    """The stored trace of a model of an example, so that examples run without PyTorch."""
    name = source.partition(":")[0]
    return parse_trace((FOLDER / f"{name}.json").read_text(encoding="utf-8"), source)


def transcript(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Split a console into commands and their output lines."""
    calls: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith("$ "):
            calls.append((line.removeprefix("$ "), []))
        else:
            assert calls, f"a console must begin with '$ ' and a command, not {line!r}"
            calls[-1][1].append(line)
    return calls


def matches(expected: list[str], output: list[str]) -> bool:
    """Return whether output is as expected, where ``…`` matches any lines."""
    pattern = "".join(r"(?:.*\n)*?" if line == "…" else re.escape(line) + r"\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in output)) is not None


def find_error(block: Block, shell: Shell) -> str:
    """Return the error in an example; empty if there is none."""
    snippet = _SNIPPET.fullmatch("".join(block.lines[:1])) if block.language in ("yaml", "python") else None
    if snippet:
        return _snippet_error(snippet[1], block.lines[1:])
    if block.language == "yaml" and block.lines[:1] == ["# mkdocs.yml"]:
        return _settings_error(block, shell)
    if block.language == "yaml" and block.lines[:1] in (
        ["# .pre-commit-config.yaml"],
        ["# a file in .github/workflows"],
    ):
        return _workflow_error(block)
    if block.language not in _CHECKS:
        return f"examples cannot have the language {block.language!r}"
    return _CHECKS[block.language](block, shell)


def _settings_error(block: Block, shell: Shell) -> str:
    config = MkDocsConfig(str(shell.folder / "mkdocs.yml"))
    (shell.folder / "docs").mkdir(exist_ok=True)
    (shell.folder / "models").mkdir(exist_ok=True)
    config.load_dict({"site_name": "Example", **yaml.safe_load(block.text)})
    failed, warnings = config.validate()
    try:
        Markdown(extensions=config.markdown_extensions, extension_configs=config.mdx_configs)
    except (KeyError, TypeError) as error:
        return str(error)
    return "\n".join(str(message) for _, message in [*failed, *warnings])


def _workflow_error(block: Block) -> str:
    """Return an error unless the hooks and the inputs of the action exist."""
    text = block.text
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    content = yaml.safe_load(text)
    used = {hook["id"] for repository in content.get("repos", []) for hook in repository["hooks"]}
    steps = [step for job in content.get("jobs", {}).values() for step in job["steps"]]
    given = {name for step in steps if "layerwise" in step["uses"] for name in step["with"]}
    unknown = sorted((used - hooks) | (given - {*inputs}))
    return f"unknown: {', '.join(unknown)}" if unknown else ""


def _page_error(block: Block, shell: Shell) -> str:
    try:
        with contextlib.chdir(shell.folder):
            Markdown(extensions=[LayerwiseExtension(strict=True)]).convert(block.text)
    except DefinitionError as error:
        return str(error)
    return ""


def _console_error(block: Block, shell: Shell) -> str:
    return "\n".join(filter(None, (_call_error(*call, shell) for call in transcript(block.lines))))


def _commands_error(block: Block, shell: Shell) -> str:
    return "\n".join(filter(None, (_command_error(line, shell) for line in block.lines)))


def _python_error(block: Block, _: Shell) -> str:
    try:
        compile(block.text, "example", "exec")
    except SyntaxError as error:
        return str(error)
    return ""


def _session_error(block: Block, shell: Shell) -> str:
    session = doctest.DocTestParser().get_doctest(block.text, {}, "example", None, block.line)
    output = io.StringIO()
    with contextlib.chdir(shell.folder):
        failed, attempted = doctest.DocTestRunner(verbose=False).run(session, out=output.write)
    return output.getvalue() if failed else "" if attempted else "a session needs >>>"


def _drawing_error(block: Block, _: Shell) -> str:
    return "examples need a language other than text" if re.search(r"layerwise |^\$ ", block.text, re.MULTILINE) else ""


def _call_error(command: str, expected: list[str], shell: Shell) -> str:
    output = shell.run(command).splitlines()
    if shell.code == WRONG_CALL:
        return f"$ {command}\nhas wrong arguments"
    return "" if matches(expected, output) else "\n".join([f"$ {command}", "prints", *output, "instead of", *expected])


def _command_error(line: str, shell: Shell) -> str:
    command = line.partition(" #")[0].strip()
    if targets := set(re.findall(r"(?:^| )make ([a-z-]+)", command)):
        return f"the Makefile has no target {targets - TARGETS}" if targets - TARGETS else ""
    if not command or command.startswith(("#", *NOT_RUN)):
        return ""
    output = shell.run(f"{command} --help" if command.startswith(HELP_ONLY) else command)
    expected = (0, 1) if " diff " in command else (0,)
    return "" if shell.code in expected else f"{command}: exit code {shell.code}\n{output}"


def _definition_error(block: Block, shell: Shell) -> str:
    text, name = block.text, "example.yml"
    kind, _, has_errors = block.directive.partition(" with ")
    if kind:
        name, file = block.file, shell.folder / block.file
        text = merge_keys(file.read_text(encoding="utf-8"), text) if kind == "into" else text
        file.write_text(text, encoding="utf-8")
    else:
        text = complete(text)
    try:
        calculate(parse(text, name), Path(name)).sound()
    except DefinitionError as error:
        return "" if has_errors else str(error)
    return "the definition has no errors, but should have some" if has_errors else ""


def merge_keys(text: str, keys: str) -> str:
    """Replace keys of a file by new ones with the same name, and insert others above its ``BODY_KEYS``."""
    current, new = ({name: section for section, name in _SECTION.findall(part)} for part in (text, keys))
    order = list(current)
    start = next(index for index, name in enumerate(order) if name in BODY_KEYS)
    order[start:start] = [name for name in new if name not in current]
    comment = text.partition("name:")[0]
    return comment + "".join((current | new)[name] for name in order)


_CHECKS: dict[str, Callable[[Block, Shell], str]] = {
    "yaml": _definition_error,
    "python": _python_error,
    "pycon": _session_error,
    "layerwise": lambda block, shell: _page_error(replace(block, lines=["```layerwise", *block.lines, "```"]), shell),
    "markdown": _page_error,
    "console": _console_error,
    "sh": _commands_error,
    "text": _drawing_error,
}
"""The function that finds errors in the examples of each language."""


def complete(text: str) -> str:
    """Complete keys of a file or a list of layers to a whole definition."""
    data = read(text, "example.yml").data
    if isinstance(data, list):
        text = f"layers:\n{textwrap.indent(text, '  ')}"
        data = {"layers": data}
    defaults = {"name": "Example", "input": "56x56x64", "layers": "[{fc: 10}]"}
    if "name" in data and "layers" in data:
        return text
    return text + "".join(f"{key}: {value}\n" for key, value in defaults.items() if key not in data)


def _snippet_error(name: str, lines: list[str]) -> str:
    """Return an error unless a file has the parts in this order, with any indentation."""
    current = (ROOT / name).read_text(encoding="utf-8").splitlines()
    end = 0
    for part in re.split(r"\n *# …\n", "\n".join(lines)):
        expected = textwrap.dedent(part).splitlines()
        length = len(expected)
        start = next((n for n in range(end, len(current)) if dedent(current[n : n + length]) == expected), None)
        if start is None:
            return f"{name} does not contain:\n{part}"
        end = start + length
    return ""


def dedent(lines: list[str]) -> list[str]:
    """Remove the common indentation of lines."""
    return textwrap.dedent("\n".join(lines)).splitlines()


def update_output(page: str, folder: Path) -> str:
    """Return a page with the current output of its commands; consoles with a line ``…`` stay unchanged."""
    shell, lines = Shell(folder), page.splitlines()
    consoles: list[tuple[Block, list[str]]] = []
    for block in blocks(page):
        if block.language == "console" and "…" not in block.lines:
            output = [f"$ {call}\n{shell.run(call)}" for call, _ in transcript(block.lines)]
            consoles.append((block, "".join(output).splitlines()))
        elif error := find_error(block, shell):
            print(f"line {block.line}: {error}", file=sys.stderr)  # noqa: T201
    for block, output in reversed(consoles):
        lines[block.line : block.line + len(block.lines)] = output
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            page = update_output(Path(name).read_text(encoding="utf-8"), Path(folder))
        Path(name).write_text(page, encoding="utf-8")
