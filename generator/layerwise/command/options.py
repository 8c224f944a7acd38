"""Options and arguments that several commands have."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click
from click.shell_completion import CompletionItem

from layerwise.core.files import pages_in

T = TypeVar("T")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

LONG = 20
"""Steps from which work is long enough for a progress bar."""


def complete_networks(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The networks there are, and where none begins like that files; no definition is read for it."""
    folder = Path(ctx.params.get("networks") or "networks")
    pages = pages_in(folder) if folder.is_dir() else {}
    slugs = [CompletionItem(slug) for slug in sorted(pages) if slug.startswith(incomplete)]
    return slugs or [CompletionItem(incomplete, type="file")]


def folder_option(name: str, content: str) -> Decorator:
    """An option for a folder, which is called like the option where nothing else is said."""
    return click.option(
        f"--{name}",
        type=click.Path(path_type=Path),
        default=Path(name),
        show_default=True,
        metavar="DIR",
        help=f"The folder of {content}.",
    )


networks_option = folder_option("networks", "definitions")
"""``--networks``: where the definitions are."""


def colour_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--color`` and ``--no-color``; left out, a terminal has colours unless NO_COLOR is set."""

    def set_colour(ctx: click.Context, _: click.Parameter, value: bool | None) -> None:
        if value is not None:
            ctx.color = ctx.find_root().color = value

    return click.option(
        "--color/--no-color",
        default=None,
        expose_value=False,
        callback=set_colour,
        help="With colours or without; by default on a terminal where NO_COLOR is not set.",
    )(command)


def progress(steps: Iterable[T], label: str, length: int) -> Any:
    """The steps as a context, with a bar on standard error where that is a terminal and they take long."""
    return click.progressbar(
        steps, length=length, label=label, file=sys.stderr, hidden=length < LONG or not sys.stderr.isatty()
    )
