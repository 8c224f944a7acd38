"""Validity of the HTML of every page, by the Nu Html Checker."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

JAR = Path(__file__).parents[2] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
THEME_ERRORS = (
    "Attribute “autocomplete” is only allowed when the input type is",
    "The value of the “for” attribute of the “label” element must be the ID of a non-hidden form control.",
    "Bad value “” for attribute “tabindex” on element “label”: The empty string is not a valid integer.",
)
"""Errors in Material's own header, drawer and navigation."""


def errors(site: Path) -> Counter[str]:
    """Count the errors that the checker reports on the pages of a site."""
    result = subprocess.run(
        ["java", "-XX:+UseSerialGC", "-jar", JAR, "--errors-only", "--format", "json", "--skip-non-html", site],
        capture_output=True,
        text=True,
        check=False,
    )
    messages = json.loads(result.stderr)["messages"]
    assert messages, "the checker did not report the known errors of the theme"
    return Counter(
        f"{message['message']} | {message.get('extract', '')[:120]}"
        for message in messages
        if not message["message"].startswith(THEME_ERRORS)
    )


def test_every_page_is_valid(site: Path) -> None:
    assert errors(site) == {}
