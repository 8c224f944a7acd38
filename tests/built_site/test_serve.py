"""``mkdocs serve`` as a real server on loopback: each change of a definition causes one rebuild and the right pages."""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from bs4 import BeautifulSoup
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig

from layerwise.plugin.server import replace_builder
from layerwise.plugin.setup import THEME
from layerwise.site.renderer import TEMPLATES
from tests.projects import TEMPLATE

BUILT = "Reloading browsers"
"""The last line of a rebuild; the line with its duration is skipped if it was printed before."""
FAILED = "An error happened during the rebuild"
PATIENCE = 120.0
BEGUN = "Detected file changes"
QUIET = 0.7
"""Seconds in which the start of a second rebuild would be printed: the server looks for changes every half second."""


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

    def after_change(self) -> str:
        """Return the output of one rebuild; fail if it fails or a second one follows."""
        printed = self.wait_for(BUILT, FAILED)
        time.sleep(QUIET)
        while not self.lines.empty():
            printed.append(self.lines.get())
        assert sum(BEGUN in line for line in printed) == 1, "".join(printed)
        assert sum(BUILT in line for line in printed) == 1, "".join(printed)
        return "".join(printed)

    def page(self, path: str) -> str:
        with urlopen(f"http://{self.address}/{path}", timeout=PATIENCE) as answer:
            text: str = answer.read().decode()
        return text

    def notices(self, path: str) -> list[str]:
        """The texts of the notices on a page, in one line each."""
        found = BeautifulSoup(self.page(path), "lxml").select(".lw-errors, .lw-former")
        return [" ".join(notice.get_text(" ").split()) for notice in found]


@contextmanager
def running(project: Path) -> Iterator[Server]:
    """A server that has come up."""
    server = Server(project)
    try:
        server.wait_for("Serving on")
        yield server
    finally:
        server.stop()


@pytest.fixture
def server(project: Path) -> Iterator[Server]:
    with running(project) as server:
        yield server


FC = "networks/tiny.yml:6:10: fc: expected a whole number from 1, got 'ten'"
TOLD = (
    "networks/tiny.yml has an error. The page below shows its last good state. "
    + FC.replace(": fc:", " fc:")
    + " - {fc: ten} ^"
)


def files_of(site: Path) -> dict[str, bytes]:
    """The files of a site by path; the index of the sitemap has the time of its build."""
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def changes(project: Path) -> Iterator[str]:
    """Change the files of a project step by step."""
    networks, docs = project / "networks", project / "docs"
    tiny, text = networks / "tiny.yml", (networks / "tiny.yml").read_text()

    def write(file: Path, content: str) -> None:
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)

    write(tiny, text.replace("fc: 10", "fc: 20"))
    yield "edit"
    write(networks / "other.yml", text.replace("Tiny", "Other") + "related: [tiny]\n")
    write(
        docs / "links.md", TEMPLATE + "# Links\n\n[Other](networks/other.md#layers), {{ network('tiny').parameters }}\n"
    )
    yield "add"
    write(tiny, text.replace("fc: 10", "fc: ten"))
    yield "break"
    write(tiny, text.replace("fc: 10", "fc: 30").replace("Tiny", "Tiny 2"))
    yield "fix, with another title"
    (networks / "other.yml").unlink()
    yield "delete what a page links to"
    write(networks / "net.yml", "name: Net\ninput: 8x8x3\nlayers: [relu]\nvariants: {Net-1: , Net-2: }\n")
    write(docs / "method" / "index.md", "# Method, renamed\n")
    write(docs / "data.csv", "a,b\n")
    yield "change the navigation"
    write(networks / "net.yml", "name: Net\ninput: 8x8x3\nlayers: [relu]\nvariants: {Net-1: , Net-3: }\n")
    (docs / "data.csv").unlink()
    yield "rename a variant"
    write(docs / "index.md", TEMPLATE + "# Home\n\n{{ 1 / 0 }}\n")
    yield "an error on a page"
    write(docs / "index.md", TEMPLATE + "# Home\n\n{{ catalogue.entries | length }} networks in all.\n")
    yield "its correction"


def test_the_served_site_is_that_of_a_fresh_build(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    monkeypatch.chdir(project)

    def get_config(site: str = "served") -> MkDocsConfig:
        return load_config("mkdocs.yml", site_dir=str(project / site))

    def builder(_: object = None) -> None:
        get_config()  # MkDocs' own builder reads the configuration again, too

    class Server:
        url = "http://127.0.0.1:8000/sub/"
        builder: Callable[[], None]

    server, config = Server(), get_config()
    config.site_url = server.url
    config.plugins.on_startup(command="serve", dirty=False)
    build(config, serve_url=server.url)
    replace_builder(server, builder, config.plugins["layerwise"].incremental, (TEMPLATES, THEME))  # type: ignore
    for step in changes(project):
        server.builder()
        served = files_of(project / "served")
        if "break" in step or "error" in step:
            continue  # a fresh build ends there
        with monkeypatch.context() as patch:
            patch.setattr(MkDocsConfig.plugins, "plugin_cache", {})  # the plugins of the server are kept
            config = get_config(f"fresh {step}")
            config.site_url = server.url
            config.plugins.on_startup(command="build", dirty=False)
            build(config)
        fresh = files_of(project / f"fresh {step}")
        assert sorted(served) == sorted(fresh), step
        assert [path for path in fresh if served[path] != fresh[path]] == [], step


def test_each_change_causes_one_rebuild(project: Path, server: Server) -> None:
    tiny = project / "networks" / "tiny.yml"
    text = tiny.read_text()
    assert "1,562" in server.page("networks/tiny/")

    tiny.write_text(text.replace("fc: 10", "fc: 20"))
    server.after_change()
    assert "3,012" in server.page("networks/tiny/")  # 3·3·3·4 + 4 + 6·6·4·20 + 20 = 112 + 2,900

    (project / "networks" / "other.yml").write_text(text.replace("Tiny", "Other"))
    server.after_change()
    assert "1,562" in server.page("networks/other/")
    assert "3 networks" in server.page("")

    tiny.write_text(text.replace("fc: 10", "fc: ten"))
    assert FC in server.after_change()
    assert server.notices("networks/tiny/") == [TOLD, "Last good state"]
    page = server.page("networks/tiny/")
    assert "3,012" in page
    assert "  - {fc: ten}\n<b>         ^</b>" in page
    assert server.notices("networks/other/") == server.notices("") == []
    for path in ("networks/", "networks/by-year/", "networks/families/"):
        assert server.notices(path) == ["1 definition has errors: networks/tiny.yml (1)"], path
        marked = BeautifulSoup(server.page(path), "lxml").select("article tr:has(.lw-before)")
        assert [line.th.get_text() for line in marked if line.th] == ["has errors Tiny"], path

    tiny.write_text(text)
    server.after_change()
    assert "1,562" in server.page("networks/tiny/")
    assert server.notices("networks/tiny/") == server.notices("networks/") == []

    (project / "networks" / "other.yml").unlink()
    server.after_change()
    assert "2 networks" in server.page("")
    with pytest.raises(HTTPError, match="404"):
        server.page("networks/other/")


@pytest.fixture
def broken_project(project: Path) -> Path:
    """Definitions that are broken before the server has seen them, and a page that needs one of them."""
    (project / "networks" / "tiny.yml").write_text("name: Tiny\ninput: 8x8x3\nlayers: [{fc: ten}]\n")
    (project / "networks" / "net.yml").write_text(
        "name: Net\ninput: 8x8x3\nparameters: {n: }\nlayers: [{fc: $n}]\nvariants:\n"
        "  Net-1: {with: {n: 1}, claims: [{source: a paper, parameters: 194}]}\n  Net-2: {with: {n: 2}}\n"
    )
    (project / "docs" / "needs.md").write_text(
        "---\ntitle: Needs\nlayerwise: template\n---\n\n# A page\n\n{{ network('tiny').parameters }} parameters.\n"
    )
    return project


def test_the_first_build_comes_up_with_broken_definitions(broken_project: Path) -> None:
    networks = broken_project / "networks"
    with running(broken_project) as server:
        (notice,) = server.notices("networks/tiny/")
        assert notice.startswith("networks/tiny.yml has an error. Its page appears as soon as it can be calculated.")
        assert "networks/tiny.yml:3:15 fc: expected a whole number from 1, got 'ten'" in notice
        # 8·8·3·1 + 1 = 193: the figures are those of the file, its claim is wrong
        for page in ("networks/net-1/", "networks/net-2/", "networks/net/"):
            (notice,) = server.notices(page)
            assert "The page below is calculated from the current file." in notice
            assert "networks/net.yml:6:64 Net-1: a paper says parameters 194" in notice
        assert "193" in server.page("networks/net-1/")
        (notice,) = server.notices("needs/")
        assert "needs.md:8:1 there is no network 'tiny'" in notice
        assert "{{ network('tiny').parameters }} parameters." in notice
        assert "A page" in server.page("needs/")

        (networks / "tiny.yml").write_text("name: Tiny\ninput: 8x8x3\nlayers: [{fc: 10}]\n")
        server.after_change()
        assert server.notices("needs/") == server.notices("networks/tiny/") == []
        assert "1930 parameters" in server.page("needs/")  # 8·8·3·10 + 10
