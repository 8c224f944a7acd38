"""Accessibility: axe-core finds no serious or critical violation, in any color scheme, at any width."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open
from tests.browser.pages import TEMPLATES

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

# Preloading is off, as only the rules for media and experimental rules need it. The size of targets is a rule of
# WCAG 2.2, which is off by default.
RUN_AXE = """(options) => axe.run(document, {
  preload: false, resultTypes: ['violations'], ...options,
}).then(({violations}) => violations)"""
EVERY_RULE = {"rules": {"target-size": {"enabled": True}}}
CONTRAST = {"runOnly": ["color-contrast"]}
"""The only rule whose answer depends on the scheme."""
LAYOUT = {
    "runOnly": [
        "aria-hidden-focus", "button-name", "color-contrast", "label", "link-in-text-block", "link-name",
        "nested-interactive", "scrollable-region-focusable", "target-size",
    ],
    "rules": {"target-size": {"enabled": True}},
}  # fmt: skip
"""The rules whose answers depend on what is visible at a width, and where."""
AT_ONCE = "*, ::before, ::after { transition: none !important }"
DARK = "getComputedStyle(document.body).backgroundColor === 'rgb(21, 23, 28)'"


def violations(page: Page, rules: dict[str, Any] = EVERY_RULE) -> list[str]:
    """Return axe-core's serious and critical violations."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    results: Any = page.evaluate(RUN_AXE, rules)
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
        for violation in results
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:5]
    ]


@pytest.mark.parametrize("template", TEMPLATES)
def test_axe_finds_no_serious_violation(template: str, open_page: Open) -> None:
    page = open_page(TEMPLATES[template], 1440)
    assert violations(page) == []
    page.add_style_tag(content=AT_ONCE)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(DARK)
    assert violations(page, CONTRAST) == []
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"!({DARK})")
    page.set_viewport_size({"width": 360, "height": 900})
    assert violations(page, LAYOUT) == []
