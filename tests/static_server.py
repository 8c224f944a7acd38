"""A server of static files on loopback."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class QuietHandler(SimpleHTTPRequestHandler):
    """Serve files without logging requests."""

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def copyfile(self, *files: Any) -> None:
        """Send a file; ignore browsers that leave a page while it loads."""
        with contextlib.suppress(ConnectionError):
            super().copyfile(*files)


@contextlib.contextmanager
def serve_files(folder: Path, handler: Callable[..., SimpleHTTPRequestHandler] = QuietHandler) -> Iterator[str]:
    """Serve a folder, and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
