"""Sites with and without the calculator."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from layerwise.site import calculator
from layerwise.site.site import Site
from tests.site.conftest import build_site

NAVIGATION = "nav: [{Home: index.md}, {Calculator: calculate.md}, {Networks: networks/index.md}]\n"


def test_site_without_packages_has_no_calculator(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text(encoding="utf-8") + NAVIGATION, encoding="utf-8")
    with caplog.at_level(logging.INFO):
        build_site(project, project / "site")
    messages = [record.getMessage() for record in caplog.records if "calculator" in record.getMessage()]
    assert len(messages) == 1
    assert "the site has no calculator: " in messages[0]
    assert not (project / "site" / "calculate").exists()
    for page in (project / "site").rglob("*.html"):
        assert "calculate/" not in page.read_text(encoding="utf-8"), page


def test_message_names_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculator.shutil, "which", lambda _: None)  # type: ignore[attr-defined]
    assert calculator.missing(tmp_path) == "Node.js is not installed"
    monkeypatch.setattr(calculator.shutil, "which", lambda _: "/usr/bin/node")  # type: ignore[attr-defined]
    for name in calculator.NPM_PACKAGES:
        if name != "esbuild":
            package = tmp_path / "node_modules" / name
            package.mkdir(parents=True)
            (package / "package.json").write_text("{}", encoding="utf-8")
    assert calculator.missing(tmp_path) == "npm packages are not installed: esbuild"


def test_site_with_a_bundle_has_its_page_files_and_links(project: Path) -> None:
    folder = project / "0123456789ab"
    folder.mkdir()
    (folder / "calculator.js").write_text("0;\n", encoding="utf-8")
    site = Site()
    site.bundle = calculator.Bundle(folder, "https://example.org/owner/repository/new/main/networks")
    site.load(project / "networks")
    files = {file.path: file.content() for file in site.files()}
    assert files["calculate/0123456789ab/calculator.js"] == b"0;\n"
    assert files["calculate/networks.json"] == b'{"lenet-5":"lenet-5.yml","tiny":"tiny.yml"}'
    assert "calculate.md" in {page.path for page in site.pages()}
    page = "".join(site.page("calculate.md").later)
    assert 'src="0123456789ab/calculator.js"' in page
    assert 'data-proposals="https://example.org/owner/repository/new/main/networks"' in page
    assert "61,706" in page
    network = "".join(site.page("networks/tiny.md").later)
    assert "calculate/#network=tiny" in network
    assert 'data-engine="calculate/0123456789ab/engine.js" data-file="tiny.yml" data-slug="tiny"' in network
    assert 'data-engine="calculate/0123456789ab/engine.js" data-kind="conv"' in "".join(
        site.page("layers/conv.md").later
    )


def test_packages_are_pinned() -> None:
    root = Path(__file__).parents[2]
    text = (root / "package.json").read_text(encoding="utf-8")
    assert [name for name in calculator.NPM_PACKAGES if f'"{name}": "' not in text] == []
    assert not {"^", "~", "*"} & {*text}
