"""Run a command and measure it: wall time and the memory of its largest process."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import NamedTuple


class Usage(NamedTuple):
    """The cost of a command."""

    seconds: float
    megabytes: float
    """The most memory that one of its processes had at a time, in units of 10^6 bytes."""

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.megabytes:,.0f} MB"


def run(command: list[str], folder: Path) -> Usage:
    """Run a command in a folder. Raises ``CalledProcessError`` if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if code := os.waitstatus_to_exitcode(status):
        raise subprocess.CalledProcessError(code, command)
    return Usage(seconds, usage.ru_maxrss * 1024 / 1e6)
