"""The HTML of every page is valid, as the Nu Html Checker sees it."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

JAR = Path(__file__).parents[2] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
OF_THE_THEME = (
    "Attribute “autocomplete” is only allowed when the input type is",
    "The value of the “for” attribute of the “label” element must be the ID of a non-hidden form control.",
    "Bad value “” for attribute “tabindex” on element “label”: The empty string is not a valid integer.",
)
"""Errors in Material's own header, drawer and navigation."""


def errors(site: Path) -> Counter[str]:
    """What the checker finds on the pages of a site, and how often."""
    checked = subprocess.run(
        ["java", "-XX:+UseSerialGC", "-jar", JAR, "--errors-only", "--format", "json", "--skip-non-html", site],
        capture_output=True,
        text=True,
        check=False,
    )
    messages = json.loads(checked.stderr)["messages"]
    assert messages, "the checker did not even see the errors of the theme"
    return Counter(
        f"{message['message']} | {message.get('extract', '')[:120]}"
        for message in messages
        if not message["message"].startswith(OF_THE_THEME)
    )


def test_every_page_is_valid(site: Path) -> None:
    assert errors(site) == {}
