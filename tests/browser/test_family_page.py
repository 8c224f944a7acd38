"""The page of a family on every screen: its variants in rows, and its stages with the variants in columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Open

WIDEST_CELL = 320  # 16 rem of the theme's 20 pixels
MEASURES = """async paths => {
  const texts = await Promise.all(paths.map(async path => (await fetch(path)).text()));
  return texts.map(text => {
    const page = new DOMParser().parseFromString(text, 'text/html');
    document.querySelector('article').replaceWith(page.querySelector('article'));
    const all = selector => [...document.querySelectorAll(`article ${selector}`)];
    return {
      page: document.documentElement.scrollWidth,
      beyond: Math.max(...all('.lw-scroll').map(region => region.scrollWidth - region.clientWidth)),
      cell: Math.max(...all('.lw-family :is(th, td)').map(cell => cell.offsetWidth)),
    };
  });
}"""
"""Measure the articles of pages, one after the other in the same page; no script takes part in their layout."""


@pytest.fixture(scope="module")
def families(site: Path) -> list[str]:
    """The addresses of the pages of families."""
    pages = sorted(page for page in site.glob("networks/*/index.html") if b" lw-family" in page.read_bytes())
    assert len(pages) > 50
    return [f"/networks/{page.parent.name}/" for page in pages]


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_no_family_is_wider_than_its_window(width: int, open_page: Open, families: list[str]) -> None:
    page = open_page("networks/resnet/", width)
    for family, measures in zip(families, page.evaluate(MEASURES, families), strict=True):
        assert measures["page"] <= width, family
        assert 0 < measures["cell"] <= WIDEST_CELL, family
        assert width < 1440 or measures["beyond"] <= 0, family


@pytest.mark.parametrize("table", [".lw-variants", ".lw-family"])
def test_first_column_stays_when_the_others_scroll(table: str, open_page: Open) -> None:
    page = open_page("networks/efficientnet/", 390)
    region = page.locator(f".lw-scroll:has({table})")
    region.evaluate("region => { region.scrollLeft = 10000; }")
    assert region.evaluate("region => region.scrollLeft") > 100
    lefts = region.evaluate(
        """region => [...region.querySelectorAll('tr > :first-child')]
             .map(cell => cell.getBoundingClientRect().left - region.getBoundingClientRect().left)"""
    )
    assert set(lefts) == {0}
