"""The command line: ``layerwise``, with a module for each of its commands.

A command imports what it calculates with when it runs, so that help and completion come at once.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence

import click

from layerwise import __version__
from layerwise.command.report import report
from layerwise.core.errors import DefinitionError, LayerwiseError

COMMANDS = ("new", "check", "show", "diff", "write", "schema")
MISTAKES, WRONG_CALL, INTERRUPTED = 1, 2, 130
"""Exit codes besides 0."""


class Commands(click.Group):
    """Finds the commands in the modules of their names, and tells errors in the way of this program."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which they are needed."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command. None where there is no such."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.add_command(importlib.import_module(f"layerwise.command.{cmd_name}").command, cmd_name)
        return self.commands.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """See ``click.Group``; an unknown name is compared to all that there are."""
        if args[0] not in COMMANDS:
            for name in COMMANDS:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> int:
        """Run a command; the result is the exit code."""
        try:
            return int(super().invoke(ctx) or 0)
        except DefinitionError as error:
            report(error)
            return MISTAKES
        except LayerwiseError as error:
            return _wrong(str(error))
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            return _wrong(f"{os.fsdecode(error.filename)}: {error.strerror}" if error.filename else str(error))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  layerwise new "Tiny Net"             write networks/tiny-net.yml, to be filled in
  layerwise check                      tell every mistake of every definition
  layerwise show resnet-50             print a network's layer table
  layerwise diff vgg-16 vgg-19         tell which layers are different

\b
Exit codes:
  0    all is well
  1    there are mistakes in definitions; diff: the networks differ; schema --check: not current
  2    wrong call: an option, name, file or folder that cannot be used; diff: any trouble
  130  interrupted

\b
Completion of commands, options and networks, for the shell's startup file:
  eval "$(_LAYERWISE_COMPLETE=bash_source layerwise)"     in ~/.bashrc
  eval "$(_LAYERWISE_COMPLETE=zsh_source layerwise)"      in ~/.zshrc
  _LAYERWISE_COMPLETE=fish_source layerwise | source      in ~/.config/fish/config.fish""",
)
@click.version_option(__version__, message="layerwise %(version)s")
@click.pass_context
def layerwise(ctx: click.Context) -> None:
    """The reference of convolutional networks, calculated."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        ctx.color = False


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the result is the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an old encoding lacks × and →
    try:
        return int(layerwise.main(arguments, prog_name="layerwise", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("layerwise: interrupted", err=True)
        return INTERRUPTED


def _wrong(message: str) -> int:
    click.echo(f"layerwise: {message}", err=True)
    return WRONG_CALL
