"""Options and arguments that several commands share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from layerwise.core.errors import LayerwiseError
from layerwise.core.files import pages_in

T = TypeVar("T")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

LONG = 20
"""Number of steps from which a progress bar is shown."""


def complete_networks(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the names of networks, or files if no name matches; no definition is parsed."""
    from layerwise.command.sources import DEFAULT, searched

    with suppress(LayerwiseError):  # there is no such folder
        for folder in searched(ctx.params.get("networks") or DEFAULT):
            if slugs := [slug for slug in sorted(pages_in(folder)) if slug.startswith(incomplete)]:
                return [CompletionItem(slug) for slug in slugs]
    return [CompletionItem(incomplete, type="file")]


def folder_option(name: str, content: str) -> Decorator:
    """An option for a folder, by default the folder with the name of the option."""
    return click.option(
        f"--{name}",
        type=click.Path(path_type=Path),
        default=Path(name),
        show_default=True,
        metavar="DIR",
        help=f"Folder of {content}.",
    )


networks_option = folder_option("networks", "definitions")
"""``--networks``: the folder of definitions."""


def colour_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--color`` and ``--no-color``; by default a terminal has colours unless NO_COLOR is set."""

    def set_colour(ctx: click.Context, _: click.Parameter, value: bool | None) -> None:
        if value is not None:
            ctx.color = ctx.find_root().color = value

    return click.option(
        "--color/--no-color",
        default=None,
        expose_value=False,
        callback=set_colour,
        help="Use colours or not; by default on a terminal unless NO_COLOR is set.",
    )(command)


def progress(steps: Iterable[T], label: str, length: int) -> Any:
    """A context that yields the steps; many of them show a progress bar on standard error, if that is a terminal."""
    return click.progressbar(
        steps, length=length, label=label, file=sys.stderr, hidden=length < LONG or not sys.stderr.isatty()
    )
