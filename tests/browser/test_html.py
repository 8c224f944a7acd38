"""Validity of the HTML, by the Nu Html Checker."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path

JAR = Path(__file__).parents[2] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
THEME_ERRORS = (
    "Attribute “autocomplete” is only allowed when the input type is",
    "The value of the “for” attribute of the “label” element must be the ID of a non-hidden form control.",
    "Bad value “” for attribute “tabindex” on element “label”: The empty string is not a valid integer.",
)
"""Errors in Material's own header, drawer and navigation."""


def errors(*pages: Path) -> Counter[str]:
    """Count the errors that the checker reports on pages, or on all pages of a folder."""
    result = subprocess.run(
        ["java", "-XX:+UseSerialGC", "-jar", JAR, "--errors-only", "--format", "json", "--skip-non-html", *pages],
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


VALUE = re.compile(rb"""=("[^"]*"|'[^']*'|[^\s>"']+)""")
TAG = re.compile(rb"<[a-z!/][^>]*>")
ID = re.compile(rb""" id=["']?([^"'\s>]+)""")


def different(pages: list[Path]) -> list[Path]:
    """Return the pages in which a tag, with the names of its attributes, follows another for the first time."""
    seen, chosen = set[tuple[bytes, bytes]](), list[Path]()
    for page in pages:
        pairs = set(pairwise(TAG.findall(VALUE.sub(b"", page.read_bytes()))))
        if not pairs <= seen:
            chosen.append(page)
            seen |= pairs
    return chosen


def test_every_kind_of_page_is_valid(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    checked = different(pages)
    assert len(checked) > 40
    assert errors(*checked) == {}


def test_no_id_occurs_twice_on_a_page(site: Path) -> None:
    for page in site.rglob("*.html"):
        assert [name for name, count in Counter(ID.findall(page.read_bytes())).items() if count > 1] == [], page
