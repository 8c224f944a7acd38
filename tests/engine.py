"""The engine of the built calculator in Node, and the same calculator in this process."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from layerwise.report.calculator import Calculator

SCRIPT = Path(__file__).parent / "engine.mjs"


class Responds(Protocol):
    """Answers requests."""

    def ask(self, *request: Any) -> Any:
        """Return the answer to a request: a method's name and its arguments."""


class Native:
    """The calculator in this process."""

    def __init__(self) -> None:
        self._calculator = Calculator()

    def ask(self, *request: Any) -> Any:
        return json.loads(self._calculator.respond(json.dumps(request)))


class Engine:
    """The engine in a process of Node."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, *request: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the engine has ended"
        return json.loads(answer)


@contextmanager
def engine(site: Path, mode: str) -> Iterator[Engine]:
    """Start the engine of a built site; ``mode`` is ``snapshot`` or ``modules``."""
    (folder,) = (path.parent for path in site.glob("calculate/*/worker.js"))
    command = ["node", str(SCRIPT), str(folder), mode]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        yield Engine(process)
        assert process.stdin is not None
        process.stdin.close()


def answers(to: Responds, text: str, file: str, used: dict[str, str] | None = None) -> Sequence[Any]:
    """All answers to a definition, which can use other files: the first, and the last one if they are different."""
    first = answer = to.ask("calculate", text, file, "", used)
    while not answer["is_complete"]:
        answer = to.ask("more")
    return [first, answer]
