"""The notices of a server about definitions with errors, as a reader sees them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config

from tests.browser.conftest import Open
from tests.browser.test_accessibility import violations
from tests.browser.test_html import errors
from tests.hostile import write
from tests.static_server import serve_files

PALETTE = [
    {"media": f"(prefers-color-scheme: {scheme})", "scheme": name, "primary": "custom", "accent": "custom"}
    for scheme, name in (("light", "default"), ("dark", "slate"))
]
GOOD = "name: NAME\ninput: 28x28x1\nlayers: [{conv: 5x5x6}, {max_pool: 2x2}, {fc: 10}]\n"
CLAIM = "claims: [{source: a source with a name as long as the line of a definition ever is, parameters: 1}]\n"
NEVER = "name: Never\ninput: 28\nlayers:\n  - {conv: 5x5x6, strid: 2}\n  - {max_pool: 2x2}\n"
NOTICES = {
    "networks/": ["networks/claims.yml (1)", "networks/former.yml (1)", "networks/never.yml (2)"],
    "networks/claims/": ["networks/claims.yml:4:", "The page below is calculated from the current file."],
    "networks/former/": ["networks/former.yml:3:", "The page below shows its last good state.", "Last good state"],
    "networks/never/": ["networks/never.yml has 2 errors.", "networks/never.yml:4:"],
}


@pytest.fixture(scope="module")
def broken_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built twice as a server does: a file that loses its good state, one that never had one, and a wrong claim."""
    project = tmp_path_factory.mktemp("broken")
    write(project, ["Sound"], "https://example.org/")
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("font: false,", f"font: false, palette: {PALETTE},"))
    networks, site = project / "networks", project / "site"
    config = load_config(str(project / "mkdocs.yml"), site_dir=str(site))
    config.plugins.on_startup(command="serve", dirty=False)
    (networks / "former.yml").write_text(GOOD.replace("NAME", "Former"))
    build(config)
    (networks / "former.yml").write_text(GOOD.replace("NAME", "Former").replace("5x5x6", "5x5xsix"))
    (networks / "never.yml").write_text(NEVER)
    (networks / "claims.yml").write_text(GOOD.replace("NAME", "Claimed") + CLAIM)
    build(config)
    return site


@pytest.fixture(scope="module")
def address(broken_site: Path) -> Iterator[str]:
    """The address of the broken site instead of the whole site's."""
    with serve_files(broken_site) as address:
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", NOTICES)
def test_errors_are_shown_above_the_page(path: str, width: int, scheme: str, open_page: Open) -> None:
    page = open_page(path, width, scheme)
    article = page.locator("article").inner_text()
    assert [text for text in NOTICES[path] if text not in article] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page) == []


def test_notices_are_valid(broken_site: Path) -> None:
    assert errors(broken_site) == {}
