"""The page of a family on every screen: its variants in rows, and its stages with the variants in columns."""

from __future__ import annotations

import pytest

from layerwise.network.catalogue import Catalogue
from tests.browser.conftest import Open

WIDEST_CELL = 320  # 16 rem of the theme's 20 pixels
MEASURES = """() => ({
  page: document.documentElement.scrollWidth,
  beyond: [...document.querySelectorAll('article .lw-scroll')].map(region => region.scrollWidth - region.clientWidth),
  cell: Math.max(...[...document.querySelectorAll('.lw-family :is(th, td)')].map(cell => cell.offsetWidth)),
})"""


def test_no_family_is_wider_than_its_window(open_page: Open, catalogue: Catalogue) -> None:
    page = open_page("")
    home = page.url
    for family in catalogue.families:
        page.goto(f"{home}networks/{family.slug}/")
        for width in (390, 1024, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            measures = page.evaluate(MEASURES)
            assert measures["page"] <= width, (family.slug, width)
            assert measures["cell"] <= WIDEST_CELL, (family.slug, width)
            assert width < 1440 or max(measures["beyond"]) <= 0, family.slug


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
