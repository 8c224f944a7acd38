"""The command line: ``layerwise``, with one module for each command.

A command imports the calculation when it runs, so that help and completion are fast.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TextIO, cast

import click

from layerwise import __version__
from layerwise.command.report import report
from layerwise.core.errors import DefinitionError, LayerwiseError

COMMANDS = ("new", "import", "check", "show", "diff", "format", "write", "schema")
MODULES = {"import": "import_model"}
"""Modules of commands whose name is a word of Python."""
ERRORS, WRONG_CALL, INTERRUPTED = 1, 2, 130
"""Exit codes other than 0."""


class Commands(click.Group):
    """Imports a command from the module of its name when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a contributor needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; return None if there is no such command."""
        if cmd_name in COMMANDS and cmd_name not in self.commands:
            self.add_command(
                importlib.import_module(f"layerwise.command.{MODULES.get(cmd_name, cmd_name)}").command, cmd_name
            )
        return self.commands.get(cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Import all commands if the name is unknown, so that click can suggest the closest."""
        if args[0] not in COMMANDS:
            for name in COMMANDS:
                self.get_command(ctx, name)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> int:
        """Run a command and return its exit code."""
        try:
            return int(super().invoke(ctx) or 0)
        except DefinitionError as error:
            report(error.diagnostics)
            return ERRORS
        except LayerwiseError as error:
            return _failure(str(error))


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  layerwise new "Tiny Net"             create networks/tiny-net.yml from a template
  layerwise import timm:resnet50       draft a definition from a model of PyTorch
  layerwise check                      report all errors in all definitions
  layerwise show resnet-50             print the layer table of a network
  layerwise diff vgg-16 vgg-19         show which layers differ
  layerwise format                     give all definitions one style

\b
Exit codes:
  0    success
  1    errors in definitions; diff: the networks differ; schema --check: the schema is out of
       date; format --check: a definition is not formatted
  2    usage error: an option, name, file or folder that cannot be used; diff: any failure
  130  interrupted

\b
Completion of commands, options and networks, for the startup file of your shell:
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
    """Run the command line and return the exit code."""
    if sys.stdout is None:  # closed by the shell: >&-
        sys.stdout = cast("TextIO", _ClosedOutput())
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # an old encoding lacks × and →
    try:
        return int(layerwise.main(arguments, prog_name="layerwise", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return _failure("interrupted", INTERRUPTED)
    except OSError as error:
        if error.filename:
            return _failure(f"{os.fsdecode(error.filename)}: {error.strerror}")
        _discard_output(sys.stdout)
        return _failure(f"standard output cannot be written: {error.strerror or error}")


class _ClosedOutput(io.TextIOBase):
    """Standard output that was closed before the program started: an error for a command that prints."""

    def write(self, _: str, /) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _discard_output(stream: TextIO) -> None:
    """Send what is still buffered to nowhere: writing it at exit would fail again, with a traceback."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _failure(message: str, code: int = WRONG_CALL) -> int:
    """Print why the program ends, if standard error can be written; return the exit code."""
    with suppress(OSError):
        click.echo(f"layerwise: {message}", err=True)
    return code
