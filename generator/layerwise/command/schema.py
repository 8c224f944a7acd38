"""``layerwise schema``."""

from __future__ import annotations

from pathlib import Path

import click

from layerwise.core.errors import LayerwiseError
from layerwise.core.files import write_whole


@click.command(
    epilog="""\b
Examples:
  layerwise schema             write schema/network.schema.json
  layerwise schema --check     fail where it is not what the program makes now
  layerwise schema -           print it

\b
Exit codes: 0 written, or current with --check; 1 not current; 2 wrong call."""
)
@click.argument("file", required=False, type=click.Path(path_type=Path, allow_dash=True), metavar="[FILE]")
@click.option("--check", is_flag=True, help="Only compare, and fail where the file is not current.")
def command(file: Path | None, *, check: bool) -> int:
    """Write the JSON Schema of definitions, which editors check and complete them by.

    FILE is schema/network.schema.json if left out; - is standard output.
    """
    from layerwise.definition import schema

    path, text = file or schema.PATH, schema.text()
    if str(path) == "-":
        click.echo(text, nl=False)
        return 0
    there = _content(path)
    if check:
        if there == text.encode():
            return 0
        mend = "layerwise schema" if path == schema.PATH else f"layerwise schema {path}"
        click.echo(f"layerwise: {path} is not current; mend it with: {mend}", err=True)
        return 1
    if there and b'"$schema"' not in there:
        raise LayerwiseError(f"{path} holds something else than a schema; it is not replaced")
    write_whole(path, text.encode())
    click.echo(f"{path} {'unchanged' if there == text.encode() else 'written'}")
    return 0


def _content(path: Path) -> bytes:
    """What is in a file; nothing where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
