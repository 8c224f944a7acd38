"""The Markdown extension: in plain Python-Markdown and in MkDocs."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markdown import Markdown, markdown
from mkdocs.exceptions import Abort

from layerwise.core.errors import DefinitionError
from layerwise.extension import LayerwiseExtension
from tests.projects import TINY, write_definitions
from tests.site.conftest import build_site

# 5·5·3·6 + 6 = 456; 28·28 → 14·14; 14·14·6·10 + 10 = 11,770
DEFINITION = "name: Small\ninput: 32x32x3\nlayers: [{conv: 5x5x6}, {max_pool: 2x2}, {fc: 10}]\n"


def converted(text: str, *extensions: str, **options: object) -> BeautifulSoup:
    html = markdown(text, extensions=["fenced_code", *extensions, LayerwiseExtension(**options)])
    return BeautifulSoup(html, "lxml")


def fenced(content: str, fence: str = "```") -> str:
    return f"{fence}layerwise\n{content.rstrip()}\n{fence}\n"


def test_a_definition_becomes_a_table() -> None:
    page = converted(f"# Title\n\n{fenced(DEFINITION)}\nText.\n")
    assert page.select_one(".lw-embedded-totals").get_text(" ").split()[1] == "12,226"  # type: ignore[union-attr]
    assert [row.select("td")[-1].get_text() for row in page.select("tbody tr")] == ["0", "456", "0", "11,770"]
    assert page.select("svg")
    assert page.select("p")[-1].get_text() == "Text."


def test_a_network_of_the_catalogue() -> None:
    page = converted(fenced("network: resnet-50\nshow: [totals, blocks, memory, strips, compute]"))
    assert "25,557,032" in page.get_text()  # He et al., 2015, as torchvision counts it
    assert page.select(".lw-block-drawing, .lw-strips")
    assert not page.select(".lw-layers, [id]")


def test_a_network_of_the_project_comes_first(tmp_path: Path) -> None:
    write_definitions(tmp_path, lenet_5=TINY.replace("Tiny", "LeNet-5"), tiny=TINY)
    folder = str(tmp_path / "networks")
    assert "1,562" in converted(fenced("network: tiny"), networks=folder).get_text()
    assert "1,562" in converted(fenced("network: lenet-5"), networks=folder).get_text()
    assert "138,357,544" in converted(fenced("network: VGG-16"), networks=folder).get_text()


def test_every_network_of_a_definition_is_shown() -> None:
    family = "name: F\ninput: 8x8x3\nparameters: {n: }\nvariants: {A: {with: {n: 1}}, B: {with: {n: 2}}}\n"
    page = converted(fenced(f"{family}layers: [{{fc: $n}}]\nshow: totals"))
    assert [title.get_text() for title in page.select(".lw-embedded-title")] == ["A", "B"]


@pytest.mark.parametrize("fence", ["```", "~~~", "`````"])
def test_blocks_inside_of_other_blocks(fence: str) -> None:
    inside = "\n".join(f"    {line}" for line in fenced(DEFINITION, fence).splitlines())
    page = converted(f"!!! note\n\n{inside}\n\n- item\n\n{inside}\n", "admonition")
    assert page.select_one(".admonition .lw-embedded")
    assert page.select_one("li .lw-embedded")


def test_examples_of_blocks_are_listings() -> None:
    page = converted("````markdown\n" + fenced(DEFINITION) + "````\n\n```layerwise\nname: without an end\n")
    assert not page.select(".lw-embedded")
    assert "```layerwise" in page.select_one("pre").get_text()  # type: ignore[union-attr]


def test_styles_are_on_a_page_once() -> None:
    md = Markdown(extensions=[LayerwiseExtension()])
    for _ in range(2):
        assert md.reset().convert(fenced(DEFINITION) + "\n" + fenced(DEFINITION)).count("<style>") == 1
    assert not converted(fenced(DEFINITION), styles=False).select("style")


def test_texts_are_escaped() -> None:
    page = converted(fenced(DEFINITION.replace("Small", "\"<img src=x onerror='alert(1)'>\"")))
    assert not page.select("img")
    page = converted(fenced("network: <img src=x>"))
    assert not page.select("img")


ERRORS = {
    "name: A\ninput: 8x8x3\nlayers: [{conv: 3x3x4, pading: 1}]": (3, 24, "did you mean 'padding'?"),
    "network: resnet-51": (1, 1, "no network 'resnet-51'; did you mean"),
    "# a comment\nnetwork: resnet": (2, 1, "network: resnet is a family; name one of its networks: resnet-18"),
    "network: lenet-5\nshow: [layer]": (2, 1, "show: unknown part 'layer'; parts: totals, layers, profile"),
    "network: lenet-5\nname: A": (2, 1, "a block with network has no other keys than show"),
    "name: [": (1, 8, "expected a value"),
    "": (1, 1, ""),
}


@pytest.mark.parametrize("content", ERRORS)
def test_errors_are_in_place(content: str, caplog: pytest.LogCaptureFixture) -> None:
    line, column, message = ERRORS[content]
    page = converted(f"Text.\n\n{fenced(content)}")
    shown = page.select_one('.lw-embedded-errors[role="alert"] li').get_text()  # type: ignore[union-attr]
    assert shown.startswith(f"line {line}, column {column}: ")
    assert message in shown
    assert f"page:{3 + line}:{column}: " in caplog.text


def test_strict_errors_are_exceptions() -> None:
    with pytest.raises(DefinitionError, match=r"page:4:1: no network 'nothing'"):
        converted("# A\n\n```layerwise\nnetwork: nothing\n```\n", strict=True)


SETTINGS = "site_name: T\ntheme: mkdocs\nmarkdown_extensions: [admonition, {layerwise: {networks: models}}]\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without the plugin."""
    (tmp_path / "mkdocs.yml").write_text(SETTINGS)
    (tmp_path / "docs").mkdir()
    write_definitions(tmp_path, tiny=TINY)
    (tmp_path / "networks").rename(tmp_path / "models")
    (tmp_path / "docs" / "index.md").write_text(f"---\ntitle: T\n---\n\n# T\n\n{fenced('network: tiny')}")
    return tmp_path


def test_in_mkdocs(project: Path) -> None:
    build_site(project, project / "site")
    assert "1,562" in (project / "site" / "index.html").read_text(encoding="utf-8")


def test_errors_end_a_strict_build(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    (project / "docs" / "index.md").write_text(f"---\ntitle: T\n---\n\n# T\n\n{fenced('network: tony')}")
    with caplog.at_level(logging.WARNING), pytest.raises(Abort):
        build_site(project, project / "site")
    assert "index.md:8:1: no network 'tony'; did you mean 'tiny'?" in caplog.text


def test_with_the_plugin_styles_are_in_its_file(project: Path) -> None:
    settings = SETTINGS + "plugins: [{layerwise: {networks: models}}]\n"
    (project / "mkdocs.yml").write_text(settings)
    build_site(project, project / "site")
    assert "<style>" not in (project / "site" / "index.html").read_text(encoding="utf-8")
    styles = (project / "site" / "assets" / "layerwise" / "styles.css").read_text(encoding="utf-8")
    assert ".lw-embedded" in styles
