"""Measures a server: how long an edit takes until its page is fresh, memory, and processor time when idle."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
EDITS = 50
IDLE_SECONDS = 10
PATIENCE = 60
TICKS = os.sysconf("SC_CLK_TCK")
NEW = "name: Benchmark\ninput: 8x8x3\nlayers: [{fc: 10}]\n"
"""8·8·3·10 + 10 = 1,930 parameters."""


class Server:
    """``mkdocs serve`` of a project."""

    def __init__(self, project: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", self.address],
            cwd=project,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._serving = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if "Serving on" in line:
                self._serving.set()

    def wait(self) -> None:
        """Wait until it serves."""
        if not self._serving.wait(5 * PATIENCE):
            raise TimeoutError("the server does not start")

    def page(self, path: str) -> str:
        """A page, empty if there is none."""
        try:
            with urlopen(f"http://{self.address}/{path}", timeout=PATIENCE) as answer:
                return str(answer.read().decode())
        except HTTPError:
            return ""

    def resident(self, field: str = "VmRSS") -> int:
        """Resident memory in MB: now, or the most there was (``VmHWM``)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition(f"{field}:")[2].split()[0]) // 1024

    def processor_seconds(self) -> float:
        """Processor time since its start."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def seconds_until(self, change: Callable[[], object], path: str, is_fresh: Callable[[str], bool]) -> float:
        """The time from a change until a page is fresh."""
        change()
        start = time.perf_counter()
        while not is_fresh(self.page(path)):
            if time.perf_counter() - start > PATIENCE:
                raise TimeoutError(f"{path} does not change")
            time.sleep(0.03)  # asking must not be what keeps the server busy
        return time.perf_counter() - start


@contextmanager
def running() -> Iterator[tuple[Server, Path]]:
    """A server of a copy of this project, and the folder of its definitions."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name in ("docs", "networks"):
            shutil.copytree(ROOT / name, project / name)
        shutil.copy(ROOT / "mkdocs.yml", project)
        start = time.perf_counter()
        server = Server(project)
        try:
            server.wait()
            print(f"server up after {time.perf_counter() - start:.1f} s, {server.resident()} MB resident")
            yield server, project / "networks"
        finally:
            server.process.terminate()
            server.process.wait()


def serving() -> None:
    """Change definitions of a running server, and print what that takes."""
    with running() as (server, networks):
        added, edited = networks / "benchmark.yml", networks / "vgg.yml"
        page, text = "networks/benchmark/", edited.read_text(encoding="utf-8")

        def measure(name: str, change: Callable[[], object], is_fresh: Callable[[str], bool]) -> None:
            before = server.processor_seconds()
            seconds = server.seconds_until(change, page, is_fresh)
            used = server.processor_seconds() - before
            print(f"{name} of a definition: page fresh after {seconds:.2f} s, {used:.2f} s of a processor")

        measure("addition", lambda: added.write_text(NEW), lambda html: "1,930" in html)
        measure("edit", lambda: added.write_text(NEW.replace("10", "20")), lambda html: "3,860" in html)
        measure("breaking", lambda: added.write_text(NEW.replace("10", "ten")), lambda html: "lw-errors" in html)
        fixed = NEW.replace("10", "30")
        measure("fixing", lambda: added.write_text(fixed), lambda html: "5,790" in html and "lw-errors" not in html)
        measure("deletion", added.unlink, lambda html: not html)
        first, times = server.resident(), []
        for edit in range(EDITS):
            marked = text.replace("summary: ", f"summary: Edit number {edit}. ", 1)
            times.append(
                server.seconds_until(
                    lambda marked=marked: edited.write_text(marked, encoding="utf-8"),  # type: ignore[misc]
                    "networks/vgg-16/",
                    lambda html, mark=f"Edit number {edit}.": mark in html,  # type: ignore[misc]
                )
            )
        print(f"{EDITS} edits of a family: median {statistics.median(times):.2f} s, longest {max(times):.2f} s")
        most = server.resident("VmHWM")
        print(f"resident: {first} MB before these edits, {server.resident()} MB after, at most {most} MB")
        before = server.processor_seconds()
        time.sleep(IDLE_SECONDS)
        print(f"idle: {100 * (server.processor_seconds() - before) / IDLE_SECONDS:.1f} % of a processor")


if __name__ == "__main__":
    serving()
