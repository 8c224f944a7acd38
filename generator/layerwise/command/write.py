"""``layerwise write``."""

from __future__ import annotations

from pathlib import Path

import click

from layerwise.command.options import folder_option, networks_option, progress
from layerwise.command.sources import existing
from layerwise.core.files import files_in


@click.command(
    epilog="""\b
Examples:
  layerwise write pages/                 write everything, or what has changed since
  layerwise write pages/ --docs texts    with hand-written pages from another folder

\b
Exit codes: 0 written, 1 mistakes in definitions or pages, 2 wrong call or files in the way."""
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@folder_option("docs", "hand-written pages")
@click.option("--force", is_flag=True, help="Replace files that were not made by this command, or were changed since.")
@networks_option
def command(folder: Path, docs: Path, networks: Path, *, force: bool) -> int:
    """Write all pages as Markdown files to DIR, and the data and definitions.

    Files that would not change are left alone. What was written is noted in DIR/.layerwise; nothing else is replaced.
    What was written before and is made no longer, such as the page of a network that is gone, is deleted.
    """
    from layerwise.network.catalogue import Loader
    from layerwise.site.renderer import PageError, Renderer
    from layerwise.site.writer import contents, write

    files = files_in(existing(networks))
    with progress(files, "Calculating", len(files)) as steps:
        catalogue = Loader().all(steps)
    renderer = Renderer(catalogue, site=False)
    try:
        texts = contents(renderer, folder, docs)
    except PageError as error:
        click.echo(f"layerwise: {error}", err=True)
        return 1
    done = write(folder, texts, force=force)
    for name in done.kept:
        click.echo(f"layerwise: {folder / name} is made no longer, and kept because it was changed since", err=True)
    deleted = f", {len(done.deleted)} deleted" if done.deleted else ""
    click.echo(f"{folder}: {done.written} files written, {done.unchanged} unchanged{deleted}")
    return 0
