"""SVG elements of the pictures. Lengths are in CSS pixels at the natural size of the picture."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from layerwise.report import classes

WIDEST_LETTER = 0.65
"""Average width of a letter in ems, in the widest of the fonts that a page may use."""


def width_of(text: str, size: float) -> float:
    """The estimated width of a string in a font size."""
    return len(text) * size * WIDEST_LETTER


def shortened(text: str, letters: int) -> str:
    """A string cut to a maximum number of letters."""
    return text if len(text) <= letters else f"{text[: max(letters, 2) - 1]}…"


def number(value: float) -> str:
    """A coordinate with at most one decimal: ``12``, ``12.5``."""
    return f"{value:.1f}".removesuffix(".0")


def path(*commands: str | float) -> str:
    """The data of a path: ``path("M", 1, 2, "h", 3)`` → ``M1 2h3``."""
    data = ""
    for command in commands:
        if isinstance(command, str):
            data += command
        else:
            data += ("" if data[-1:].isalpha() else " ") + number(command)
    return data


def text(x: float, y: float, content: str, css: str) -> str:
    """A line of text around ``x`` on the base line ``y``; ``content`` is SVG."""
    return f'<text class="{css}" x="{number(x)}" y="{number(y)}">{content}</text>'


def title(content: str) -> str:
    """The text shown when the pointer is on the shape."""
    return f"<title>{escape(content)}</title>"


def image(width: float, height: float, label: str, body: Iterable[str]) -> str:
    """A picture with its text alternative. It shrinks with the page as long as it stays readable."""
    w, h = number(round(width)), number(round(height))
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        f'class="{classes.number(round(width))}">{"".join(body)}</svg>'
    )


SHRINKS_TO = 0.85
"""The scale down to which a picture shrinks before it scrolls; the style sheet has the same."""
NARROWEST_SCREEN = 288.0
"""Room for content on a screen of 320 pixels."""


def scrolling(label: str, picture: str, width: float) -> str:
    """A picture in a wrapper that scrolls sideways, also with the keyboard, if the page is too narrow."""
    if width * SHRINKS_TO <= NARROWEST_SCREEN:
        return picture
    return f'<div class="lw-scroll" tabindex="0" role="group" aria-label="{escape(label)}">{picture}</div>'
