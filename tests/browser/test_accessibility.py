"""No page has what keeps people out: axe-core finds nothing serious or critical, in any scheme, on any screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.pages import TEMPLATES

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

# Nothing is asked for beforehand: only rules for media and for experiments would read it. That targets are large enough
# is a rule of WCAG 2.2, which is off by default.
FOUND = """axe.run(document, {
  preload: false, resultTypes: ['violations'], rules: {'target-size': {enabled: true}},
}).then(({violations}) => violations)"""


def violations(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical."""
    page.add_script_tag(path=AXE)
    found: Any = page.evaluate(FOUND)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:5]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_axe_finds_nothing_serious(template: str, scheme: str, open_page: Open) -> None:
    page = open_page(TEMPLATES[template], 360, scheme)
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], width
