"""``layerwise format``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from layerwise.command.options import networks_option
from layerwise.command.sources import definitions, existing
from layerwise.core.errors import DefinitionError, Diagnostic
from layerwise.core.files import block_files, display_name, read_bounded, write_whole
from layerwise.core.limits import FILE_BYTES


@click.command(
    epilog="""\b
Examples:
  layerwise format                      format all definitions in networks/
  layerwise format networks/vgg.yml     format one
  layerwise format --check              fail if a definition is not formatted
  layerwise format - < mine.yml         format standard input to standard output

\b
Exit codes: 0 success, 1 not formatted (with --check) or invalid YAML, 2 usage error."""
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]...")
@click.option("--check", is_flag=True, help="Write nothing; fail if a file is not formatted.")
@networks_option
def command(files: tuple[Path, ...], networks: Path, *, check: bool) -> int:
    """Format definitions: one order of keys, one style.

    A FILE is a definition or a folder of definitions; without any, all definitions are formatted. - is standard input.

    Comments are kept, and the data do not change. Names without a default are written as a list, [width, stride: 1],
    and quotes that YAML does not need are removed.
    """
    if [*map(str, files)] == ["-"]:
        return _stream(check=check)
    changed: list[str] = []
    diagnostics: list[Diagnostic] = []
    for file in definitions(files or (existing(networks), *block_files(networks))):
        name = display_name(file)
        try:
            if _format(file, name, check=check):
                changed.append(name)
        except DefinitionError as error:
            diagnostics += error.diagnostics
    for name in changed:
        click.echo(f"{name} {'is not formatted; run `layerwise format`' if check else 'formatted'}", err=check)
    if diagnostics:
        raise DefinitionError(diagnostics)
    return 1 if check and changed else 0


def _format(file: Path, name: str, *, check: bool) -> bool:
    """Format a file, and return whether it changes. Raises ``DefinitionError`` if it cannot be read."""
    try:
        content = read_bounded(file)
    except OSError as error:
        raise DefinitionError([Diagnostic(name, 1, 1, f"cannot be read: {error.strerror}")]) from None
    result = _formatted(content, name)
    if result != content and not check:
        write_whole(file.resolve(), result)  # a link keeps leading to its file
    return result != content


def _stream(*, check: bool) -> int:
    content = sys.stdin.buffer.read(FILE_BYTES + 1)
    result = _formatted(content, "standard input")
    if not check:
        click.echo(result, nl=False)
        return 0
    if result != content:
        click.echo("standard input is not formatted", err=True)
    return int(result != content)


def _formatted(content: bytes, name: str) -> bytes:
    from layerwise.definition.formatting import formatted
    from layerwise.definition.parsing import decoded

    return formatted(decoded(content, name), name).encode()
