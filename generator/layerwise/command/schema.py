"""``layerwise schema``."""

from __future__ import annotations

from pathlib import Path

import click

from layerwise.core.errors import LayerwiseError
from layerwise.core.files import read_bounded, write_whole


@click.command(
    epilog="""\b
Examples:
  layerwise schema             write schema/network.schema.json
  layerwise schema --check     fail if the file is out of date
  layerwise schema -           print it

\b
Exit codes: 0 success, 1 out of date (with --check), 2 usage error."""
)
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]")
@click.option("--check", is_flag=True, help="Write nothing; fail if the file is out of date.")
def command(file: Path | None, *, check: bool) -> int:
    """Write the JSON Schema of definitions, which editors use for checks and completion.

    FILE is schema/network.schema.json by default; - is standard output.
    """
    from layerwise.definition import schema

    path, text = file or schema.PATH, schema.text()
    if str(path) == "-":
        click.echo(text, nl=False)
        return 0
    current = _content(path, len(text.encode()))
    if check:
        if current == text.encode():
            return 0
        run = "layerwise schema" if path == schema.PATH else f"layerwise schema {path}"
        click.echo(f"layerwise: {path} is out of date; run `{run}`", err=True)
        return 1
    if current and b'"$schema"' not in current:
        raise LayerwiseError(f"{path} is not a schema; refusing to overwrite it")
    write_whole(path, text.encode())
    click.echo(f"{path} {'unchanged' if current == text.encode() else 'written'}")
    return 0


def _content(path: Path, size: int) -> bytes:
    """Return the content of a file, up to one byte more than ``size``; nothing if there is no file."""
    try:
        return read_bounded(path, size)
    except FileNotFoundError:
        return b""
