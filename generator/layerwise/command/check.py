"""``layerwise check``."""

from __future__ import annotations

from pathlib import Path

import click

from layerwise.command.options import colour_option, networks_option, progress
from layerwise.command.report import annotation, report
from layerwise.command.sources import definitions, existing
from layerwise.core.errors import DefinitionError
from layerwise.core.files import block_files, display_name, files_in


@click.command(
    epilog="""\b
Examples:
  layerwise check                              all definitions in networks/
  layerwise check networks/vgg.yml mine.yml    two files, also against the pages of all others
  layerwise check --format github              for the log of a GitHub workflow

\b
Exit codes: 0 no errors, 1 errors, 2 usage error."""
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "github"]),
    default="text",
    show_default=True,
    help="Print errors for people and editors, or as annotations of a pull request.",
)
@networks_option
@colour_option
def command(files: tuple[Path, ...], form: str, networks: Path) -> int:
    """Report all errors in definitions.

    A FILE is a definition or a folder of definitions; without any, all definitions are checked. The other definitions
    in the folder of a FILE are read too, because no two pages may share an address, and related pages must exist.
    """
    from layerwise.command.checking import check_each, check_together

    chosen = definitions(files) if files else files_in(existing(networks))
    everything = chosen if files else [*chosen, *block_files(networks)]
    try:
        with progress(check_each(everything), "Checking", len(everything)) as steps:
            checked = list(steps)
        networks_found = check_together(everything, checked, _neighbours(chosen) if files else None)
    except DefinitionError as error:
        if form == "github":
            click.echo("\n".join(map(annotation, error.diagnostics)))
        else:
            report(error.diagnostics)
        click.echo(_summary(chosen, error), err=True)
        return 1
    click.echo(f"{_counted(len(chosen), 'definition')}, {_counted(networks_found, 'network')}: no errors")
    return 0


def _summary(chosen: list[Path], error: DefinitionError) -> str:
    """Count errors and files; a file that cannot be a definition, such as a link out of the folder, counts as one."""
    wrong = {diagnostic.file for diagnostic in error.diagnostics}
    checked = wrong | set(map(display_name, chosen))
    return f"{_counted(len(error.diagnostics), 'error')} in {len(wrong)} of {_counted(len(checked), 'definition')}"


def _neighbours(files: list[Path]) -> list[Path]:
    """Return the other definitions in the folders of these files."""
    resolved = {file.resolve() for file in files}
    folders = dict.fromkeys(file.parent for file in files if file.parent.is_dir())
    return [file for folder in folders for file in files_in(folder) if file.resolve() not in resolved]


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
