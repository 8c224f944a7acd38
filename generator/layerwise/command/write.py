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
  layerwise write pages/                 write everything, or only what has changed
  layerwise write pages/ --docs texts    take the hand-written pages from another folder

\b
Exit codes: 0 success, 1 errors in definitions or pages, 2 usage error, or files in DIR refused."""
)
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@folder_option("docs", "hand-written pages")
@click.option("--force", is_flag=True, help="Overwrite files that this command did not create, or that were edited.")
@networks_option
def command(folder: Path, docs: Path, networks: Path, *, force: bool) -> int:
    """Write all pages as Markdown files to DIR, together with the data and the definitions.

    Unchanged files are not written. DIR/.layerwise lists the files that this command created; no others are
    overwritten or deleted. Files that are no longer generated, such as the page of a removed network, are deleted,
    unless they were edited.

    An interrupted run, however it ended, is completed by the next one.
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
        click.echo(f"layerwise: {folder / name} is no longer generated; it is kept because it was edited", err=True)
    deleted = f", {len(done.deleted)} deleted" if done.deleted else ""
    click.echo(f"{folder}: {done.written} files written, {done.unchanged} unchanged{deleted}")
    return 0
