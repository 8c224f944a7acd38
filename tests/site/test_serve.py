"""``mkdocs serve`` as a real server on loopback: each change of a definition causes one rebuild and the right page."""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

BUILT = "Reloading browsers"
"""The last line of a rebuild; the line with its duration is left out where it was printed before."""
FAILED = "An error happened during the rebuild"
PATIENCE = 30.0
QUIET = 1.2
"""Seconds to wait for a second rebuild that must not come."""


class Server:
    """A running server and what it prints."""

    def __init__(self, project: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.lines: queue.Queue[str] = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", self.address],
            cwd=project,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line)

    def wait_for(self, *texts: str) -> list[str]:
        """All that is printed up to a line with one of the texts."""
        seen: list[str] = []
        end = time.monotonic() + PATIENCE
        while not (seen and any(text in seen[-1] for text in texts)):
            try:
                seen.append(self.lines.get(timeout=max(end - time.monotonic(), 0.01)))
            except queue.Empty:
                pytest.fail(f"waited for {texts}, got {''.join(seen)}")
        return seen

    def after_change(self, expected: str) -> str:
        """What one rebuild prints; fails where a second one follows."""
        printed = self.wait_for(BUILT, FAILED)
        time.sleep(QUIET)
        while not self.lines.empty():
            printed.append(self.lines.get())
        ends = [line for line in printed if BUILT in line or FAILED in line]
        assert len(ends) == 1, "".join(printed)
        assert expected in ends[0]
        return "".join(printed)

    def page(self, path: str) -> str:
        with urlopen(f"http://{self.address}/{path}", timeout=PATIENCE) as answer:
            text: str = answer.read().decode()
        return text


@pytest.fixture
def server(project: Path) -> Iterator[Server]:
    server = Server(project)
    try:
        server.wait_for("Serving on")
        yield server
    finally:
        server.stop()


def test_each_change_causes_one_rebuild(project: Path, server: Server) -> None:
    tiny = project / "networks" / "tiny.yml"
    text = tiny.read_text()
    assert "1,562" in server.page("networks/tiny/")

    tiny.write_text(text.replace("fc: 10", "fc: 20"))
    server.after_change(BUILT)
    assert "3,012" in server.page("networks/tiny/")  # 3·3·3·4 + 4 + 6·6·4·20 + 20 = 112 + 2,900

    (project / "networks" / "other.yml").write_text(text.replace("Tiny", "Other"))
    server.after_change(BUILT)
    assert "1,562" in server.page("networks/other/")
    assert "3 networks" in server.page("")

    tiny.write_text(text.replace("fc: 10", "fc: ten"))
    assert "networks/tiny.yml:6:10: fc: expected a whole number from 1, got 'ten'" in server.after_change(FAILED)

    tiny.write_text(text)
    server.after_change(BUILT)
    assert "1,562" in server.page("networks/tiny/")

    (project / "networks" / "other.yml").unlink()
    server.after_change(BUILT)
    assert "2 networks" in server.page("")
    with pytest.raises(HTTPError, match="404"):
        server.page("networks/other/")
