"""Runs the command line as users do: in its own process, if needed with a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUIET = ("NO_COLOR", "COLUMNS", "LINES")


def environment(**more: str) -> dict[str, str]:
    """Return the environment without variables that describe a terminal."""
    kept = {name: value for name, value in os.environ.items() if name not in QUIET}
    source = os.pathsep.join(map(str, (ROOT / "generator", ROOT)))
    keeps_bytecode = {"PYTHONDONTWRITEBYTECODE": ""}  # or each process would compile every module again
    return kept | keeps_bytecode | {"PYTHONPATH": source, "TERM": "xterm", **more}


def in_terminal(*arguments: str, columns: int, folder: Path = ROOT, **variables: str) -> str:
    """Return the output of ``layerwise`` in a terminal of some width, both streams together."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    run = subprocess.Popen(
        [sys.executable, "-m", "layerwise", *arguments],
        cwd=folder,
        env=environment(**variables),
        stdin=inner,
        stdout=inner,
        stderr=inner,
    )
    os.close(inner)
    printed = b""
    try:
        while piece := os.read(outer, 65536):
            printed += piece
    except OSError:  # the end of a terminal on Linux
        pass
    finally:
        os.close(outer)
        run.wait(60)
    return printed.decode().replace("\r\n", "\n")
