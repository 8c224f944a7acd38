"""``layerwise check``."""

from __future__ import annotations

from pathlib import Path

import click

from layerwise.command.options import colour_option, networks_option, progress
from layerwise.command.report import annotation, report
from layerwise.command.sources import existing
from layerwise.core.errors import DefinitionError
from layerwise.core.files import files_in


@click.command(
    epilog="""\b
Examples:
  layerwise check                              all of networks/
  layerwise check networks/vgg.yml mine.yml    these two, and their pages beside all others
  layerwise check --format github              for the log of a GitHub workflow

\b
Exit codes: 0 no mistakes, 1 mistakes, 2 wrong call."""
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github"]),
    default="text",
    show_default=True,
    help="How mistakes are printed: for people and editors, or as annotations of a pull request.",
)
@networks_option
@colour_option
def command(files: tuple[Path, ...], form: str, networks: Path) -> int:
    """Tell every mistake of definitions.

    FILEs are definitions or folders of them; without any, all definitions are checked. What is beside a FILE in its
    folder is read, too: no two pages may have one address, and related pages have to exist.
    """
    from layerwise.command.checking import check_each, check_together

    chosen = _definitions(files) if files else files_in(existing(networks))
    try:
        with progress(check_each(chosen), "Checking", len(chosen)) as steps:
            checked = list(steps)
        networks_found = check_together(chosen, checked, _beside(chosen) if files else None)
    except DefinitionError as error:
        if form == "github":
            click.echo("\n".join(map(annotation, error.diagnostics)))
        else:
            report(error)
        broken = len({diagnostic.file for diagnostic in error.diagnostics})
        count = _counted(len(error.diagnostics), "mistake")
        click.echo(f"{count} in {broken} of {_counted(len(chosen), 'definition')}", err=True)
        return 1
    click.echo(f"{_counted(len(chosen), 'definition')}, {_counted(networks_found, 'network')}: no mistakes")
    return 0


def _definitions(files: tuple[Path, ...]) -> list[Path]:
    """Files, those of folders, each once."""
    listed = [file for given in files for file in (files_in(given) if given.is_dir() else [given])]
    return list({file.resolve(): file for file in listed}.values())


def _beside(files: list[Path]) -> list[Path]:
    """The other definitions of the same folders."""
    resolved = {file.resolve() for file in files}
    folders = dict.fromkeys(file.parent for file in files if file.parent.is_dir())
    return [file for folder in folders for file in files_in(folder) if file.resolve() not in resolved]


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
